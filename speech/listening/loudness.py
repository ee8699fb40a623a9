"""How loud a frame is, and how loud the call's background: what decides cheaply that nobody speaks.

A frame arrives as mu-law bytes and stays so: one look into a table of squares and one sum give its power
(16-bit samples would first have to be made, and twice as many bytes be kept). Powers are mean squares of
16-bit samples; nothing here needs a logarithm.
"""

import numpy as np

from speech.sound import FULL_SCALE, SILENT_BELOW
from speech.telephone import RATE, mulaw_decode

FRAME = RATE // 50
"""Samples, and mu-law bytes, of 20 ms."""
SILENCE = b"\xff" * FRAME
"""A frame of nothing."""
SILENT = float(SILENT_BELOW**2)
"""No frame below this power is speech, however quiet the line."""

_VALUES = mulaw_decode(bytes(range(256))).astype(np.float32)
_SQUARES = _VALUES**2 / FRAME
_ONES = np.ones(FRAME, dtype=np.float32)
_EVERY = 16


def power(frame: bytes) -> float:
    """Return the mean square of one frame of 160 mu-law bytes."""
    return float(_SQUARES[np.frombuffer(frame, dtype=np.uint8)] @ _ONES)


def power_at(level: float) -> float:
    """Return the power of a level in dBFS."""
    return float(FULL_SCALE**2 * 10 ** (level / 10))


class Background:
    """The power (`usual`) that a share of the last frames did not exceed, and what stands out (`loud`).

    `frames`: how many are remembered; `share`: 0 to 1; `above`: decibels from the one to the other;
    `enough`: so many of the frames must be more than nothing.
    """

    def __init__(self, frames: int, share: float, above: float, enough: int = 0) -> None:
        self._powers = np.zeros(frames, dtype=np.float32)
        self._place = int(share * (frames - 1))
        self._factor = 10 ** (above / 10)
        self._enough = enough
        self._count = 0
        self.usual = SILENT
        self.loud = SILENT

    def learn(self, value: float) -> None:
        """Count a frame of this power as background."""
        self._powers[self._count % len(self._powers)] = value
        self._count += 1
        if self._count % _EVERY == 0:
            self._judge()

    def _judge(self) -> None:
        usual = 0.0
        if np.count_nonzero(self._powers) >= self._enough:
            usual = float(np.partition(self._powers, self._place)[self._place])
        self.usual, self.loud = max(SILENT, usual), max(SILENT, self._factor * usual)
