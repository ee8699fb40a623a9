"""What one caller says to an open question: that they began, that it was nothing after all, or their words.

The listener cuts speech out of the line as it comes; what was cut out is understood beside the call, so that
keys count meanwhile. Every time is in seconds of one clock.
"""

import logging
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from ivr.channels.understanding import Understanding
from ivr.failures import place_of
from speech.ears import Ear, EarBusy, Heard
from speech.listening.events import (
    Event,
    FalseStart,
    SpeechBegan,
    SpeechEnded,
    SpeechSuspected,
    TooLong,
)
from speech.listening.listener import Listener
from speech.sound import Sound
from speech.telephone import RATE, mulaw_decode

_log = logging.getLogger(__name__)

UNDERSTOOD_WITHIN = 8.0
"""Seconds after which an ear that has not answered is given up for the rest of the call."""
MOST_SUSPICIONS = 5
"""False suspicions of speech in a call that stop a prompt; on such a line only speech does afterwards."""


@dataclass(frozen=True, slots=True)
class Began:
    """The caller speaks, or may do so: what we are saying should stop."""


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
        self._suspects = False
        self._suspicions = 0  # that were false
        self._said: Understanding | None = None  # while the caller speaks
        self._words: Future[Heard] | None = None  # once the caller has spoken
        self._until = 0.0
        self._deaf = False

    @property
    def is_busy(self) -> bool:
        """Whether the caller speaks, may do so, or is still being understood."""
        return self._suspects or self._said is not None or self._words is not None

    def ask(self, phrases: Sequence[str]) -> None:
        """Open the next question: what it takes for an answer; nothing is heard where that is no words."""
        self._phrases = tuple(phrases)
        self.forget()

    def forget(self) -> None:
        """Drop what is being said or understood: the caller has answered by key, or is gone."""
        self._listener.forget()
        if self._said:
            self._said.drop()
        self._said = self._words = None
        self._suspects = False

    def hear(self, mulaw: bytes, *, playing: bool, interruptible: bool, now: float) -> list[Told]:
        """Take sound of the line, and whether something of ours is played meanwhile."""
        if not self._phrases or self._deaf:
            return []
        self._listener.we_speak(playing, interruptible)
        before = self._said
        events = self._listener.hear(mulaw)
        told = [told for event in events for told in self._told(event, now)]
        if self._said and self._said is before:
            self._said.go_on(Sound(mulaw_decode(mulaw), RATE))
        return told

    def look(self, now: float) -> list[Told]:
        """See whether the ear has understood something meanwhile."""
        if self._said and (early := self._said.early):
            self.forget()
            return [self._result(early)]
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
            case SpeechSuspected() if self._suspicions < MOST_SUSPICIONS:
                self._suspects = True
                return [Began()]
            case FalseStart() if self._suspects:
                self._suspects = False
                self._suspicions += 1
                return [Mistaken()]
            case SpeechBegan(sound=sound):
                suspected, self._suspects = self._suspects, False
                self._said = self._understanding()
                self._said.begin(sound)
                return [] if suspected else [Began()]
            case SpeechEnded(sound=sound):
                said = self._said or self._understanding()
                self._words, self._said = said.end(sound), None
                self._until = now + UNDERSTOOD_WITHIN
            case FalseStart() | TooLong() if self._said:
                self._said.drop()
                self._said = None
                return [Mistaken()]
        return []

    def _understanding(self) -> Understanding:
        return Understanding(self._ear, self._phrases, self._pool)

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
