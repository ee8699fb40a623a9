"""Calls by key through the real doors: each request answered once, in any order, and never with an error."""

import logging
import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy_doors import CALLER, HOTLINE, NUMBER, PERSON, PIN, PUBLIC, SECRETS, TOKEN, Toy, heard, tree
from werkzeug.test import Client

from ivr.channels import voice
from ivr.channels.numbers import number_of
from ivr.channels.phone.document import Document
from ivr.channels.phone.line import FarEnd, Patience
from ivr.channels.phone.transport import Answer as Received
from ivr.channels.phone.twilio import signature as signed
from ivr.channels.script import WHISPER
from ivr.channels.turn_token import TurnPassage
from ivr.channels.twiml import SORRY_AGENT
from ivr.channels.voice import Calls, event_from
from ivr.failures import place_of
from menus.events import Pressed, StayedSilent, TransferEnded

CALL = "CA" + "0" * 32
BALANCE = "陈某英,余额是,一千零二十二元五角一分。"


def post(toy: Toy, target: str, **fields: str):
    """One signed request; its answer."""
    body = urlencode(fields)
    headers = {"X-Twilio-Signature": signed(TOKEN, PUBLIC + target, fields)}
    return Client(toy.app).post(
        target, data=body, headers=headers, content_type="application/x-www-form-urlencoded"
    )


def of_call(**more: str) -> dict[str, str]:
    return {"CallSid": CALL, "From": CALLER, "To": HOTLINE, **more}


def turn(toy: Toy, target: str, **more: str) -> str:
    answer = post(toy, target, **of_call(**more))
    assert answer.status_code == 200
    assert answer.content_type == "text/xml; charset=utf-8"
    return answer.text


# --- calls as people make them


def test_a_call_to_the_balance_and_back(toy):
    line = toy.call()
    assert heard(line) == "您好,这里是演示医保电话。"
    line.press("1", Patience.INTERRUPTS)
    line.press(NUMBER)
    line.press(PIN)
    assert BALANCE in heard(line)
    line.press("1")
    assert line.heard[-1].text == "查余额,请按一。"
    line.hang_up()
    assert toy.conversations.last(line.call_sid).turn.state.over


def test_the_same_call_with_our_own_voice(playing):
    line = playing.call()
    for keys in ("1", NUMBER, PIN):
        line.press(keys)
    line.listen()
    assert heard(line).endswith(BALANCE)
    assert playing.beep.spoken == []
    urls = [each.url for each in line.heard]
    assert urls[-1].startswith(f"{PUBLIC}/sound/turn/")
    assert not [url for url in urls for secret in SECRETS if secret in url]


def test_what_must_be_heard_out_is_not_interrupted_by_a_key(toy):
    line = toy.call()
    line.press("1", Patience.NOW)
    line.listen()
    assert "这是提示。" in heard(line)
    assert [each.interruptible for each in line.heard] == [False, False, True]


def test_silence_is_answered_and_ends_with_a_person(toy):
    line = toy.call(FarEnd("completed"))
    line.silence()
    assert "您还在吗?" in heard(line)
    line.silence()
    line.listen()
    assert line.over
    assert heard(line).endswith("您还在吗?正在转人工。再见。")


def test_waiting_goes_on_by_itself(toy):
    line = toy.call()
    line.press("2")
    line.listen()
    assert heard(line).endswith("请稍等。查余额,请按一。")


def test_a_card_number_ends_with_the_hash_key(toy):
    line = toy.call()
    line.press("1")
    line.press("12345678#")
    line.listen()
    assert heard(line).endswith("请按查询密码。")


@pytest.mark.parametrize(
    ("far_end", "said"),
    [
        (FarEnd("completed"), "再见。"),
        (FarEnd("busy"), "查余额,请按一。"),
        (FarEnd("no-answer"), "查余额,请按一。"),
        (FarEnd("failed"), "查余额,请按一。"),
    ],
)
def test_after_a_transfer_the_call_goes_on(toy, far_end, said):
    line = toy.call(far_end)
    line.press("0")
    line.listen()
    assert heard(line).endswith("正在转人工。" + said)


def test_a_broken_service_is_an_apology_and_the_next_question(toy, caplog):
    line = toy.call()
    line.press("3")
    line.listen()
    assert heard(line).endswith("对不起。查余额,请按一。")


@pytest.mark.parametrize("repeats", [1, 2])
def test_every_request_may_come_again_at_once(toy, repeats):
    toy.twilio.repeats = repeats
    line = toy.call()
    for keys in ("1", NUMBER, PIN):
        line.press(keys)
    line.listen()
    assert heard(line).count(BALANCE) == 1
    line.hang_up()


