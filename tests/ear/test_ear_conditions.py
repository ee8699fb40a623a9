"""The line, the lost tones and the television are what they say they are."""

import math

import numpy as np
import pytest

from speech.sound import FULL_SCALE, Sound, frame_levels
from speech.telephone import for_telephone, mulaw_decode, mulaw_encode, speech_level
from tests.ear.conditions import CONDITIONS, EAR_RATE, babble, hearing_loss, telephone, television


def tone(hertz: float, seconds: float = 1.0, rate: int = 24000, strength: float = 0.2) -> Sound:
    time = np.arange(round(seconds * rate)) / rate
    return Sound(np.rint(strength * FULL_SCALE * np.sin(2 * np.pi * hertz * time)).astype(np.int16), rate)


def strength_at(sound: Sound, hertz: float) -> float:
    spectrum = np.abs(np.fft.rfft(sound.samples))
    places = np.fft.rfftfreq(len(sound.samples), 1 / sound.rate)
    return float(spectrum[np.abs(places - hertz) < 30].max())


@pytest.mark.parametrize(
    ("hertz", "lost"), [(500, 0), (900, 0), (1414, 15), (2000, 30), (2500, 30), (3300, 30)]
)
def test_high_tones_are_lost_as_stated(hertz: float, lost: float) -> None:
    sound = tone(hertz)
    ratio = strength_at(telephone(sound), hertz) / strength_at(hearing_loss(sound), hertz)
    assert 20 * math.log10(ratio) == pytest.approx(lost, abs=1)


def test_the_line_is_narrow_and_mu_law() -> None:
    mixed = np.sum([tone(hertz).samples for hertz in (100, 1000, 5000)], axis=0).astype(np.int16)
    line = telephone(Sound(mixed, 24000))
    assert line.rate == EAR_RATE
    assert strength_at(line, 100) < 0.01 * strength_at(line, 1000)
    assert strength_at(line, 5000) < 0.01 * strength_at(line, 1000)


def test_what_is_ready_for_the_line_is_sent_as_it_is() -> None:
    quiet = Sound(for_telephone(tone(1000)).samples // 8, 8000)
    decoded = Sound(mulaw_decode(mulaw_encode(quiet.samples)), 8000)
    assert speech_level(telephone(quiet)) == pytest.approx(speech_level(decoded), abs=0.1)


def test_the_television_is_as_loud_as_stated_whatever_the_pauses() -> None:
    speech = tone(1000, 2)
    paused = Sound.join([speech, Sound(np.zeros(3 * 24000, np.int16), 24000), speech])
    for sound in (speech, paused):
        line = telephone(sound)
        noise = television(sound).samples.astype(float) - line.samples
        level = 20 * math.log10(np.sqrt(np.mean(noise**2)) / FULL_SCALE)
        assert speech_level(line) - level == pytest.approx(15, abs=0.2)


def test_the_television_is_the_same_for_the_same_sound_and_another_for_another() -> None:
    assert television(tone(1000)) == television(tone(1000))
    one, other = (television(tone(hertz)).samples - telephone(tone(hertz)).samples for hertz in (900, 1000))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


def test_the_television_sounds_like_speech_in_spectrum_and_rhythm() -> None:
    noise = Sound(np.rint(3000 * babble(60 * EAR_RATE, 1)).astype(np.int16), EAR_RATE)
    spectrum = np.abs(np.fft.rfft(noise.samples)) ** 2
    places = np.fft.rfftfreq(len(noise.samples), 1 / EAR_RATE)

    def density(low: float, high: float) -> float:
        return float(spectrum[(places > low) & (places < high)].mean())

    assert 10 * math.log10(density(200, 400) / density(1900, 2100)) == pytest.approx(18, abs=2)
    levels = frame_levels(noise)
    rhythm = np.abs(np.fft.rfft(levels - levels.mean())) ** 2
    rates = np.fft.rfftfreq(len(levels), 0.02)
    assert 2 < float((rhythm * rates)[rates < 20].sum() / rhythm[rates < 20].sum()) < 7


@pytest.mark.parametrize("name", CONDITIONS)
def test_silence_and_nothing_pass_every_condition(name: str) -> None:
    for seconds in (0.0, 0.5):
        silent = Sound(np.zeros(round(seconds * 8000), np.int16), 8000)
        heard = CONDITIONS[name](silent)
        assert heard.is_silent
        assert heard.duration == pytest.approx(seconds)
