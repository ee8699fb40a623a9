"""Texts go out signed, answers and outbox lines arrive in the right mobile's thread, reports go back."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from toy_hotline import CALLER, HOTLINE, PUBLIC

from ivr.channels.phone.faults import Fault, LineError
from ivr.channels.phone.messages import Messages, replies_in
from ivr.channels.phone.transport import Answer
from ivr.channels.phone.twilio import Doors

OTHER = "+8610012345678"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def line(number: int, to: str = CALLER, body: str = "【演示】验证码482913") -> str:
    row = {"id": f"t{number}", "to": to, "template": "SMS01", "body": body, "at": "2026-11-22T12:00:00+00:00"}
    return json.dumps(row, ensure_ascii=False) + "\n"


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    return tmp_path / "texts.jsonl"


@pytest.fixture
def messages(twilio, outbox) -> Messages:
    return Messages(twilio, outbox, now=lambda: NOON)


def test_a_text_is_answered_in_the_same_request(messages, toy):
    toy.says("/sms/incoming", "<Message>余额是一元</Message><Message><Body>再见</Body></Message>")
    answered = messages.write(CALLER, " 余额 ")
    assert [text.body for text in answered] == ["余额是一元", "再见"]
    assert toy.forms("/sms/incoming")[0]["Body"] == " 余额 "
    assert [(text.sender, text.body) for text in messages.thread(CALLER)] == [
        (CALLER, " 余额 "),
        (HOTLINE, "余额是一元"),
        (HOTLINE, "再见"),
    ]
    assert [text.body for text in messages.inbox(CALLER)] == ["余额是一元", "再见"]
    assert messages.inbox(CALLER)[0].at == NOON.isoformat()
    assert messages.thread(OTHER) == []


def test_a_reply_may_go_to_somebody_else(messages, toy):
    toy.says("/sms/incoming", f'<Message to="{OTHER}">通知</Message>')
    messages.write(CALLER, "解绑")
    assert (len(messages.inbox(CALLER)), len(messages.inbox(OTHER))) == (0, 1)


def test_the_outbox_is_followed_line_by_line(messages, outbox):
    assert messages.collect() == []
    outbox.write_text(line(1) + line(2, to=OTHER) + line(3)[:20])
    assert [text.id for text in messages.collect()] == ["t1", "t2"]
    with outbox.open("a") as file:
        file.write(line(3)[20:] + "\n")
    assert [text.id for text in messages.inbox(CALLER)] == ["t1", "t3"]
    assert messages.collect() == []
    assert messages.inbox(CALLER)[0].template == "SMS01"
    outbox.write_text(line(4))
    assert [text.id for text in messages.collect()] == ["t4"]


@pytest.mark.parametrize("content", ["482913\n", "{}\n", "[1]\n", '{"id": 1\n'])
def test_a_line_that_is_no_text_is_refused_without_being_quoted(messages, outbox, content):
    outbox.write_text(content)
    with pytest.raises(LineError) as caught:
        messages.collect()
    assert content.strip() not in str(caught.value)


def test_deliveries_are_reported_signed(twilio, toy, outbox):
    messages = Messages(twilio, outbox, reports=True)
    outbox.write_text(line(1))
    messages.collect()
    forms = toy.forms("/sms/status")
    assert [(form["MessageSid"], form["MessageStatus"], form["To"]) for form in forms] == [
        ("t1", "sent", CALLER),
        ("t1", "delivered", CALLER),
    ]
    toy.says("/sms/status", (500, "text/plain", ""))
    outbox.write_text(line(1) + line(2))
    with pytest.raises(Fault):
        messages.collect()
    twilio.doors = Doors(text_status=None)
    outbox.write_text(line(1) + line(2) + line(3))
    assert len(messages.collect()) == 1


def test_a_failing_door_leaves_the_sender_without_a_word(twilio, toy):
    toy.says("/sms/incoming", (500, "text/xml", ""))
    with pytest.raises(Fault):
        Messages(twilio).write(CALLER, "余额")
    quiet = Messages(twilio, strict=False)
    assert quiet.write(CALLER, "余额") == []
    assert list(quiet.faults) == [f"11200: {PUBLIC}/sms/incoming answered with status 500"]


@pytest.mark.parametrize(
    ("answer", "replies"),
    [
        (Answer(204, "", b""), []),
        (Answer(200, "text/xml", b"<Response/>"), []),
        (Answer(200, "text/plain", "好".encode()), [("", "好")]),
        (Answer(200, "text/xml", b"<Response><Message>1</Message></Response>"), [("", "1")]),
    ],
)
def test_replies(answer, replies):
    assert replies_in(answer, "/sms") == replies


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<Say>x</Say>", 12200),
        ("<Message/>", 14103),
        ("<Message><Media>x</Media></Message>", 12200),
        ("<Message><Body>a</Body><Body>b</Body></Message>", 12200),
        ('<Message colour="red">x</Message>', 12200),
        ("<Message>x</Message>" * 11, 14109),
    ],
)
def test_replies_the_provider_would_refuse(inside, code):
    with pytest.raises(Fault) as caught:
        replies_in(Answer(200, "text/xml", f"<Response>{inside}</Response>".encode()), "/sms")
    assert caught.value.code == code