def test_engines_that_leave_out_empty_digits(toy):
    toy.twilio.omits_empty_digits = True
    line = toy.call()
    line.silence()
    assert "您还在吗?" in heard(line)


# --- requests in the wrong order


def test_a_repetition_is_answered_the_same_and_an_older_one_as_it_was_then(toy):
    greeting = turn(toy, "/voice/incoming")
    asked = turn(toy, "/voice/turn?n=2", Digits="1")
    entered = turn(toy, "/voice/turn?n=3", Digits=NUMBER)
    assert greeting != asked != entered
    assert turn(toy, "/voice/incoming") == greeting
    assert turn(toy, "/voice/turn?n=2", Digits="1") == asked
    assert turn(toy, "/voice/turn?n=2", Digits="2") == asked
    assert turn(toy, "/voice/turn?n=3") == entered


@pytest.mark.parametrize(
    "query", ["", "?n=", "?n=9", "?n=0", "?n=-1", "?n=x", "?n=02", "?n=%D9%A3", "?n=" + "9" * 30]
)
def test_a_number_that_cannot_be_is_asked_the_last_question_again(toy, query):
    turn(toy, "/voice/incoming")
    asked = turn(toy, "/voice/turn?n=2", Digits="1")
    assert turn(toy, f"/voice/turn{query}", Digits=NUMBER) == asked
    assert toy.conversations.last(CALL).number == 2


def test_nobody_is_greeted_after_the_end(toy):
    turn(toy, "/voice/incoming")
    assert post(toy, "/voice/status", **of_call(CallStatus="completed")).status_code == 204
    late = [turn(toy, f"/voice/turn?n={number}&silent=1") for number in (2, 3)]
    assert all(document.endswith("<Response><Hangup/></Response>") for document in late)


def test_an_unknown_call_is_not_begun_by_a_turn(toy):
    assert turn(toy, "/voice/turn?n=2", Digits="1").endswith("<Response><Hangup/></Response>")
    assert toy.conversations.last(CALL) is None


@pytest.mark.parametrize("status", ["completed", "busy", "failed", "no-answer", "canceled"])
def test_any_end_closes_the_conversation_once(toy, status):
    turn(toy, "/voice/incoming")
    for _ in range(3):
        assert post(toy, "/voice/status", **of_call(CallStatus=status)).status_code == 204
    assert toy.conversations.last(CALL).turn.state.over
    assert toy.conversations.last(CALL).number == 2


def test_what_is_no_end_leaves_the_call_alone(toy):
    turn(toy, "/voice/incoming")
    for status in ("ringing", "in-progress", ""):
        assert post(toy, "/voice/status", **of_call(CallStatus=status)).status_code == 204
    assert post(toy, "/voice/status", CallStatus="completed").status_code == 204
    assert toy.conversations.last(CALL).number == 1


def test_a_request_that_names_no_call_is_hung_up(toy):
    for target in ("/voice/incoming", "/voice/turn?n=1"):
        answer = post(toy, target, CallSid="CA 1", From=CALLER)
        assert answer.text.endswith("<Response><Hangup/></Response>")


def test_the_day_is_that_of_china(toy):
    turn(toy, "/voice/incoming")
    assert toy.conversations.last(CALL).turn.state.day.isoformat() == "2026-11-24"


def test_a_number_that_is_not_answered(toy):
    app = Flask("other", static_folder=None)
    calls = Calls(toy.conversations, toy.renderer, toy.clock, lambda called: called == PERSON)
    doors = voice.blueprint(calls, toy.signature, toy.key_hash)
    app.register_blueprint(doors)
    toy.app = app
    assert turn(toy, "/voice/incoming").endswith("<Response><Reject/></Response>")
    assert toy.conversations.last(CALL) is None


# --- what a request tells


@pytest.mark.parametrize(
    ("fields", "query", "event"),
    [
        ({"Digits": "1"}, {}, Pressed("1")),
        ({"Digits": "4501*"}, {}, Pressed("4501*")),
        ({"Digits": "12345678", "FinishedOnKey": "#"}, {}, Pressed("12345678#")),
        ({"Digits": "", "FinishedOnKey": "#"}, {}, Pressed("#")),
        ({"Digits": "1", "FinishedOnKey": ""}, {}, Pressed("1")),
        ({"Digits": "#"}, {}, Pressed("#")),
        ({"Digits": "1A2D"}, {}, Pressed("12")),
        ({"Digits": "AB"}, {}, StayedSilent()),
        ({"Digits": ""}, {}, StayedSilent()),
        ({}, {}, StayedSilent()),
        ({"Digits": "1"}, {"silent": "1"}, StayedSilent()),
        ({"Digits": "12x"}, {}, StayedSilent()),
        ({"Digits": "１"}, {}, StayedSilent()),
        ({"Digits": "1" * 65}, {}, StayedSilent()),
        ({"Digits": "1\n"}, {}, StayedSilent()),
        ({"DialCallStatus": "completed"}, {"transfer": "1"}, TransferEnded("answered")),
        ({"DialCallStatus": "answered"}, {"transfer": "1"}, TransferEnded("answered")),
        ({"DialCallStatus": "busy"}, {"transfer": "1"}, TransferEnded("busy")),
        ({"DialCallStatus": "no-answer"}, {"transfer": "1"}, TransferEnded("no_answer")),
        ({"DialCallStatus": "canceled"}, {"transfer": "1"}, TransferEnded("failed")),
        ({}, {"transfer": "1"}, TransferEnded("failed")),
    ],
)
def test_events(fields, query, event):
    assert event_from(fields, query) == event


