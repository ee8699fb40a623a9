"""Calls over a socket: heard and answered as by key, and left to the keys whenever something is wrong."""

import json
from datetime import timedelta
from functools import partial

import pytest
from provider_end import STREAM
from sqlalchemy import text
from stream_end import Does, StreamEnd
from toy_doors import CALLER, NUMBER, PIN, Toy, heard

from ivr.channels import stream as door
from ivr.channels.stream import Streams
from ivr.channels.stream_token import StreamPass, StreamTokens
from ivr.conversation import Request
from menus.actions import Say
from menus.dialogue import Turn
from menus.events import StayedSilent
from speech.telephone import mulaw_encode

CALL = "CA0123456789abcdef0123456789abcdef"


class Socketed:
    """The toy hotline, and calls to it over sockets."""

    def __init__(self, toy: Toy) -> None:
        self.toy = toy
        self.tokens = StreamTokens(toy.vault, toy.clock)

    def greeted(self, call: str = CALL) -> str:
        """Let the provider fetch the first document of a call; returns the token of its stream."""
        self.toy.twilio.send(
            self.toy.twilio.prepare(
                "/voice/incoming",
                {"CallSid": call, "From": CALLER, "To": "+8610012333000", "CallStatus": "ringing"},
            )
        )
        return self.tokens.seal(StreamPass(call, CALLER))

    def led(self, *does: Does, **how: object) -> StreamEnd:
        """Lead a call over a socket until our side closes it."""
        token = how.pop("token", None) or self.greeted()
        end = StreamEnd(CALL, str(token), list(does), **how)  # type: ignore[arg-type]
        self.streams(end).serve(end)
        assert end.closed is not None
        return end

    def streams(self, end: StreamEnd) -> Streams:
        toy = self.toy
        return Streams(toy.conversations, toy.script, toy.shelf, self.tokens, toy.key_hash, end.clock)

    def goes_on(self) -> str:
        """Return the document the provider fetches when the socket has closed."""
        answer = self.toy.twilio.send(
            self.toy.twilio.prepare("/voice/turn?n=0", {"CallSid": CALL, "From": CALLER, "Digits": ""})
        )
        return answer.body.decode()

    def sound(self) -> bytes:
        """Return the turns of this call so far, as they sound, one after the other."""
        last = self.toy.conversations.last(CALL)
        assert last
        return b"".join(self._sound(last.conversation_id, number) for number in range(1, last.number + 1))

    def _sound(self, conversation_id: int, number: int) -> bytes:
        found = self.toy.conversations.at(conversation_id, number)
        assert found
        passages = [passage for passage in self.toy.script.passages(found[0]) if passage.lines]
        return b"".join(mulaw_encode(self.toy.shelf.sound(passage).samples) for passage in passages)

    def turn(self, number: int) -> Turn:
        """Return a turn of the call that was."""
        last = self.toy.conversations.last(CALL)
        found = last and self.toy.conversations.at(last.conversation_id, number)
        assert found
        return found[0].turn

    @property
    def menu(self) -> str:
        """Where the call stands."""
        last = self.toy.conversations.last(CALL)
        assert last
        return last.turn.state.menu


def said(turn: Turn) -> str:
    """Return the first prompt of a turn."""
    first = turn.actions[0]
    assert isinstance(first, Say)
    return first.prompt


@pytest.fixture
def socketed(playing: Toy) -> Socketed:
    return Socketed(playing)


def test_a_balance_is_heard_to_its_last_sample(socketed):
    end = socketed.led(Does("1"), Does(NUMBER), Does(PIN), Does(hangs_up=True))
    assert end.closed == 1000
    assert socketed.menu == "balance.said"
    assert end.heard == socketed.sound()
    assert end.clears == []


def test_a_key_stops_the_prompt_at_once(socketed):
    end = socketed.led(Does("1", into=2.5), Does(hangs_up=True))
    assert socketed.menu == "identity"
    assert len(end.clears) == 1
    assert end.heard != socketed.sound()


