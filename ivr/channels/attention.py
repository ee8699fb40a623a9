"""What one caller says to an open question: that they began, that it was nothing after all, or their words.

The listener cuts speech out of the line as it comes; what was cut out is understood beside the call, so that
keys count meanwhile. Every time is in seconds of one clock.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from ivr.failures import place_of
from speech.ears import Ear, EarBusy, Heard
from speech.listening.events import Event, FalseStart, SpeechBegan, SpeechEnded, TooLong
from speech.listening.listener import Listener
from speech.sound import Sound

_log = logging.getLogger(__name__)

UNDERSTOOD_WITHIN = 8.0
"""Seconds after which an ear that has not answered is given up for the rest of the call."""


@dataclass(frozen=True, slots=True)
class Began:
    """The caller speaks: what we are saying should stop."""


@dataclass(frozen=True, slots=True)
class Mistaken:
    """What began was no speech, held no words, or met a busy ear: what it stopped can be taken up again."""


@dataclass(frozen=True, slots=True)
class Deaf:
    """The ear has failed; for the rest of the call there are keys."""


Told = Began | Mistaken | Deaf | Heard


class Attention:
    """Hears one call. `pool` runs the ear; nothing is heard before a question is asked that takes words."""

    def __init__(self, listener: Listener, ear: Ear, pool: Executor) -> None:
        self._listener = listener
        self._ear = ear
        self._pool = pool
        self._phrases: tuple[str, ...] = ()
        self._speaks = False
        self._words: Future[Heard] | None = None
        self._until = 0.0
        self._deaf = False

    @property
    def is_busy(self) -> bool:
        """Whether the caller speaks, or is still being understood."""
        return self._speaks or self._words is not None

    def ask(self, phrases: Sequence[str]) -> None:
        """Open the next question: what it takes for an answer; nothing is heard where that is no words."""
        self._phrases = tuple(phrases)
        self.forget()

    def forget(self) -> None:
        """Drop what is being said or understood: the caller has answered by key."""
        self._listener.forget()
        self._speaks, self._words = False, None

    def hear(self, mulaw: bytes, *, playing: bool, interruptible: bool, now: float) -> list[Told]:
        """Take sound of the line, and whether something of ours is played meanwhile."""
        if not self._phrases or self._deaf:
            return []
        self._listener.we_speak(playing, interruptible)
        events = self._listener.hear(mulaw)
        return [told for event in events for told in self._told(event, now)]

    def look(self, now: float) -> list[Told]:
        """See whether the ear has understood something meanwhile."""
        words = self._words
        if words is None:
            return []
        if words.done():
            self._words = None
            return [self._result(words)]
        if now < self._until:
            return []
        self._words = None
        return [self._failed("it did not answer")]

    def _told(self, event: Event, now: float) -> list[Told]:
        if self._words is not None:
            return []  # one answer at a time: what is said meanwhile is not waited for
        match event:
            case SpeechBegan():
                self._speaks = True
                return [Began()]
            case SpeechEnded(sound=sound):
                self._speaks = False
                self._words = self._pool.submit(_understood, self._ear, self._phrases, sound)
                self._until = now + UNDERSTOOD_WITHIN
                return []
            case FalseStart() | TooLong() if self._speaks:
                self._speaks = False
                return [Mistaken()]
            case _:
                return []

    def _result(self, words: "Future[Heard]") -> Told:
        try:
            heard = words.result()
        except EarBusy:
            return Mistaken()
        except Exception as error:  # noqa: BLE001 - an ear may fail in any way; the call has keys
            return self._failed(place_of(error))
        return heard if heard.words else Mistaken()

    def _failed(self, why: str) -> Deaf:
        _log.error("the ear %s failed a call: %s", self._ear.name, why)
        self._deaf = True
        return Deaf()


def _understood(ear: Ear, phrases: Sequence[str], sound: Sound) -> Heard:
    hearing = ear.listen(phrases)
    try:
        hearing.feed(sound)
        return hearing.finish()
    finally:
        hearing.close()
