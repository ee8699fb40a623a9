"""The telephone line: mu-law bytes, 8000 samples a second, 300-3400 Hz, one loudness for every voice.

Pure functions from sound to sound. The law is ITU-T G.711; the band is the one of a classic telephone line.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from speech.sound import FULL_SCALE, Samples, Sound, frame_levels

RATE = 8000
LEVEL = -18.0
"""Loudness of speech on the line in dBFS (0 = the mean square of a full-scale square wave)."""
CEILING = 0.89 * FULL_SCALE
"""No sample is louder (-1 dBFS), so that the codecs of other networks cannot clip it."""
END_RATIO = 0.01
"""An end of a sound is silence while it stays under this share of the loudest sample (-40 dB)."""
_BIAS = 132
_CLIP = 32635
_LIMITER_REACH = 40

Values = npt.NDArray[np.float64]


def _decoded(code: int) -> int:
    """Give the 16-bit value of one mu-law code (all bits are sent inverted; the top one is the sign)."""
    flipped = ~code & 0xFF
    magnitude = (((flipped & 0x0F) << 3) + _BIAS << (flipped >> 4 & 0x07)) - _BIAS
    return -magnitude if flipped & 0x80 else magnitude


_VALUES = np.array([_decoded(code) for code in range(256)], dtype=np.int16)
_VALUES.setflags(write=False)
_SEGMENTS = np.array([max(0, top.bit_length() - 1) for top in range(256)], dtype=np.int32)
_SEGMENTS.setflags(write=False)


def mulaw_decode(data: bytes) -> Samples:
    """Turn mu-law bytes (8000 a second) into as many 16-bit samples."""
    return np.asarray(_VALUES[np.frombuffer(data, dtype=np.uint8)])


def mulaw_encode(samples: Samples) -> bytes:
    """Turn 16-bit samples into as many mu-law bytes.

    Negative values are mirrored by their one's complement, as the ITU's reference code does, so that
    -32768 needs no care of its own.
    """
    wide = samples.astype(np.int32)
    magnitude = np.minimum(np.where(wide < 0, ~wide, wide), _CLIP) + _BIAS
    segment = _SEGMENTS[magnitude >> 7]
    code = segment << 4 | (magnitude >> segment + 3) & 0x0F | np.where(wide < 0, 0x80, 0)
    return bytes((~code & 0xFF).astype(np.uint8))


def silence(seconds: float) -> Sound:
    """Make silence as the line carries it; ValueError for less than none."""
    if seconds < 0:
        raise ValueError("silence cannot be shorter than nothing")
    return Sound(np.zeros(round(seconds * RATE), dtype=np.int16), RATE)


def resampled(sound: Sound, rate: int) -> Sound:
    """Give the same sound at another rate; what the new rate cannot carry is filtered out first."""
    limit = min(rate, sound.rate) / 2
    return _sound(_filtered(sound, rate, lambda hertz: _falling(hertz, 0.92 * limit, limit)), rate)


def telephone_band(sound: Sound) -> Sound:
    """Keep 300-3400 Hz, as a telephone line does; the rate stays."""
    return _sound(_filtered(sound, sound.rate, _band), sound.rate)


def for_telephone(sound: Sound) -> Sound:
    """Make it ready for the line: 8000 samples a second, the line's band, the loudness of all voices."""
    return _at_level(_filtered(sound, RATE, _band), RATE)


def at_level(sound: Sound, level: float = LEVEL) -> Sound:
    """Bring speech to `level` dBFS and catch its peaks softly below the ceiling; silence stays silence."""
    return _at_level(sound.samples.astype(np.float64), sound.rate, level)


def speech_level(sound: Sound) -> float:
    """Loudness in dBFS of the parts that are speech (within 30 dB of the loudest 20 ms); -inf for none."""
    levels = frame_levels(sound)
    if sound.is_silent:
        return -math.inf
    speech = levels[levels > levels.max() * 10 ** (-30 / 20)]
    return float(10 * np.log10(np.mean(speech**2) / FULL_SCALE**2))


def trimmed(sound: Sound, margin: float = 0.05) -> Sound:
    """Cut the silence off both ends but for `margin` seconds, filled up where there was less."""
    if sound.is_silent:
        return Sound(np.zeros(0, dtype=np.int16), sound.rate)
    strength = np.abs(sound.samples.astype(np.int32))
    loud = np.flatnonzero(strength > END_RATIO * strength.max())
    edge = np.zeros(round(margin * sound.rate), dtype=np.int16)
    padded = np.concatenate([edge, sound.samples, edge])
    return Sound(padded[loud[0] : loud[-1] + 1 + 2 * len(edge)], sound.rate)


def _sound(values: Values, rate: int) -> Sound:
    return Sound(np.clip(np.rint(values), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16), rate)


def _filtered(sound: Sound, rate: int, gain: Callable[[Values], Values]) -> Values:
    """Shape the spectrum by `gain` (of hertz) and read it at another rate, all in one Fourier transform.

    The padding makes the length fit both rates and keeps the end from ringing round into the beginning.
    """
    common = math.gcd(sound.rate, rate)
    up, down = rate // common, sound.rate // common
    blocks = (len(sound.samples) + sound.rate // 10) // down + 1
    spectrum = np.fft.rfft(sound.samples, blocks * down)
    hertz = np.asarray(np.fft.rfftfreq(blocks * down, 1 / sound.rate), dtype=np.float64)
    shaped = np.zeros(blocks * up // 2 + 1, dtype=np.complex128)
    kept = min(len(shaped), len(spectrum))
    shaped[:kept] = (spectrum * gain(hertz))[:kept]
    values = np.fft.irfft(shaped, blocks * up) * (up / down)
    return np.asarray(values[: -(-len(sound.samples) * up // down)])


def _falling(hertz: Values, full: float, nothing: float) -> Values:
    """Gain 1 up to `full`, 0 from `nothing` on, half a cosine between (a hard edge would ring)."""
    way = np.clip((hertz - full) / (nothing - full), 0.0, 1.0)
    return np.asarray((1 + np.cos(np.pi * way)) / 2)


def _band(hertz: Values) -> Values:
    return (1 - _falling(hertz, 200.0, 300.0)) * _falling(hertz, 3400.0, 3700.0)


def _at_level(values: Values, rate: int, level: float = LEVEL) -> Sound:
    now = speech_level(_sound(values, rate))
    if now == -math.inf:
        return _sound(values, rate)
    return _sound(_limited(values * 10 ** ((level - now) / 20)), rate)


def _limited(values: Values) -> Values:
    """Turn the volume down smoothly around every peak above the ceiling.

    The smallest gain within reach, smoothed over the same reach, is never more than the gain the peak needs.
    """
    needed = np.minimum(1.0, CEILING / np.maximum(np.abs(values), 1.0))
    width = 2 * _LIMITER_REACH + 1
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(needed, 2 * _LIMITER_REACH, constant_values=1.0)
    smallest = np.lib.stride_tricks.sliding_window_view(padded, width).min(axis=1)
    return np.asarray(values * np.convolve(smallest, window / window.sum(), mode="valid"))
