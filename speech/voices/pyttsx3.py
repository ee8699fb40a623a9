"""The built-in voice: pyttsx3 over espeak-ng 1.52, which a package brings, so that the hotline always speaks.

It is there for every machine, not for its beauty: phonemes, tones, pauses and pace have been checked, how
well people understand it has not. `pyttsx3_worker` says why it has a process of its own, `pyttsx3_text` what
it is told instead of the plain text.
"""

import importlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Self

from speech.phrasing import syllables
from speech.voices import VoiceMissing
from speech.voices.pacing import PacedVoice
from speech.voices.pyttsx3_text import engine_text
from speech.voices.pyttsx3_worker import VOICE
from speech.voices.worker import Message, Worker

REVISION = 3
"""Raise it whenever the same text would sound different: it makes every cached sound be rendered anew."""
_MODULE = "speech.voices.pyttsx3_worker"


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


class Pyttsx3Voice(PacedVoice):
    """The built-in voice, one for the whole program. `close()` it, or it ends with the program.

    `patience`: seconds one sentence may take; `module`: what the process that speaks runs.
    """

    name = "pyttsx3"
    # Measured on the hotline's sentences, at espeak's words a minute.
    heard = (92.0, 110.0, 123.0, 134.0, 148.0, 161.0, 173.0, 187.0, 200.0, 215.0, 244.0)
    speeds = (80, 100, 110, 120, 130, 140, 150, 160, 170, 180, 200)

    def __init__(self, engine: Engine | None = None, patience: float = 5.0, module: str = _MODULE) -> None:
        used = engine or Engine.packaged()
        self.fingerprint = f"{self.name} revision {REVISION}, {used.name}, {VOICE}"
        super().__init__(Worker(module, str(used.library), str(used.data), patience=patience))

    def _request(self, text: str, speed: float) -> Message:
        return {"text": engine_text(text), "syllables": syllables(text), "rate": round(speed)}
