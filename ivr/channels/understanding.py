"""One utterance being understood beside its call, by a thread of a pool, so that keys count meanwhile.

An ear that hears along is fed while the caller speaks. So it knows the words when the caller stops, and
sooner where they are a whole phrase already: then nobody waits for the end of the pause.
"""

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from contextlib import closing
from queue import SimpleQueue

from menus.answers import normal
from speech.ears import Ear, Heard
from speech.sound import Sound

HELD = 0.3
"""Seconds for which words must have stayed a phrase to be the answer: corrections come sooner."""


class Understanding:
    """What an ear makes of an utterance that has begun; `phrases` are what the question takes."""

    def __init__(self, ear: Ear, phrases: Sequence[str], pool: Executor) -> None:
        self._ear = ear
        self._phrases = tuple(phrases)
        self._pool = pool
        self._pieces: SimpleQueue[Sound | None] = SimpleQueue()
        self._along: Future[Heard] | None = None

    def begin(self, sound: Sound) -> None:
        """Take the first of the utterance."""
        if self._ear.hears_along:
            self._pieces.put(sound)
            self._along = self._pool.submit(self._heard_along)

    def go_on(self, sound: Sound) -> None:
        """Take what follows."""
        if self._along:
            self._pieces.put(sound)

    def end(self, sound: Sound) -> "Future[Heard]":
        """The caller has stopped, `sound` was all of it: return the words as soon as they are known."""
        self.drop()
        return self._along or self._pool.submit(self._heard, sound)

    def drop(self) -> None:
        """Take no more: it has ended, or its words are not wanted."""
        self._pieces.put(None)

    @property
    def early(self) -> "Future[Heard] | None":
        """What was understood although the caller may still speak, if something was."""
        along = self._along
        return along if along and along.done() and along.exception() is None else None

    def _heard(self, sound: Sound) -> Heard:
        with closing(self._ear.listen(self._phrases)) as hearing:
            hearing.feed(sound)
            return hearing.finish()

    def _heard_along(self) -> Heard:
        whole, held = _whole(self._phrases), 0.0
        with closing(self._ear.listen(self._phrases)) as hearing:
            while held < HELD and (piece := self._pieces.get()) is not None:
                words = hearing.feed(piece)
                held = held + piece.duration if words and normal(words) in whole else 0.0
            return hearing.finish()


def _whole(phrases: Sequence[str]) -> frozenset[str]:
    """Return the phrases that no other begins with, as they are compared."""
    listed = {normal(phrase) for phrase in phrases}
    return frozenset(
        phrase
        for phrase in listed
        if not any(other != phrase and other.startswith(phrase) for other in listed)
    )
