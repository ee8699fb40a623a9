"""What all hearings keep to: the line's rate, a minute at most, and nothing after the end."""

from abc import ABC, abstractmethod

from speech.ears import EarError, Heard
from speech.sound import Sound
from speech.telephone import RATE, resampled

LONGEST = 60.0
"""Seconds. Nobody answers a question for so long; it bounds what an ear remembers and computes."""
BYTES_A_SECOND = 2 * RATE


class Utterance(ABC):
    """A hearing whose engine takes 16-bit samples (little-endian), 8000 a second."""

    def __init__(self) -> None:
        self._length = 0
        self._over = False

    def feed(self, sound: Sound) -> str | None:
        """Hear more; the words so far, if they are known."""
        self._assert_open()
        line = sound if sound.rate == RATE else resampled(sound, RATE)
        self._length += len(line.samples)
        if self._length > LONGEST * RATE:
            raise EarError(f"more than {LONGEST:g} seconds were to be heard as one utterance")
        return self._hear(line.samples.astype("<i2").tobytes())

    def finish(self) -> Heard:
        """Say what was heard, and give up what it took."""
        self._assert_open()
        try:
            return self._end()
        finally:
            self.close()

    def close(self) -> None:
        """Give up what it took; the second time there is nothing."""
        if not self._over:
            self._over = True
            self._free()

    def _assert_open(self) -> None:
        """Keep sound from an engine that has ended: Vosk would end the whole process."""
        if self._over:
            raise EarError("this utterance is over; listen again for the next")

    @abstractmethod
    def _hear(self, data: bytes) -> str | None:
        """Take samples."""

    @abstractmethod
    def _end(self) -> Heard:
        """Say what was heard; called once at most."""

    @abstractmethod
    def _free(self) -> None:
        """Let go of what the engine holds; called once, whatever happened."""
