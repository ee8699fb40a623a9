"""Longer and shorter speech at the same pitch and loudness, without gaps or clicks."""

import numpy as np
import pytest

from speech.sound import Sound, frame_levels
from speech.voices.stretching import stretched

FACTORS = [0.7, 0.9, 1.0, 1.1, 1.45, 2.0, 2.7]


def tone(hertz: float, seconds: float, rate: int = 24000) -> Sound:
    time = np.arange(round(seconds * rate)) / rate
    return Sound((8000 * np.sin(2 * np.pi * hertz * time)).astype(np.int16), rate)


def pitch(sound: Sound) -> float:
    """The strongest frequency, in hertz."""
    spectrum = np.abs(np.fft.rfft(sound.samples * np.hanning(len(sound.samples))))
    return float(np.argmax(spectrum) / len(sound.samples) * sound.rate)


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("hertz", [100.0, 223.0, 1000.0])
def test_a_tone_gets_longer_at_the_same_pitch_and_loudness(hertz: float, factor: float) -> None:
    before = tone(hertz, 2.0)
    after = stretched(before, factor)
    assert after.duration == pytest.approx(2.0 * factor, abs=0.001)
    assert pitch(after) == pytest.approx(hertz, rel=0.01)
    inner = frame_levels(after)[3:-4]
    assert inner == pytest.approx(np.full(len(inner), 8000 / np.sqrt(2)), rel=0.12)


@pytest.mark.parametrize("factor", FACTORS)
def test_no_clicks_where_pieces_meet(factor: float) -> None:
    before = tone(223.0, 2.0)
    steepest = np.abs(np.diff(before.samples.astype(int))).max()
    assert np.abs(np.diff(stretched(before, factor).samples.astype(int)))[:-960].max() < 1.3 * steepest


def test_pauses_are_stretched_too() -> None:
    word, rest = tone(223.0, 0.5), Sound(np.zeros(12000, dtype=np.int16), 24000)
    after = stretched(Sound.join([word, rest, word]), 1.4)
    quiet = frame_levels(after) < 100
    assert 0.65 < quiet.sum() * 0.02 < 0.75


def test_nothing_stays_nothing_and_silence_silence() -> None:
    assert stretched(Sound(np.zeros(0, dtype=np.int16), 8000), 1.3).duration == 0
    assert stretched(Sound(np.zeros(8000, dtype=np.int16), 8000), 1.3).is_silent


@pytest.mark.parametrize("factor", [0.0, 0.49, 4.01, float("nan")])
def test_what_would_not_be_speech_any_more_is_refused(factor: float) -> None:
    with pytest.raises(ValueError, match=r"0\.5 to 4\.0 times"):
        stretched(tone(223.0, 0.1), factor)
