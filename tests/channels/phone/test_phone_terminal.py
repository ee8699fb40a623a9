"""A telephone in the terminal: keys, silence, texts and hanging up, line by line."""

import io
import json

import pytest
from toy_hotline import CALLER, HOTLINE

from ivr.channels.phone.line import FarEnd, Line
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.terminal import HELP, run

MENU = (
    "<Say>这是演示电话</Say>"
    '<Gather action="/base/voice/turn" numDigits="1" finishOnKey="" actionOnEmptyResult="true">'
    "<Say>查余额请按一</Say></Gather>"
)


@pytest.fixture
def talk(toy, twilio, tmp_path):
    outbox = tmp_path / "texts.jsonl"
    outbox.write_text(json.dumps({"id": "t0", "to": CALLER, "body": "旧短信", "at": "x"}) + "\n")

    def turn(form):
        if form["Digits"] == "1":
            with outbox.open("a") as file:
                file.write(json.dumps({"id": "t1", "to": CALLER, "body": "验证码605173", "at": "x"}) + "\n")
            return "<Say>余额是一元</Say><Hangup/>"
        if form["Digits"] == "0":
            return "<Dial>+8610012300000</Dial>"
        return MENU.replace("这是演示电话", "您还在吗")

    toy.says("/voice/incoming", MENU)
    toy.says("/voice/turn", turn)
    toy.says("/sms/incoming", lambda form: f"<Message>收到{form['Body']}</Message>")

    def talked(typed: str, **line) -> str:
        screen = io.StringIO()
        run(Line(twilio, CALLER, **line), Messages(twilio, outbox), io.StringIO(typed), screen)
        return screen.getvalue()

    return talked


def test_a_whole_call(talk):
    assert talk("\nhallo\nt 余额\n1\n") == (
        f"☎ 拨打 {HOTLINE}\n{HELP}"
        "‖ 这是演示电话\n  查余额请按一\n"
        "> ‖ 您还在吗\n  查余额请按一\n"
        f"> {HELP}"
        "> ✉ 收到余额\n"
        "> ‖ 余额是一元\n☎ 对方挂机了,12 秒\n✉ 验证码605173\n"
    )


@pytest.mark.parametrize("typed", ["", "q\n", " Q \n"])
def test_hanging_up(talk, typed):
    assert talk(typed).endswith("> ☎ 您挂机了,3 秒\n")


def test_a_transfer_and_a_document_that_stops(talk):
    shown = talk("0\n", far_end=FarEnd("busy", rings=2))
    assert shown.endswith("  (转人工:占线)\n☎ 电话断了,5 秒\n")


def test_faults_are_told(talk, toy):
    toy.says("/voice/turn", (500, "text/xml", ""))
    assert "✗ 11200: " in talk("1\n").splitlines()[-1]
    lenient = talk("1\n", strict=False)
    assert "✗ 11200: " in lenient
    assert lenient.splitlines()[-2].startswith("‖ We are sorry.")


def test_a_sound_without_caption_is_shown_as_its_address(talk, toy):
    toy.says("/voice/incoming", "<Play>/base/sound/x.wav</Play>")
    assert "‖ [https://hotline.example/base/sound/x.wav]\n" in talk("")
