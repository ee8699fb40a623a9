"""Hundreds of sentences in a row, by several threads on a busy machine: none lost, none under another's name.

HOTLINE_TEST_RENDERS says how many; a thousand take about a minute.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from speech.sound import Sound, frame_levels
from speech.voices.pyttsx3 import Pyttsx3Voice

RENDERS = int(os.environ.get("HOTLINE_TEST_RENDERS", "200"))
TEXTS = [
    "好",
    "您好",
    "六十八元",
    "请您慢慢按",
    "核对好了谢谢",
    "现在没有人工",
    "请您再按一次星号",
    "没听到您按键",
]
PACES = [1.0, 0.78]
BUSY = "while True: pass"


@pytest.fixture
def load() -> Iterator[None]:
    """One busy process for each core."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(os.cpu_count() or 1)]
    yield
    for process in busy:
        process.kill()
        process.wait()


def outline(sound: Sound) -> list[float]:
    """How loud it is in each of twenty parts: the engine's noise differs each time, this does not."""
    levels = frame_levels(sound)
    places = np.linspace(0, len(levels) - 1, 20)
    return [float(level) for level in np.interp(places, np.arange(len(levels)), levels)]


def nearest(sound: Sound, alone: dict[tuple[str, float], Sound]) -> tuple[str, float]:
    """Which of the sounds rendered alone this one is, by its length and its outline."""

    def distance(other: Sound) -> float:
        length = abs(sound.duration / other.duration - 1)
        shape = np.abs(np.subtract(outline(sound), outline(other))).mean() / np.mean(outline(other))
        return length + float(shape)

    return min(alone, key=lambda key: distance(alone[key]))


def test_no_sound_is_lost_or_given_to_another_text(load: None) -> None:
    voice = Pyttsx3Voice(patience=60)
    jobs = [(text, pace) for text in TEXTS for pace in PACES]
    alone = {job: voice.speak(*job) for job in jobs}
    rounds = -(-RENDERS // len(jobs))
    with ThreadPoolExecutor(6) as threads:
        sounds = list(threads.map(lambda job: voice.speak(*job), jobs * rounds))
    voice.close()
    wrong = [job for job, sound in zip(jobs * rounds, sounds, strict=True) if nearest(sound, alone) != job]
    assert len(sounds) >= RENDERS
    assert wrong == []
