"""A watched voice: it speaks as its voice does, and rests for a minute after each failure."""

import pytest
from house import Clock

from ivr.watched_voice import WatchedVoice
from speech.sound import Sound
from speech.telephone import silence
from speech.voices import VoiceFailed


class Hoarse:
    """A voice that fails when it is told to. `paces` are those it spoke at, `ended` whether it was closed."""

    name = "hoarse"
    fingerprint = "hoarse revision 1"

    def __init__(self) -> None:
        self.fails = False
        self.ended = False
        self.paces: list[float] = []

    def speak(self, text: str, pace: float = 1.0) -> Sound:
        if self.fails:
            raise VoiceFailed("hoarse")
        self.paces.append(pace)
        return silence(0.1 * len(text))

    def close(self) -> None:
        self.ended = True


class Endless:
    """A voice with nothing to end."""

    name = fingerprint = "endless"

    def speak(self, text: str, pace: float = 1.0) -> Sound:
        raise VoiceFailed(text)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_it_speaks_as_its_voice_and_under_its_name(clock):
    voice = Hoarse()
    watched = WatchedVoice(voice, clock)
    assert watched.speak("您好", 0.78) == voice.speak("您好")
    assert voice.paces == [0.78, 1.0]
    assert (watched.name, watched.fingerprint) == (voice.name, voice.fingerprint)
    assert watched.works()


def test_after_a_failure_it_rests_for_a_minute_and_each_failure_begins_it_anew(clock):
    voice = Hoarse()
    watched = WatchedVoice(voice, clock)
    voice.fails = True
    for _ in range(2):
        with pytest.raises(VoiceFailed, match="hoarse"):
            watched.speak("您好")
        clock.forward(59.9)
        assert not watched.works()
    clock.forward(0.1)
    assert watched.works()


def test_a_success_does_not_end_the_rest(clock):
    voice = Hoarse()
    watched = WatchedVoice(voice, clock)
    voice.fails = True
    with pytest.raises(VoiceFailed):
        watched.speak("您好")
    voice.fails = False
    watched.speak("您好")
    assert not watched.works()


def test_what_is_no_fault_of_the_voice_is_not_held_against_it(clock):
    class Picky(Hoarse):
        def speak(self, text: str, pace: float = 1.0) -> Sound:
            raise ValueError("not Hanzi")

    watched = WatchedVoice(Picky(), clock)
    with pytest.raises(ValueError, match="not Hanzi"):
        watched.speak("abc")
    assert watched.works()


def test_closing_ends_a_voice_that_can_be_ended(clock):
    voice = Hoarse()
    WatchedVoice(voice, clock).close()
    assert voice.ended
    WatchedVoice(Endless(), clock).close()
