"""The line between a caller and the hotline: what is heard beside the words, and mu-law at the end.

A caller's room is full of talk, four of the test callers' own sentences at once, with as much pink noise; a
bad line hisses, hums and crackles. All of it is there before and after the words; the same words always meet
the same noise.
"""

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from speech.sound import FULL_SCALE, Sound
from speech.telephone import LEVEL, RATE, Values, mulaw_encode, speech_level, telephone_band
from tests.speech import line_sounds

CLEAN = "clean"
REVISION = 2
"""Raise it whenever a line sounds different: it stands in the report."""
_BEFORE, _AFTER = 1.5, 4.0  # seconds of the line around the words
_TALKERS = 4
_END = -30.0  # decibels below the loudest at which words have ended
_A_CRACKLE = 0.8  # seconds from one to the next

NOISES: Mapping[str, Callable[[int], Values]] = {
    "silence": lambda take: line_sounds.noise(3.0, -70, take),
    "cough": lambda take: line_sounds.cough(0.2 + 0.08 * take, -14, 3 + take),
    "coughs": lambda take: line_sounds.in_turn(
        [line_sounds.cough(0.25, -14, 10 * take + seed) for seed in range(4)], 0.3
    ),
    "knocks": lambda take: line_sounds.in_turn(
        [line_sounds.click(-8, 10 * take + seed) for seed in range(6)], 0.1 + 0.05 * take
    ),
    "tone": lambda take: line_sounds.tones(2.0, [400 + 25 * take], -15),
    "keys": lambda take: line_sounds.tones(0.25 + 0.1 * take, line_sounds.KEYS[3 * take], -12),
    "hiss": lambda take: line_sounds.noise(2.0, -22, take),
    "hum": lambda take: line_sounds.hum(3.0, -16 - 2 * take),
    "music": lambda take: line_sounds.music(3.0, -14 - 2 * take),
}
"""What is heard in place of words, by name, for the number of a take: 8000 values a second."""


@dataclass(frozen=True, slots=True)
class Line:
    """What arrives: mu-law bytes, and the second at which the words end in them."""

    mulaw: bytes
    until: float


@dataclass(frozen=True, slots=True)
class Condition:
    """What is heard beside the words, with a power of 1, and how many decibels weaker than they it is."""

    weaker: float
    beside: Callable[[int, Sequence[Sound], np.random.Generator], Values]


def line(values: Values, condition: str, talk: Sequence[Sound]) -> Line:
    """Put words or a noise on the line; `talk` are sentences of which a room full of people is made."""
    known = CONDITIONS[condition]
    quiet = [np.zeros(round(seconds * RATE)) for seconds in (_BEFORE, _AFTER)]
    whole = np.concatenate([quiet[0], values, quiet[1]])
    if math.isfinite(known.weaker):
        loudness = FULL_SCALE * 10 ** ((LEVEL - known.weaker) / 20)
        chance = np.random.default_rng(zlib.crc32(values.tobytes()))
        whole = whole + known.beside(len(whole), talk, chance) * loudness
    samples = np.clip(np.rint(whole), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return Line(mulaw_encode(samples), _BEFORE + _end(values))


def noise(words: str) -> Values:
    """Return the noise of a name and a number, such as "cough 3"."""
    name, take = words.split()
    return NOISES[name](int(take))


def _end(values: Values) -> float:
    """Return the second after which all is far below the loudest."""
    loud = np.abs(values) > np.abs(values).max() * 10 ** (_END / 20)
    return float(np.flatnonzero(loud)[-1] + 1) / RATE


def _nothing(length: int, talk: Sequence[Sound], chance: np.random.Generator) -> Values:
    return np.zeros(length)


def _room(length: int, talk: Sequence[Sound], chance: np.random.Generator) -> Values:
    """Make so many samples of talk and pink noise, both of the same power."""
    voices = [_talker(length, talk, chance) for _ in range(_TALKERS)]
    return (_even(np.sum(voices, axis=0)) + _even(_pink(length, chance))) / math.sqrt(2)


def _talker(length: int, talk: Sequence[Sound], chance: np.random.Generator) -> Values:
    """Say sentences one after the other, from the middle of one on."""
    pieces: list[Values] = []
    while sum(map(len, pieces)) < 2 * length:
        sound = talk[int(chance.integers(len(talk)))]
        level = 10 ** (-speech_level(sound) / 20)
        pieces += [sound.samples * level, np.zeros(round(0.3 * RATE))]
    first = int(chance.integers(length))
    return np.concatenate(pieces)[first : first + length]


def _pink(length: int, chance: np.random.Generator) -> Values:
    spectrum = np.fft.rfft(chance.standard_normal(length))
    hertz = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 50.0)
    made = np.fft.irfft(spectrum / np.sqrt(hertz), length)
    scaled = Sound(np.rint(_even(made) * 0.05 * FULL_SCALE).astype(np.int16), RATE)
    return telephone_band(scaled).samples.astype(np.float64)


def _bad_line(length: int, talk: Sequence[Sound], chance: np.random.Generator) -> Values:
    """Make so many samples of hiss and hum, both of the same power, with crackles 10 dB louder."""
    values = _even(chance.standard_normal(length)) + _even(line_sounds.hum(length / RATE, -20)[:length])
    for place in range(int(chance.integers(RATE // 2)), length - RATE // 100, round(_A_CRACKLE * RATE)):
        values[place : place + RATE // 100] += 4.5 * chance.standard_normal(RATE // 100)
    return values / math.sqrt(2)


def _even(values: Values) -> Values:
    return np.asarray(values / max(math.sqrt(float(np.mean(values**2))), 1e-9))


CONDITIONS: Mapping[str, Condition] = {
    CLEAN: Condition(math.inf, _nothing),
    "20 dB": Condition(20.0, _room),
    "10 dB": Condition(10.0, _room),
    "5 dB": Condition(5.0, _room),
    "bad line": Condition(15.0, _bad_line),
}
"""Decibels are how much louder than a room full of people the words are."""