@pytest.mark.parametrize(
    "shown", ["", None, "anonymous", "+266696687", "+2562533", "sip:a@b", "10086", "+0123456789"]
)
def test_withheld_numbers_are_no_numbers(shown):
    assert number_of(shown) == ""


# --- what whoever answers a transfer is told


def whisper(toy: Toy, conversation: int, number: int, index: int = WHISPER) -> list[str]:
    token = toy.tokens.seal(TurnPassage(conversation, number, index))
    return [part.text or "" for part in tree(turn(toy, f"/voice/whisper?t={token}"))]


@pytest.fixture
def transferred(toy) -> Toy:
    """A verified caller is put through in the fifth turn."""
    line = toy.call(FarEnd("completed"))
    for keys in ("1", NUMBER, PIN, "0"):
        line.press(keys)
    return toy


def test_whoever_answers_is_told_who_is_calling_and_the_caller_is_not(transferred):
    line = transferred.call(FarEnd("completed", rings=2, talks=10))
    line.press("0")
    line.listen()
    assert [each.text for each in line.whispered] == ["来电人没有说是谁。"]
    assert "来电人" not in heard(line)
    assert whisper(transferred, 1, 5) == ["这是陈某英。"]


def test_it_is_told_again_for_ten_minutes_and_then_nothing_is(transferred):
    transferred.clock.forward(minutes=10)
    assert whisper(transferred, 1, 5) == ["这是陈某英。"]
    transferred.clock.forward(seconds=1)
    assert whisper(transferred, 1, 5) == []


def test_nothing_is_told_of_other_turns_other_passages_and_forged_addresses(transferred):
    assert whisper(transferred, 1, 4) == whisper(transferred, 9, 9) == []
    assert whisper(transferred, 1, 5, index=0) == whisper(transferred, 1, 5, index=1) == []
    for query in ("", "?t=", "?t=" + "A" * 40, "?t=%00"):
        assert list(tree(turn(transferred, f"/voice/whisper{query}"))) == []


def test_nobody_is_told_anything_without_a_signature(transferred):
    token = transferred.tokens.seal(TurnPassage(1, 5, WHISPER))
    answer = Client(transferred.app).post(f"/voice/whisper?t={token}", data={"CallSid": CALL})
    assert (answer.status_code, answer.data) == (403, b"")


# --- trouble


class Broken:
    """Stands where the conversations should be and cannot be reached."""

    def take_turn(self, request):
        raise OSError(f"{request.key} {request.event} {request.caller}")


@pytest.fixture
def broken(toy):
    app = Flask("broken", static_folder=None)
    doors = voice.blueprint(Calls(Broken(), toy.renderer, toy.clock), toy.signature, toy.key_hash)
    app.register_blueprint(doors)
    toy.app = app
    return toy


def test_whatever_breaks_whoever_answered_is_joined_without_a_word(broken):
    token = broken.tokens.seal(TurnPassage(1, 1, WHISPER))
    renderer = replace(broken.renderer, tokens=broken.tokens)
    app = Flask("broken", static_folder=None)
    doors = voice.blueprint(Calls(Broken(), renderer, broken.clock), broken.signature, broken.key_hash)
    app.register_blueprint(doors)
    broken.app = app
    assert list(tree(turn(broken, f"/voice/whisper?t={token}"))) == []


@pytest.mark.parametrize("target", ["/voice/incoming", "/voice/turn?n=2", "/voice/fallback"])
def test_whatever_breaks_the_caller_hears_an_apology_and_gets_a_person(broken, target, caplog):
    document = turn(broken, target, Digits=NUMBER, ErrorCode="11200")
    verbs = [part.tag for part in tree(document)]
    assert verbs == ["Say", "Dial", "Say", "Hangup"]
    assert SORRY_AGENT in document
    assert PERSON in document


def test_the_status_of_a_call_may_come_again_when_we_are_in_trouble(broken):
    assert post(broken, "/voice/status", **of_call(CallStatus="completed")).status_code == 503


