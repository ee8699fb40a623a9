"""Texts through the real doors: one answer a text, in the reply, signed once."""

from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy_doors import APOLOGY, CALLER, CONSTANTS, HOTLINE, NUMBER, PIN, PUBLIC, SECRETS, TOKEN, Toy, tree
from werkzeug.test import Client

from ivr.channels import sms
from ivr.channels.phone.messages import replies_in
from ivr.channels.phone.transport import Answer as Received
from ivr.channels.phone.twilio import signature as signed
from ivr.channels.sms import LONGEST_TEXT, event_from
from menus.events import Reading, Wrote

NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
BALANCE = "【演示】陈*英余额1022.51元。要人工请打电话。"


def post(toy: Toy, target: str, **fields: str):
    """One signed request; its answer."""
    headers = {"X-Twilio-Signature": signed(TOKEN, PUBLIC + target, fields)}
    form = "application/x-www-form-urlencoded"
    return Client(toy.app).post(target, data=urlencode(fields), headers=headers, content_type=form)


def write(toy: Toy, body: str, message: str = "SM1", **more: str) -> str:
    """One text; the whole document of its answer."""
    fields = {"MessageSid": message, "From": CALLER, "To": HOTLINE, "Body": body, **more}
    answer = post(toy, "/sms/incoming", **fields)
    assert answer.status_code == 200
    assert answer.content_type == "text/xml; charset=utf-8"
    return answer.text


def replied(document: str) -> list[str]:
    return [message.text for message in tree(document)]


def test_a_text_is_answered_in_one_message_signed_once(toy):
    assert [text.body for text in toy.texts().write(CALLER, "余额")] == [BALANCE]


@pytest.mark.parametrize(
    ("body", "reply"),
    [
        ("482913", "【演示】收到了。"),
        ("不办了", "【演示】没有办。"),
        ("不是我", "【演示】没有办。"),
        ("退订", "【演示】不再发了。"),
        ("这是什么", "【演示】没看懂。"),
        ("", "【演示】没看懂。"),
        ("网点 </Message><Dial>", "【演示】没找到</Message><Dial>。"),
        ("网点 \x00\ufffe", "【演示】没找到。"),
    ],
)
def test_replies(toy, body, reply):
    assert replied(write(toy, body)) == [reply]


def test_a_turn_without_words_is_answered_with_nothing(toy):
    assert write(toy, "安静") == NOTHING


def test_pictures_without_words_are_a_text_without_words(toy):
    assert replied(write(toy, "", NumMedia="1", MediaUrl0="https://h.example/x")) == ["【演示】没看懂。"]


def test_a_repetition_is_answered_the_same(toy):
    first = write(toy, "余额")
    assert write(toy, "余额") == first
    assert toy.conversations.last(f"{CALLER}>{HOTLINE}").number == 1


def test_a_repetition_after_another_text_is_answered_as_it_was_then(toy):
    first = write(toy, "余额", "SM1")
    second = write(toy, "网点 甲", "SM2")
    assert write(toy, "余额", "SM1") == first != second
    assert toy.conversations.last(f"{CALLER}>{HOTLINE}").number == 2


def test_the_same_name_under_another_number_is_another_text(toy):
    write(toy, "余额")
    assert write(toy, "网点 甲", From="+8610000000099") == write(toy, "网点 甲", "SM9")


@pytest.mark.parametrize("sender", ["", "anonymous", "+266696687", "10086", "whatsapp:+8613800138000"])
def test_who_cannot_be_answered_is_not_written_down(toy, sender):
    assert write(toy, "余额", From=sender) == NOTHING
    assert toy.conversations.last(f"{sender}>{HOTLINE}") is None


@pytest.mark.parametrize("message", ["", "SM 1", "S" * 65])
def test_a_text_without_name_is_not_answered(toy, message):
    assert write(toy, "余额", message) == NOTHING


def test_what_the_provider_answered_is_not_answered_twice(toy):
    assert write(toy, "STOP please", OptOutType="STOP") == NOTHING
    assert "reply.opt_out" in said(toy)


@pytest.mark.parametrize("handled", ["START", "HELP"])
def test_words_that_are_the_providers_alone_change_nothing_here(toy, handled):
    assert write(toy, handled, OptOutType=handled) == NOTHING
    assert toy.conversations.last(f"{CALLER}>{HOTLINE}") is None


def said(toy: Toy) -> list[str]:
    turn = toy.conversations.last(f"{CALLER}>{HOTLINE}").turn
    return [action.prompt for action in turn.actions[:-1]]


