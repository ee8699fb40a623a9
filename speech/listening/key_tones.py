"""Whether a frame is the tone of a key: keys arrive as messages of their own, their sound says nothing.

A key sounds as two sines, one of a low and one of a high group (ITU-T Q.23). Both together must hold most of
the power of the frame; in speech no two such sines do. The speech model took some keys held for a quarter of
a second for speech.
"""

import numpy as np

from speech.listening.loudness import FRAME
from speech.telephone import RATE, mulaw_decode

_LOW = (697, 770, 852, 941)
_HIGH = (1209, 1336, 1477, 1633)
_MOST = 0.7
_WEAKEST = 0.05
"""Share of the power that the weaker tone must have: lines lift or lower one of the two by some decibels."""

_VALUES = mulaw_decode(bytes(range(256))).astype(np.float32)
_MOMENTS = np.arange(FRAME) / RATE
_WAVES = np.exp(-2j * np.pi * np.outer(_MOMENTS, _LOW + _HIGH)).astype(np.complex64)


def is_key_tone(frame: bytes) -> bool:
    """Say whether one frame of 160 mu-law bytes is the tone of a key and nothing else."""
    samples = _VALUES[np.frombuffer(frame, dtype=np.uint8)]
    parts = np.abs(samples @ _WAVES) ** 2 * (2 / FRAME)
    low, high = float(parts[:4].max()), float(parts[4:].max())
    whole = float(samples @ samples)
    return low + high > _MOST * whole and min(low, high) > _WEAKEST * whole
