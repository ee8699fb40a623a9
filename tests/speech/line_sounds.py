"""What a telephone line carries besides words, all made here: noise, hum, televisions, keys, coughs, music.

Values are 8000 a second on the scale of 16-bit samples; `level` is in dBFS. `on_line` makes of them what
arrives. The coughs are noise shaped as a throat shapes it, the music is chords: no recordings.
"""

from collections.abc import Sequence

import numpy as np

from speech.sound import FULL_SCALE, Sound, frame_levels
from speech.telephone import RATE, Values, mulaw_encode, resampled, speech_level, telephone_band
from tests.ear.conditions import EAR_RATE, babble

FRAME = RATE // 50
KEYS = [(low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477, 1633)]


def on_line(*parts: Values) -> bytes:
    """Add parts up, the longest giving the length, as mu-law bytes."""
    whole = np.zeros(max(map(len, parts)))
    for part in parts:
        whole[: len(part)] += part
    return mulaw_encode(np.clip(np.rint(whole), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16))


def at(seconds: float, values: Values) -> Values:
    return np.concatenate([silent(seconds), values])


def in_turn(pieces: Sequence[Values], pause: float) -> Values:
    gap = silent(pause)
    return np.concatenate([part for piece in pieces for part in (piece, gap)])


def silent(seconds: float) -> Values:
    return np.zeros(round(seconds * RATE))


def noise(seconds: float, level: float, seed: int = 1) -> Values:
    return _loud(np.random.default_rng(seed).standard_normal(round(seconds * RATE)), level)


def television(seconds: float, level: float, seed: int = 1) -> Values:
    """The babble of the ear tests: noise with the spectrum and the rhythm of four talkers."""
    made = babble(round(seconds * EAR_RATE), seed)
    scaled = Sound(np.rint(made * 0.05 * FULL_SCALE).astype(np.int16), EAR_RATE)
    return _loud(resampled(scaled, RATE).samples.astype(np.float64), level)


def tones(seconds: float, hertz: Sequence[float], level: float) -> Values:
    moments = np.arange(round(seconds * RATE)) / RATE
    waves = [np.sin(2 * np.pi * pitch * moments + number) for number, pitch in enumerate(hertz)]
    return _loud(np.sum(waves, axis=0), level)


def hum(seconds: float, level: float) -> Values:
    """Mains: 50 Hz and its multiples, as much of them as a telephone lets through."""
    through = telephone_band(_sound(tones(seconds, [50, 100, 150, 250, 350, 450, 550], -12)))
    return _loud(through.samples.astype(np.float64), level)


def music(seconds: float, level: float) -> Values:
    """Chords that are struck and fade, a tune over them, as a switchboard plays to those who wait."""
    pitches = [392, 440, 523, 587, 659, 523, 440, 392]
    fading = np.exp(-np.arange(round(0.4 * RATE)) / (0.4 * RATE))
    notes = [tones(0.4, [p, 1.25 * p, 1.5 * p, 2 * p, 3 * p], level) * fading for p in pitches]
    tune = np.concatenate(notes)
    return np.tile(tune, int(seconds * RATE / len(tune)) + 1)[: round(seconds * RATE)]


def cough(seconds: float, level: float, seed: int) -> Values:
    """A burst that fades, of noise louder around 700, 1200 and 2600 Hz."""
    length = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    hertz = np.fft.rfftfreq(length, 1 / RATE)
    throat = sum(np.exp(-(((hertz - at_) / 200) ** 2)) * much for at_, much in _THROAT) + 0.05
    fading = np.exp(-np.arange(length) / (length / 2))
    return _loud(np.fft.irfft(spectrum * throat, length), level) * fading


def click(level: float, seed: int) -> Values:
    """Ten milliseconds of noise: a receiver that is moved, a bad contact."""
    return noise(0.01, level, seed)


def said(sound: Sound, level: float = -18.0) -> Values:
    return np.asarray(sound.samples * 10 ** ((level - speech_level(sound)) / 20))


def words(sound: Sound, within: float) -> tuple[float, float]:
    """Where, in seconds, the first and last 20 ms lie that are within so many decibels of the loudest."""
    levels = frame_levels(sound)
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-within / 20))
    return float(loud[0]) * 0.02, float(loud[-1] + 1) * 0.02


_THROAT = ((700, 1.0), (1200, 0.8), (2600, 0.4))


def _loud(values: Values, level: float) -> Values:
    return np.asarray(values * (FULL_SCALE * 10 ** (level / 20) / np.sqrt(np.mean(values**2))))


def _sound(values: Values) -> Sound:
    return Sound(np.rint(values).astype(np.int16), RATE)
