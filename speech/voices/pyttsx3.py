"""The built-in voice: pyttsx3 over espeak-ng 1.52, which a package brings, so that the hotline always speaks.

It is there for every machine, not for its beauty: phonemes, tones, pauses and pace have been checked, how
well people understand it has not. `pyttsx3_worker` says why it has a process of its own, `pyttsx3_text` what
it is told instead of the plain text.
"""

import base64
import contextlib
import importlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Self

import numpy as np

from speech.phrasing import GROUP_PAUSE, digit_groups, syllables
from speech.sound import Sound
from speech.spoken import assert_speakable
from speech.telephone import for_telephone, trimmed
from speech.voices import VoiceFailed, VoiceMissing
from speech.voices.pyttsx3_text import engine_text
from speech.voices.pyttsx3_worker import VOICE
from speech.voices.worker import Message, Worker

REVISION = 1
"""Raise it whenever the same text would sound different: it makes every cached sound be rendered anew."""
SYLLABLES_PER_MINUTE = 170.0
"""What pace 1.0 means: the middle of 160-180 Hanzi a minute, pauses included."""
SLOWEST, FASTEST = 0.6, 1.3
LONGEST = 400
_MODULE = "speech.voices.pyttsx3_worker"
_ATTEMPTS = 3
_MARGIN = 0.05

# Measured on the hotline's sentences: Hanzi a minute, pauses included, at espeak's words a minute.
_HEARD = (92.0, 110.0, 123.0, 134.0, 148.0, 161.0, 173.0, 187.0, 200.0, 215.0, 244.0)
_RATES = (80, 100, 110, 120, 130, 140, 150, 160, 170, 180, 200)
_LEAST_FOR_CORRECTION = 8
_MOST_CORRECTION = 0.15
_CLOSE_ENOUGH = 0.01


@dataclass(frozen=True)
class Engine:
    """An espeak-ng: its shared library, its data folder, and what to call it in cache keys."""

    library: Path
    data: Path
    name: str

    @classmethod
    def packaged(cls) -> Self:
        """Return the one of the package espeakng-loader; VoiceMissing if a package is not there."""
        try:
            loader = importlib.import_module("espeakng_loader")
            names = [f"{package} {metadata.version(package)}" for package in ("espeakng-loader", "pyttsx3")]
        except ImportError as fault:
            raise VoiceMissing(f"the built-in voice needs a package: pip install {fault.name}") from fault
        return cls(Path(loader.get_library_path()), Path(loader.get_data_path()), " ".join(names))


class Pyttsx3Voice:
    """The built-in voice, one for the whole program. `close()` it, or it ends with the program.

    `patience`: seconds one sentence may take; `module`: what the process that speaks runs.
    """

    name = "pyttsx3"

    def __init__(self, engine: Engine | None = None, patience: float = 5.0, module: str = _MODULE) -> None:
        used = engine or Engine.packaged()
        self.fingerprint = f"{self.name} revision {REVISION}, {used.name}, {VOICE}"
        self._worker = Worker(module, str(used.library), str(used.data), patience=patience)

    @property
    def pid(self) -> int | None:
        """The process that speaks; None while there is none."""
        return self._worker.pid

    def speak(self, text: str, pace: float = 1.0) -> Sound:
        """Speak as the Protocol says; groups of digits stand 0.6 s apart at pace 1.0.

        ValueError also for a pace outside 0.6 to 1.3 and for more than 400 characters.
        """
        assert_speakable(text)
        if not SLOWEST <= pace <= FASTEST or len(text) > LONGEST:
            raise ValueError(
                f"the built-in voice speaks {LONGEST} characters at paces {SLOWEST} to {FASTEST}"
            )
        groups = digit_groups(text)
        wanted = SYLLABLES_PER_MINUTE * pace
        speak = self._evenly if len(groups) == 1 else self._plainly
        parts = [speak(group, wanted) for group in groups]
        return for_telephone(Sound.join(parts, GROUP_PAUSE / pace))

    def check(self) -> None:
        """Speak one word; VoiceMissing or VoiceFailed says what hinders it."""
        self.speak("好")

    def close(self) -> None:
        """End the process; the voice speaks no more."""
        self._worker.close()

    def _evenly(self, text: str, wanted: float) -> Sound:
        """Speak a sentence, twice if its many or few pauses made it slower or faster than wanted.

        Strings of digits are left as they are: their pauses are for writing down, not to be made up for.
        """
        first = self._plainly(text, wanted)
        count = syllables(text)
        off = wanted / (count / first.duration * 60)
        if count < _LEAST_FOR_CORRECTION or abs(off - 1) < _CLOSE_ENOUGH:
            return first
        return self._plainly(text, wanted * min(max(off, 1 - _MOST_CORRECTION), 1 + _MOST_CORRECTION))

    def _plainly(self, text: str, wanted: float) -> Sound:
        """Speak at the rate that usually gives `wanted` Hanzi a minute; again after a failure."""
        rate = round(float(np.interp(wanted, _HEARD, _RATES)))
        request = {"text": engine_text(text), "syllables": syllables(text), "rate": rate}
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(_Mishap):
                return self._once(request, wanted)
        return self._once(request, wanted)

    def _once(self, request: Message, wanted: float) -> Sound:
        try:
            answer = self._worker.ask(request)
        except VoiceFailed as fault:
            raise _Mishap(str(fault)) from fault
        if "refused" in answer:
            raise VoiceFailed(f"{answer['refused']} (a text of {request['syllables']} Hanzi)")
        try:
            return _checked(answer["wav"], request["syllables"] * 60 / wanted)
        except ValueError as fault:
            self._worker.restart()
            raise _Mishap(str(fault)) from fault


def _checked(wav: str, usual: float) -> Sound:
    """Read the engine's sound; ValueError unless it is speech and lasts about the usual number of seconds."""
    sound = trimmed(Sound.from_wav(base64.b64decode(wav)), _MARGIN)
    if sound.is_silent:
        raise ValueError("espeak gave silence")
    if not 0.4 * usual < sound.duration - 2 * _MARGIN < 2.5 * usual + 1.0:
        raise ValueError(f"espeak spoke for {sound.duration:.1f} seconds where about {usual:.1f} were due")
    return sound


class _Mishap(VoiceFailed):
    """A failure that may not happen again."""