def test_what_must_be_heard_is_and_keys_meanwhile_are_lost(socketed):
    end = socketed.led(Does("1", into=0.5), Does(hangs_up=True))
    assert socketed.menu == "main"
    assert end.clears == []
    assert end.heard == socketed.sound()


def test_a_caller_who_stays_silent_is_asked_again_after_the_questions_seconds(socketed):
    end = socketed.led(Does(hangs_up=True, after=9.0))
    assert socketed.menu == "main"
    last = socketed.toy.conversations.last(CALL)
    assert last.number == 2
    assert last.turn.state.tries.silent == 1
    assert end.heard == socketed.sound()


def test_an_entry_ends_when_keys_stop_coming(socketed):
    socketed.led(Does("1"), Does("4501"), Does(hangs_up=True, after=9.0))
    assert said(socketed.turn(3)) == "short"


def test_an_entry_ends_at_the_hash_key(socketed):
    socketed.led(Does("1"), Does("4501#"), Does(hangs_up=True))
    assert socketed.menu == "pin", "a card number ends so"


def test_waiting_takes_its_seconds_and_needs_nobody(socketed):
    end = socketed.led(Does("2"), Does(hangs_up=True, after=4.0))
    assert socketed.menu == "main"
    assert end.heard == socketed.sound()


def test_a_transfer_is_left_to_the_document(socketed):
    end = socketed.led(Does("0"))
    assert end.closed == 1000
    document = socketed.goes_on()
    assert "<Dial" in document
    assert "<Play>" in document, "and what is said before it"


def test_a_goodbye_is_left_to_the_document(socketed):
    socketed.led(Does("4"))
    document = socketed.goes_on()
    assert "<Hangup/>" in document.replace(" />", "/>")
    assert "<Play>" in document, "and said before it"


def test_whatever_breaks_ends_the_socket_and_the_question_is_asked_by_key(socketed, caplog):
    def breaks() -> None:
        with socketed.toy.engine.begin() as connection:
            connection.execute(text("ALTER TABLE turns RENAME TO lost"))

    end = socketed.led(Does(act=breaks), Does("1"))
    assert end.closed == 1011
    assert "OperationalError" in caplog.text
    assert CALL not in caplog.text
    with socketed.toy.engine.begin() as connection:
        connection.execute(text("ALTER TABLE lost RENAME TO turns"))
    assert "<Gather" in socketed.goes_on()
    assert socketed.menu == "main"


def test_what_no_voice_has_is_said_by_the_provider(socketed, tmp_path):
    token = socketed.greeted()
    for file in (tmp_path / "sounds").glob("*.wav"):
        file.unlink()
    assert socketed.led(token=token).closed == 1000
    assert "<Say" in socketed.goes_on()


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ({"callSid": "CA1"}, "not of this call"),
        ({"customParameters": {}}, "not of this call"),
        ({"customParameters": {"token": "made up"}}, "not of this call"),
        ({"customParameters": {"token": "字" * 100}}, "not of this call"),
        ({"mediaFormat": {"encoding": "audio/l16", "sampleRate": 8000, "channels": 1}}, "telephone"),
    ],
)
def test_a_stream_that_is_not_ours_is_refused(socketed, caplog, start, why):
    assert socketed.led(start=start).closed == 1008
    assert why in caplog.text


def test_a_token_is_good_for_a_minute(socketed):
    token = socketed.greeted()
    socketed.toy.clock.now += timedelta(seconds=61)
    assert socketed.led(token=token).closed == 1008


def test_a_call_nobody_greeted_or_that_is_over_has_no_stream(socketed):
    never = socketed.tokens.seal(StreamPass(CALL, CALLER))
    assert socketed.led(token=never).closed == 1008
    socketed.led(Does("4"))
    assert socketed.led(token=never).closed == 1008


