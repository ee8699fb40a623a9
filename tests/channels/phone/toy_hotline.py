"""A toy hotline for the telephone to call: documents by path, requests kept.

Signatures are checked by the provider's own library, which the telephone never uses.
"""

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator

PUBLIC = "https://hotline.example/base"
TOKEN = "0123456789abcdef0123456789abcdef"
HOTLINE = "+8610012333000"
CALLER = "+8613800138000"


def wave(seconds: float, form: int = 1) -> bytes:
    """A silent 8 kHz mono file: form 1 is 16-bit PCM, 7 is mu-law."""
    width = 2 if form == 1 else 1
    data = b"\0" * int(seconds * 8000) * width
    header = struct.pack("<4sIHHIIHH", b"fmt ", 16, form, 1, 8000, 8000 * width, width, 8 * width)
    body = b"WAVE" + header + struct.pack("<4sI", b"data", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@dataclass(frozen=True)
class Received:
    """One request as the toy saw it."""

    path: str
    form: dict[str, str]
    headers: dict[str, str]
    method: str


@dataclass
class Toy:
    """Answers by path: what stands in <Response>, (status, content type, body), or a function of the form."""

    answers: dict[str, object] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = Flask("toy")
        self.app.add_url_rule("/<path:path>", view_func=self._answer, methods=["GET", "POST"])

    def says(self, path: str, answer: object) -> None:
        """Set the answer of one path; a str is the inside of <Response>."""
        self.answers[path] = answer

    def forms(self, path: str) -> list[dict[str, str]]:
        """The forms received at a path so far."""
        return [each.form for each in self.received if each.path == path]

    def paths(self) -> list[str]:
        """Every path asked for so far, sounds left out."""
        return [each.path for each in self.received if not each.path.startswith("/sound/")]

    def _answer(self, path: str) -> Response:
        form = request.form.to_dict()
        self.received.append(Received("/" + path, form, dict(request.headers), request.method))
        answer = self.answers.get("/" + path)
        if callable(answer):
            answer = answer(form)
        if path.startswith("sound/") and answer is None:
            return Response(wave(2.0), content_type="audio/wav")
        if isinstance(answer, tuple) and answer[1].startswith("audio/"):
            return Response(answer[2], answer[0], content_type=answer[1])
        if not self._signed():
            return Response("unsigned", 403)
        return self._answered(answer, path)

    def _signed(self) -> bool:
        url = PUBLIC + request.environ["RAW_URI"]
        signature = request.headers.get("X-Twilio-Signature", "")
        return RequestValidator(TOKEN).validate(url, request.form, signature)

    def _answered(self, answer: object, path: str) -> Response:
        if isinstance(answer, tuple):
            status, content_type, body = answer
            response = Response(body, status, content_type=content_type or None)
            if not content_type:
                del response.headers["Content-Type"]
            return response
        if answer is None:
            return Response(status=204 if path.endswith("/status") else 404)
        return Response(f"<Response>{answer}</Response>", content_type="text/xml; charset=utf-8")


MENU = (
    "<Say>您好,这里是医保电话。这是演示电话,不是医保局。</Say>"
    '<Gather action="/base/voice/main" numDigits="1" finishOnKey="" timeout="5" actionOnEmptyResult="true">'
    "<Play>/base/sound/main.wav</Play></Gather><Redirect>/base/voice/main</Redirect>"
)
ASK_CODE = (
    '<Gather action="/base/voice/code" numDigits="6" finishOnKey="#" timeout="8" actionOnEmptyResult="true">'
    "<Say>收到短信以后,请按里面的六位数字。可以把电话拿下来慢慢看。</Say></Gather>"
)
BALANCE = "<Say>您的医保个人账户,余额是,一千零二十二元五角一分。</Say><Hangup/>"
CAPTIONS = {f"{PUBLIC}/sound/main.wav": "查余额,请按一。查每月到账,请按二。家人共用,请按三。"}
CODE = "605173"


def talkative(toy: Toy, outbox: Path) -> None:
    """Give the toy a small hotline: a menu, a code by text, a balance, a transfer on 0, answers to texts."""

    def main(form: dict[str, str]) -> str:
        if form.get("Digits") == "1":
            body = f"【演示】查询验证码{CODE},5分钟内有效。工作人员不会向您要这个号码,谁要都别给。"
            row = {"id": f"SM{len(toy.received)}", "to": form["From"], "template": "SMS01", "body": body}
            with outbox.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**row, "at": "2026-11-22T09:30:00+08:00"}, ensure_ascii=False) + "\n")
            return ASK_CODE
        if form.get("Digits") == "0":
            return '<Say>正在转人工。</Say><Dial action="/base/voice/after"><Number>+861</Number></Dial>'
        return MENU.replace("您好,这里是医保电话。这是演示电话,不是医保局。", "您还在吗?慢慢按,不着急。")

    toy.says("/voice/incoming", MENU)
    toy.says("/voice/main", main)
    toy.says("/voice/code", lambda form: BALANCE if form.get("Digits") == CODE else ASK_CODE)
    toy.says("/voice/after", "<Say>人工现在忙。</Say><Hangup/>")
    toy.says("/sms/incoming", lambda form: f"<Message>【演示】您发的是:{form['Body']}。</Message>")
