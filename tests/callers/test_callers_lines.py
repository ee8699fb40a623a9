"""Lines are as noisy as they say, the same every time, and know where the words end."""

from collections.abc import Sequence

import numpy as np
import pytest

from speech.sound import FULL_SCALE, Sound
from speech.telephone import LEVEL, RATE, Values, mulaw_decode
from tests.callers.lines import CLEAN, CONDITIONS, NOISES, Line, line, noise
from tests.speech import line_sounds

WORDS = line_sounds.in_turn([line_sounds.tones(0.5, [500, 1100], LEVEL)] * 2, 0.3)
TALK = [Sound(np.rint(line_sounds.television(1.0, LEVEL, seed)).astype(np.int16), RATE) for seed in range(5)]


def level(values: Values | Sequence[float]) -> float:
    return float(10 * np.log10(np.mean(np.square(np.asarray(values, float))) / FULL_SCALE**2))


def before(made: Line) -> Values:
    """What is heard in the second before the words."""
    return np.asarray(mulaw_decode(made.mulaw)[:RATE], float)


@pytest.mark.parametrize("condition", [name for name in CONDITIONS if name != CLEAN])
def test_the_noise_is_so_much_weaker_than_the_words(condition: str) -> None:
    made = line(WORDS, condition, TALK)
    after = mulaw_decode(made.mulaw)[round((made.until + 0.4) * RATE) :]
    weaker = CONDITIONS[condition].weaker
    assert level(after) == pytest.approx(LEVEL - weaker, abs=1.5)
    assert level(before(made)) == pytest.approx(LEVEL - weaker, abs=4)  # people pause


def test_a_clean_line_carries_nothing_but_the_words() -> None:
    made = line(WORDS, CLEAN, ())
    samples = mulaw_decode(made.mulaw)
    assert not np.any(before(made))
    assert np.corrcoef(samples[12_000 : 12_000 + len(WORDS)], WORDS)[0, 1] > 0.999
    assert made.until == pytest.approx(1.5 + 0.5 + 0.3 + 0.5, abs=0.01)
    assert len(samples) / RATE - made.until > 3.9


def test_words_meet_the_same_noise_every_time_and_other_words_another() -> None:
    again = line(WORDS, "10 dB", TALK)
    assert again == line(WORDS.copy(), "10 dB", TALK)
    other = line(WORDS * 0.9, "10 dB", TALK)
    assert not np.array_equal(before(again), before(other))


def test_every_take_of_a_noise_is_another_and_stays_the_same() -> None:
    for name in NOISES:
        takes = [noise(f"{name} {take}") for take in range(5)]
        assert np.array_equal(takes[3], noise(f"{name} 3"))
        assert len({values.tobytes() for values in takes}) == 5
        assert line(takes[0], CLEAN, ()).until >= 1.5
