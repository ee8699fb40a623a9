"""What is known of sounds that were sent: playing, heard, stopped, taken up again."""

import json

import pytest

from ivr.channels.playback import BEFORE, GRACE, Playback, Spoken

SECOND = b"\x80" * 8000


class Sent:
    """A playback, and what it sent."""

    def __init__(self) -> None:
        self.messages: list[dict[str, object]] = []
        self.playback = Playback("MZ1", lambda text: self.messages.append(json.loads(text)))

    @property
    def events(self) -> list[str]:
        return [str(message["event"]) for message in self.messages]


@pytest.fixture
def sent() -> Sent:
    return Sent()


def test_sound_goes_out_in_seconds_and_a_mark_behind_it(sent):
    sent.playback.play([Spoken(SECOND * 2 + b"\x80", interruptible=True)], 0.0)
    assert sent.events == ["media", "media", "media", "mark"]
    assert sent.playback.is_playing
    sent.playback.marked("g0-sound1", 2.0)
    assert not sent.playback.is_playing


def test_nothing_is_nothing_to_wait_for(sent):
    sent.playback.play([Spoken(b"", interruptible=True)], 0.0)
    assert sent.messages == []
    assert not sent.playback.is_playing
    assert not sent.playback.interrupt(0.0)
    assert not sent.playback.take_up(0.0)


def test_what_was_stopped_is_taken_up_a_moment_before(sent):
    sent.playback.play([Spoken(SECOND * 5, interruptible=True)], 10.0)
    assert sent.playback.interrupt(13.0)
    sent.playback.marked("g0-sound1", 13.0)  # cleared, so it comes at once
    assert sent.events[-1] == "clear"
    assert sent.playback.take_up(14.0)
    assert sent.events[-4:] == ["media", "media", "media", "mark"], f"the last {5 - 3 + BEFORE:.0f} seconds"
    assert sent.messages[-1]["mark"] == {"name": "g1-sound2"}
    assert not sent.playback.take_up(14.0), "once"


def test_what_had_just_ended_when_it_was_stopped_is_not_heard_again(sent):
    sent.playback.play([Spoken(SECOND, interruptible=True)], 0.0)
    assert sent.playback.interrupt(1.0 + BEFORE)
    count = len(sent.messages)
    sent.playback.take_up(3.0)
    assert len(sent.messages) == count
    assert not sent.playback.is_playing


def test_what_must_be_heard_cannot_be_stopped(sent):
    sent.playback.play([Spoken(SECOND, interruptible=False), Spoken(SECOND, interruptible=True)], 0.0)
    assert sent.playback.must_be_heard
    assert not sent.playback.interrupt(0.5)
    sent.playback.marked("g0-sound1", 1.0)
    assert not sent.playback.must_be_heard
    assert sent.playback.interrupt(1.5)


def test_a_mark_of_a_later_sound_tells_that_those_before_are_over_too(sent):
    sent.playback.play([Spoken(SECOND, interruptible=False), Spoken(SECOND, interruptible=True)], 0.0)
    sent.playback.marked("g0-sound2", 2.0)
    assert not sent.playback.is_playing


def test_a_mark_that_does_not_come_is_not_waited_for(sent):
    sent.playback.play([Spoken(SECOND, interruptible=True)], 0.0)
    sent.playback.wait(1.0 + GRACE)
    assert sent.playback.is_playing
    sent.playback.wait(1.1 + GRACE)
    assert not sent.playback.is_playing
