"""What lies between a voice and a listener: the telephone, ears that have lost the high tones, a television.

Every condition is a pure function from any sound to the sound at the ear (16 kHz); the same sound always
meets the same noise.

The television is made here: four talkers, each of them noise with the long-term spectrum of speech (flat from
100 to 500 Hz, then 9 dB less an octave), whose loudness rises and falls as syllables do (about 4 a second,
with pauses). It plays in the caller's room, so the telephone does not narrow it. Real babble has words in it
and is harder for people; this one is the same on every machine.
"""

import math
import zlib
from collections.abc import Callable, Mapping

import numpy as np

from speech.sound import FULL_SCALE, SILENT_BELOW, Sound, frame_levels
from speech.telephone import (
    RATE,
    Values,
    for_telephone,
    mulaw_decode,
    mulaw_encode,
    resampled,
    speech_level,
)

EAR_RATE = 16000
REVISION = 2
"""Raise it whenever a condition sounds different: kept results are then listened to anew."""
NOISE_RATIO = 15.0
"""Decibels between the level of the speech (pauses left out) and that of the television."""
LOSS = 30.0
"""Decibels lost above `LOSS_FROM` hertz; the loss begins an octave below."""
LOSS_FROM = 2000.0
LONGEST_REST = 0.45
_TALKERS = 4

Condition = Callable[[Sound], Sound]


def with_short_rests(sound: Sound) -> Sound:
    """Shorten every silence to `LONGEST_REST` seconds.

    People use a second before an amount to get ready; this ear takes it for the end of the recording and
    writes nothing more (11 of 25 turns, and none with shorter rests). It is done to every voice alike, before
    any noise fills the rests.
    """
    frame = sound.rate // 50
    silent = np.repeat(frame_levels(sound) < SILENT_BELOW, frame)[: len(sound.samples)]
    ends = np.flatnonzero(np.diff(silent.astype(np.int8), prepend=0, append=0))
    kept = np.ones(len(sound.samples), dtype=bool)
    for start, end in ends.reshape(-1, 2):
        kept[start + round(LONGEST_REST * sound.rate) : end] = False
    return Sound(sound.samples[kept], sound.rate)


def telephone(sound: Sound) -> Sound:
    """Send it down the line: what has the line's rate already is sent as it is, all else made ready first."""
    ready = sound if sound.rate == RATE else for_telephone(sound)
    return resampled(Sound(mulaw_decode(mulaw_encode(ready.samples)), RATE), EAR_RATE)


def hearing_loss(sound: Sound) -> Sound:
    """Hear the line with ears that have lost the high tones."""
    line = telephone(sound)
    return _sound(_shaped(line.samples.astype(np.float64), _lost))


def television(sound: Sound) -> Sound:
    """Hear the line beside a television that is `NOISE_RATIO` dB weaker than the speech."""
    line = telephone(sound)
    level = speech_level(line)
    if level == -math.inf:
        return line
    noise = babble(len(line.samples), zlib.crc32(line.samples.tobytes()))
    loudness = FULL_SCALE * 10 ** ((level - NOISE_RATIO) / 20)
    return _sound(line.samples + noise * loudness)


PLAIN = "telephone"
CONDITIONS: Mapping[str, Condition] = {
    PLAIN: telephone,
    "hearing loss": hearing_loss,
    "television": television,
}


def babble(length: int, seed: int) -> Values:
    """Make so many samples of the television, with a root mean square of 1."""
    chance = np.random.default_rng(seed)
    talkers = [_talker(chance, length) for _ in range(_TALKERS)]
    mixed = np.sum(talkers, axis=0)
    return np.asarray(mixed / max(math.sqrt(float(np.mean(mixed**2))), 1e-9))


def _talker(chance: np.random.Generator, length: int) -> Values:
    voice = _shaped(chance.standard_normal(length), _speech_spectrum)
    rhythm = _shaped(chance.standard_normal(length), _syllables)
    swing = rhythm / max(float(np.std(rhythm)), 1e-9)
    return np.asarray(voice * np.maximum(0.0, 0.6 + swing))


def _speech_spectrum(hertz: Values) -> Values:
    return np.asarray(np.where(hertz < 100, 0.0, np.maximum(hertz / 500, 1.0) ** (-9 / 6.02)))


def _syllables(hertz: Values) -> Values:
    return np.asarray(np.exp(-(((hertz - 4) / 2) ** 2)))


def _lost(hertz: Values) -> Values:
    octaves = np.log2(np.maximum(hertz, 1.0) / (LOSS_FROM / 2))
    return np.asarray(10 ** (-LOSS * np.clip(octaves, 0.0, 1.0) / 20))


def _shaped(values: Values, gain: Callable[[Values], Values]) -> Values:
    """Shape a spectrum; the padding keeps the end from ringing round into the beginning."""
    size = len(values) + EAR_RATE // 10
    hertz = np.asarray(np.fft.rfftfreq(size, 1 / EAR_RATE), dtype=np.float64)
    return np.asarray(np.fft.irfft(np.fft.rfft(values, size) * gain(hertz), size)[: len(values)])


def _sound(values: Values) -> Sound:
    return Sound(np.clip(np.rint(values), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16), EAR_RATE)
