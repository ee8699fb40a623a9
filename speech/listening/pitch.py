"""Whether a sound has a pitch, as every vowel has: what a cough, a click and breathing lack.

The speech model alone took one in five coughs (noise that the throat shapes) for words.
"""

import numpy as np

from speech.listening.loudness import FRAME
from speech.telephone import RATE, mulaw_decode

LOWEST, HIGHEST = 60, 400
"""Hertz between which voices lie. A line carries nothing below 300, but the multiples tell the same."""
ALIKE = 0.5
"""How like itself, from 0 to 1, a sound must be one period later: coughs reached 0.42, most vowels 0.7."""
LENGTH = 2 * FRAME
"""Samples that are looked at: two periods of the lowest voice need no less."""

_SIZE = 512
_PERIODS = np.arange(RATE // HIGHEST, RATE // LOWEST + 1)
_SHARES = (LENGTH - _PERIODS) / LENGTH * ALIKE  # the later, the fewer samples are left to compare


def has_pitch(sound: bytes) -> bool:
    """Say whether 40 ms of mu-law are alike after some period of a voice."""
    samples = mulaw_decode(sound).astype(np.float32)
    spectrum = np.fft.rfft(samples - samples.mean(), _SIZE)
    likeness = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, _SIZE)
    return bool(np.any(likeness[_PERIODS] > _SHARES * likeness[0]))