def test_logs_name_the_conversation_by_its_hash_and_the_place_and_nothing_else(broken, caplog):
    caplog.set_level(logging.DEBUG)
    turn(broken, "/voice/turn?n=2", Digits=NUMBER)
    (record,) = [each for each in caplog.records if each.name.startswith("ivr")]
    assert broken.key_hash(CALL) in record.message
    assert "OSError at test_voice.py:" in record.message
    assert not record.exc_info
    assert not [secret for secret in (*SECRETS, CALL) if secret in caplog.text]


def test_the_fallback_logs_only_a_number(toy, caplog):
    turn(toy, "/voice/fallback", ErrorCode="11200", ErrorUrl="https://h.example/x")
    turn(toy, "/voice/fallback", ErrorCode=f"{NUMBER}\nforged", ErrorUrl="")
    assert [record.getMessage().rpartition(" ")[2] for record in caplog.records] == ["11200", "unknown"]


def test_an_error_without_a_place():
    assert place_of(ValueError("secret")) == "ValueError at an unknown place"


# --- the law: signed requests of any kind get a document that a strict reader understands

LONG = st.text(max_size=70) | st.text("0123456789*#ABCD", max_size=20)
DIGITS = st.sampled_from(["", "1", "2", "3", "4", "0", "9", "8", "*", "#", NUMBER, PIN, "12345678"]) | LONG
TARGETS = st.sampled_from(["/voice/turn"] * 6 + ["/voice/incoming", "/voice/status", "/voice/fallback"])
QUERIES = st.sampled_from(["", "?n=x", "?n=1", "?n=2", "?n=3", "?n=7"]) | st.integers(0, 99).map(
    "?n={}".format
)
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "Digits": DIGITS,
        "FinishedOnKey": st.sampled_from(["", "#", "x"]),
        "CallStatus": st.sampled_from(["in-progress", "ringing", "completed"]) | st.text(max_size=5),
        "DialCallStatus": st.sampled_from(["completed", "busy"]) | st.text(max_size=5),
        "From": st.sampled_from([CALLER, "anonymous"]) | st.text(max_size=20),
        "SpeechResult": st.text(max_size=20),
    },
)
STEPS = st.lists(
    st.tuples(st.just("next"), DIGITS, st.sampled_from(["", "", "&silent=1", "&transfer=1"]))
    | st.tuples(TARGETS, QUERIES, REQUESTS),
    min_size=10,
    max_size=30,
)
# Some begin where something is at stake: half way through a number, or at the balance.
WAYS = st.sampled_from([(), ("1",), ("1", NUMBER), ("1", NUMBER, PIN)])


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    toy = Toy(tmp_path_factory.mktemp("lasting"))
    yield toy
    toy.close()


@given(way=WAYS, steps=STEPS, call=st.uuids().map(str))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_signed_requests_get_documents_without_secrets(lasting, way, steps, call):
    following = "1"
    for first, second, third in [("/voice/incoming", "", {}), *(("next", keys, "") for keys in way), *steps]:
        if first == "next":
            target, fields = f"/voice/turn?n={following}{third}", {"Digits": second}
        else:
            target, fields = first + second, third
        answer = post(lasting, target, **{"CallSid": call, **fields})
        check(answer, PUBLIC + target)
        following = ([following, *re.findall(r"\?n=(\d+)", answer.text)])[-1]


def check(answer, url: str) -> None:
    assert answer.status_code in ((204,) if "/status" in url else (200,))
    if answer.status_code == 200:
        Document.read(Received(200, answer.content_type, answer.data), url)
        assert not [secret for secret in SECRETS if secret in answer.text]


def test_after_a_failed_transfer_the_call_may_listen_again(toy):
    calls = Calls(toy.conversations, toy.renderer, toy.clock, token=lambda call, _caller: f"of {call}")
    arrived = calls.incoming(of_call(), {})
    assert tree(arrived).find("Connect/Stream/Parameter").attrib["value"] == f"of {CALL}"
    by_key = tree(calls.turn(of_call(Digits="0"), {"n": "2"}))
    assert by_key.find("Connect") is None
    back = tree(calls.turn(of_call(DialCallStatus="busy"), {"n": "3", "transfer": "1"}))
    assert [child.tag for child in back] == ["Connect", "Redirect"]


def test_after_a_talk_with_a_person_nothing_listens_any_more(toy):
    calls = Calls(toy.conversations, toy.renderer, toy.clock, token=lambda _call, _caller: "one")
    calls.incoming(of_call(), {})
    calls.turn(of_call(Digits="0"), {"n": "2"})
    over = tree(calls.turn(of_call(DialCallStatus="completed"), {"n": "3", "transfer": "1"}))
    assert over.find("Connect") is None
    assert over.find("Hangup") is not None