# --- what a text tells


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("验证码482913", Reading("482913", True, None, "code")),
        ("４８２-９１３", Reading("482913", True, None, "code")),
        ("1", Reading("1", True, None, "unclear")),
        ("0", Reading("0", True, None, "refusal")),
        ("好的", Reading("", False, True, "unclear")),
        ("不办", Reading("", False, False, "refusal")),
        ("不是我办的", Reading("", False, None, "not_me")),
        ("TD", Reading("", False, None, "opt_out")),
        ("", Reading("", False, None, "unclear")),
    ],
)
def test_readings(text, reading):
    assert event_from(text) == Wrote(text, reading)


def test_longer_texts_than_there_can_be_are_cut():
    assert len(event_from("好" * (LONGEST_TEXT + 1)).text) == LONGEST_TEXT


def test_an_opt_out_is_one_whatever_the_words():
    assert event_from("482913", opts_out=True) == Wrote("482913", Reading(meaning="opt_out"))


# --- delivery reports


def test_what_became_of_a_text_is_passed_on(toy):
    fields = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert post(toy, "/sms/status?reference=7-1", **fields).status_code == 204
    assert post(toy, "/sms/status", MessageSid="SM1", MessageStatus="delivered").status_code == 204
    assert toy.delivered == [("SM1", "undelivered", "30003", "7-1"), ("SM1", "delivered", "", "")]


@pytest.mark.parametrize("error", ["3\x00", "x" * 31, "错", "30003\n"])
def test_an_error_that_is_no_code_is_left_out(toy, error):
    fields = {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": error}
    assert post(toy, "/sms/status", **fields).status_code == 204
    assert toy.delivered == [("SM1", "failed", "", "")]


@pytest.mark.parametrize("fields", [{}, {"MessageSid": "SM1"}, {"MessageSid": "SM1", "MessageStatus": "x y"}])
def test_a_report_about_nothing_is_dropped(toy, fields):
    assert post(toy, "/sms/status", **fields).status_code == 204
    assert toy.delivered == []


# --- trouble


class Broken:
    """Stands where the conversations should be and cannot be reached."""

    def take_turn(self, request):
        raise OSError(f"{request.key} {request.event}")


@pytest.fixture
def broken(toy):
    def undelivered(*report):
        raise OSError(report)

    toy.app = Flask("broken", static_folder=None)
    toy.app.register_blueprint(
        sms.blueprint(Broken(), toy.signature, lambda: CONSTANTS, undelivered, toy.key_hash, APOLOGY)
    )
    return toy


def test_whatever_breaks_the_reply_is_an_apology(broken, caplog):
    assert replied(write(broken, NUMBER)) == [APOLOGY]
    assert write(broken, "STOP", OptOutType="STOP") == NOTHING
    record = caplog.records[0].getMessage()
    assert broken.key_hash(f"{CALLER}>{HOTLINE}") in record
    assert "OSError at test_sms.py:" in record
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_a_report_we_could_not_write_down_may_come_again(broken, caplog):
    assert post(broken, "/sms/status", MessageSid="SM1", MessageStatus="sent").status_code == 503
    assert "SM1" not in caplog.text


# --- the law: any signed text gets a document a mobile's provider understands


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    toy = Toy(tmp_path_factory.mktemp("lasting"))
    yield toy
    toy.close()


BODIES = st.sampled_from(["余额", "安静", "网点 青秀", "482913", "0", "9", "退订", NUMBER, PIN]) | st.text(
    max_size=40
)
TEXTS = st.fixed_dictionaries(
    {"MessageSid": st.uuids().map(str), "Body": BODIES},
    optional={
        "From": st.sampled_from(["anonymous", "+8610099999999"]) | st.text(max_size=16),
        "To": st.text(max_size=16),
        "NumMedia": st.sampled_from(["0", "1", "x"]),
        "OptOutType": st.sampled_from(["STOP", "START", "", "x"]),
        "MessageStatus": st.sampled_from(["sent", "delivered"]) | st.text(max_size=5),
    },
)


@given(texts=st.lists(TEXTS, min_size=10, max_size=30))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_any_signed_texts_get_documents_without_secrets(lasting, texts):
    for text in texts:
        fields = {"From": CALLER, "To": HOTLINE, **text}
        answer = post(lasting, "/sms/incoming", **fields)
        replies = replies_in(Received(answer.status_code, answer.content_type, answer.data), PUBLIC)
        assert len(replies) <= 1
        # An amount is told to the mobile that asked, as this toy knows no other; numbers and codes never are.
        secrets = {NUMBER, PIN, CALLER} - set(text["Body"].split())
        assert not [secret for secret in secrets if secret in answer.text]
        assert post(lasting, "/sms/status", **fields).status_code == 204
