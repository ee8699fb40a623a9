"""A toy hotline for the telephone to call: documents by path, requests kept.

Signatures are checked by the provider's own library, which the telephone never uses.
"""

import struct
from dataclasses import dataclass, field

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