def test_a_second_socket_for_the_same_call_is_refused(socketed):
    token = socketed.greeted()
    first = StreamEnd(CALL, token, [Does(hangs_up=True)])
    streams = socketed.streams(first)
    second = StreamEnd(CALL, token, [])
    with streams._alone(CALL):
        streams.serve(second)
    assert second.closed == 1008
    streams.serve(first)
    assert first.closed == 1000


def test_more_than_a_process_can_serve_are_led_by_key(socketed, monkeypatch):
    monkeypatch.setattr(door, "MOST_AT_ONCE", 0)
    assert socketed.led().closed == 1013


def test_a_turn_that_somebody_else_took_ends_the_socket(socketed):
    def by_key() -> None:
        asked = Request(CALL, f"{CALL}/2", StayedSilent(), "voice", CALLER, number=2)
        socketed.toy.conversations.take_turn(asked)

    end = socketed.led(Does(act=by_key), Does("1"))
    assert end.closed == 1000
    assert (socketed.menu, said(socketed.turn(2))) == ("main", "silent")


@pytest.mark.parametrize(
    "message",
    ['{"event": "start"', "", b"\x00", json.dumps({"event": "media", "streamSid": "MZ9"}), "[]", '"' * 20000],
)
def test_a_message_that_cannot_be_read_is_dropped_and_too_many_end_the_socket(socketed, message):
    end = socketed.led(Does(message=message), Does("1"), Does(hangs_up=True))
    assert (end.closed, socketed.menu) == (1000, "identity")


def test_too_many_unreadable_messages_end_the_socket(socketed, caplog):
    end = socketed.led(*[Does(message="nonsense", after=0.1)] * 30)
    assert end.closed == 1008
    assert "too many messages are unreadable" in caplog.text


def test_a_repeated_message_counts_once(socketed):
    again = {"event": "dtmf", "sequenceNumber": "1", "streamSid": STREAM, "dtmf": {"digit": "1"}}
    socketed.led(Does(message=json.dumps(again)), Does(hangs_up=True))
    assert socketed.menu == "main"


def test_a_second_start_ends_the_socket(socketed, caplog):
    token = socketed.greeted()
    start = json.loads(StreamEnd(CALL, token)._inbox[1])
    start["sequenceNumber"] = "900"
    assert socketed.led(Does(message=json.dumps(start)), token=token).closed == 1008
    assert "started twice" in caplog.text


def test_a_mark_that_never_comes_does_not_hold_the_caller(socketed):
    end = socketed.led(Does("1", after=30.0), Does(hangs_up=True), marks_come=False)
    assert end.closed == 1000
    assert socketed.toy.conversations.last(CALL).number > 1


def test_marks_of_others_mean_nothing(socketed):
    end = StreamEnd(CALL, socketed.greeted())
    for name in ("g0-sound9", "g1-sound1", "g0-other", "x"):
        end.does.append(Does(act=partial(end.tell, "mark", mark={"name": name}), into=0.1))
    end.does += [Does("1", into=0.5), Does(hangs_up=True)]
    socketed.streams(end).serve(end)
    assert socketed.menu == "main", "the notice was still playing"
    assert end.clears == []


def test_a_line_that_falls_silent_is_given_up(socketed, caplog):
    token = socketed.greeted()
    end = StreamEnd(CALL, token, frames_come=False, marks_come=False)
    socketed.streams(end).serve(end)
    assert end.closed == 1008
    assert "nothing comes from the line any more" in caplog.text
    assert end.now < 60


def test_a_socket_without_a_start_is_given_up(socketed):
    end = StreamEnd(CALL, "")
    end._inbox.clear()
    socketed.streams(end).serve(end)
    assert end.closed == 1008
    end = StreamEnd(CALL, "")
    end._inbox.clear()
    end.tell("dtmf", dtmf={"digit": "1"})
    socketed.streams(end).serve(end)
    assert end.closed == 1008


def test_by_key_and_by_socket_the_same_is_said(socketed):
    line = socketed.toy.call()
    line.press("1")
    assert "请按身份证号" in heard(line)
    end = socketed.led(Does("1"), Does(hangs_up=True))
    assert end.heard == socketed.sound()
