"""What listening costs: a frame of 20 ms of silence, noise, a television and speech through the listener.

Nearly all frames of a call are silent, so they must cost next to nothing; the model runs only where something
stands out. The sounds are those of the listener's tests; who speaks is the built-in voice.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from speech.listening.listener import Listener
from speech.listening.loudness import FRAME
from speech.listening.silero import SpeechModel
from speech.telephone import RATE, Values
from speech.voices.pyttsx3 import Pyttsx3Voice
from tests.speech import line_sounds as line

MOST = 20.0
"""Microseconds that a silent frame may cost on the machine of docs/bench."""
WORDS = "我想查一下我的医保卡里还有多少钱，再帮我看看上个月到账了没有。"
_FRAMES_A_SECOND = RATE // FRAME


@dataclass(frozen=True, slots=True)
class Row:
    """Microseconds of processor time a frame of this sound costs: the median of all rounds, and the most."""

    sound: str
    typical: float
    most: float

    @property
    def calls_a_core(self) -> int:
        """How many such calls one core could listen to, doing nothing else."""
        return int(1e6 / _FRAMES_A_SECOND / self.typical)


def sounds(seconds: float) -> dict[str, bytes]:
    """Return what is listened to, as mu-law bytes."""
    return {
        "silence": line.on_line(line.silent(seconds)),
        "line noise (-55 dBFS)": line.on_line(line.noise(seconds, -55)),
        "television (-33 dBFS)": line.on_line(line.television(seconds, -33)),
        "speech": line.on_line(np.resize(_spoken(), round(seconds * RATE))),
    }


def measure(*, quick: bool = False) -> list[Row]:
    """Return the costs of all sounds; EarMissing or VoiceMissing where a part is not installed."""
    model = SpeechModel.installed()
    seconds, rounds = (0.5, 1) if quick else (10.0, 15)
    return [_row(name, sound, model, rounds) for name, sound in sounds(seconds).items()]


def write(rows: Sequence[Row], folder: Path) -> str:
    """Write listening.md into a folder; return the Markdown."""
    table = "\n".join(
        f"| {row.sound} | **{row.typical:.1f} µs** | {row.most:.1f} µs | {row.calls_a_core} |" for row in rows
    )
    text = f"""# What listening costs

Written by `make bench`. Every call brings fifty frames a second, each of them 20 ms; this is what one costs
until it is known whether the caller begins or ends to speak. Processor time, the median of rounds and the
dearest round. Goal: {MOST:.0f} µs or less for a silent frame.

| sound | a frame | at most | calls a core |
|---|---:|---:|---:|
{table}
"""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "listening.md").write_text(text)
    return text


def _row(name: str, sound: bytes, model: SpeechModel, rounds: int) -> Row:
    frames = [sound[start : start + FRAME] for start in range(0, len(sound), FRAME)]
    times = [_microseconds(frames, Listener(model)) for _ in range(rounds + 1)][1:]
    return Row(name, median(times), max(times))


def _microseconds(frames: Sequence[bytes], listener: Listener) -> float:
    began = time.process_time()
    for frame in frames:
        listener.hear(frame)
    return (time.process_time() - began) / len(frames) * 1e6


def _spoken() -> Values:
    voice = Pyttsx3Voice()
    try:
        return line.said(voice.speak(WORDS, 1.0))
    finally:
        voice.close()
