"""Voices for the tests of what keeps sounds: they whistle, fail or say nothing, and remember all requests."""

import threading
from collections.abc import Sequence

import numpy as np

from speech.sound import Sound
from speech.telephone import silence


class Whistle:
    """A voice that whistles, a while for each character, and counts what it was asked."""

    def __init__(self, name: str = "whistle") -> None:
        self.name = name
        self.fingerprint = f"{name} 1"
        self.asked: list[tuple[str, float]] = []
        self.carriers: list[tuple[tuple[str, ...], float]] = []
        self.closed = False
        self._one_at_a_time = threading.Lock()

    def speak(self, text: str, pace: float) -> Sound:
        with self._one_at_a_time:
            self.asked.append((text, pace))
        return self.whistled(text, pace)

    def clips(self, words: Sequence[str], pace: float) -> tuple[Sound, ...]:
        with self._one_at_a_time:
            self.carriers.append((tuple(words), pace))
        return tuple(self.whistled(word, pace) for word in words)

    def whistled(self, text: str, pace: float) -> Sound:
        """The same sound for the same text, another for another."""
        moments = np.arange(int(800 * len(text) / pace)) / 8000
        hertz = 400 + sum(map(ord, text)) % 1000
        return Sound((9000 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16), 8000)

    def close(self) -> None:
        self.closed = True


class Mute(Whistle):
    """A voice that says nothing of some texts, without an error."""

    def __init__(self, unsaid: set[str]) -> None:
        super().__init__()
        self.unsaid = unsaid

    def whistled(self, text: str, pace: float) -> Sound:
        return silence(1) if text in self.unsaid else super().whistled(text, pace)


class Hoarse(Whistle):
    """A voice that fails at some texts, or altogether when it is missing."""

    def __init__(self, fails: set[str], fault: Exception) -> None:
        super().__init__()
        self.fails = fails
        self.fault = fault

    def whistled(self, text: str, pace: float) -> Sound:
        if text in self.fails:
            raise self.fault
        return super().whistled(text, pace)


class Meeting(Whistle):
    """A voice that speaks only while so many threads speak at once."""

    def __init__(self, together: int) -> None:
        super().__init__()
        self._barrier = threading.Barrier(together)

    def whistled(self, text: str, pace: float) -> Sound:
        self._barrier.wait(30)
        return super().whistled(text, pace)
