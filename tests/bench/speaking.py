"""What a caller waits for: the sound of a balance turn assembled, beside the same words synthesized.

A real turn: its token is opened, its record read and unsealed, its lines scored, its clips joined, its WAV
written, as the door does it when the provider fetches the sound.
"""

import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ivr.app import shelf
from ivr.channels.turn_token import TurnPassage
from ivr.conversation import Answer
from ivr.settings import SettingsError
from ivr.voices import LADDER
from speech.score import NORMAL
from speech.studio import Studio
from tests.bench.first_answer import FLOWS, Waiting, waiting

MOST = 30.0
"""Milliseconds that 99 of 100 balance turns may take to be assembled."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Milliseconds to assemble a balance turn, and to have its words synthesized; seconds it lasts."""

    voice: str
    median: float
    slowest_of_100: float
    first_of_100: float
    synthesis: float
    lasts: float


def measure(models: Path, *, quick: bool) -> list[Spoken]:
    """Return the figures of every voice of this machine, or of one."""
    times, tries = (2, 1) if quick else (500, 5)
    found: list[Spoken] = []
    for voice in LADDER[-1:] if quick else LADDER:
        with (
            tempfile.TemporaryDirectory() as sounds,
            suppress(SettingsError),
            waiting(voice, Path(sounds), models) as hotline,
        ):
            found.append(_spoken(hotline, Path(sounds), times, tries))
    return found


def _spoken(hotline: Waiting, folder: Path, times: int, tries: int) -> Spoken:
    answer = hotline.answer(FLOWS[0])
    built = hotline.built
    token = built.tokens.seal(TurnPassage(answer.conversation_id, answer.number, 1))
    voice = hotline.studio.voice
    assert built.repertoire

    def fetch(*, remembers: bool) -> float:
        """Fetch the sound, as a process that has played its clips before, or as one that never has."""
        if not remembers:
            built.repertoire.studios = (Studio(voice, folder),)
        began = time.perf_counter()
        sound = shelf_.own(token)
        assert sound
        sound.wav_bytes()
        return (time.perf_counter() - began) * 1000

    shelf_ = shelf(built)
    assert shelf_
    first = [fetch(remembers=False) for _ in range(times)]
    again = [fetch(remembers=True) for _ in range(times)]
    sound = shelf_.own(token)
    assert sound
    return Spoken(
        hotline.studio.name,
        float(np.median(again)),
        float(np.percentile(again, 99)),
        float(np.percentile(first, 99)),
        _synthesis(hotline, answer, tries),
        sound.duration,
    )


def _synthesis(hotline: Waiting, answer: Answer, tries: int) -> float:
    """Return the median of having the turn spoken sentence by sentence by one process, in milliseconds."""
    _, passage = hotline.built.script.passages(answer)
    voice, taken = hotline.studio.voice, []
    voice.speak("好", NORMAL)
    for number in range(tries):
        began = time.perf_counter()
        for line in passage.lines:
            # Not the words of the time before, which the voice remembers.
            voice.speak(line.text + "。" * (number + 1), NORMAL)
        taken.append((time.perf_counter() - began) * 1000)
    return float(np.median(taken))


def write(rows: Sequence[Spoken], folder: Path) -> str:
    """Write speaking.md into a folder; return the Markdown."""
    table = "\n".join(map(_row, rows))
    text = f"""# What speaking costs

Written by `make bench`. The sound of a balance turn (the amount twice, until when it holds, what one can do
next) as the provider fetches it: a record read and unsealed, clips joined, a WAV written, on one core. Beside
it, the same words spoken by the engine at that moment, which no call ever waits for. Goal: 99 of 100 turns
within {MOST:.0f} ms, also of the first ones that a process is asked for, which it reads from the disk.

| voice | assembled, median | 99 of 100 within | the first of a process | full synthesis | ratio |
|---|---:|---:|---:|---:|---:|
{table}

The turn lasts {" and ".join(f"{row.lasts:.1f} s ({row.voice})" for row in rows)}.
"""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "speaking.md").write_text(text)
    return text


def _row(row: Spoken) -> str:
    return (
        f"| {row.voice} | {row.median:.1f} ms | **{row.slowest_of_100:.1f} ms** | {row.first_of_100:.1f} ms "
        f"| {row.synthesis:.0f} ms | {row.synthesis / row.median:.0f} |"
    )
