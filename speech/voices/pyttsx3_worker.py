"""The process in which pyttsx3 runs, alone: one request a line on stdin, one answer a line on stdout (JSON).

pyttsx3 hangs or crashes when several threads use it, and espeak speaks on a thread of its own while
`runAndWait` may return early: then the next text is stored under this text's name, or at the rate of the one
before. So each step is waited for and looked at. Sounds stay in memory: they may hold a caller's amounts.

    {"id": 1, "text": "您好。", "syllables": 2, "rate": 138}
    {"id": 1, "wavs": ["<base64>"]}   or   {"id": 1, "refused": "<why this text is not spoken>"}
"""

import base64
import ctypes
import importlib
import io
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

from speech.voices.serving import Answering, EngineMissing, Request, serve

VOICE = "sit/cmn"
OLDEST = (1, 52)
_REMEDY = "1.52 or newer is needed: `pip install --force-reinstall espeakng-loader pyttsx3`"


class Engine:
    """espeak-ng by pyttsx3, on the library and data given; EngineMissing if they will not do."""

    def __init__(self, library: str, data: str) -> None:
        if not Path(data, "cmn_dict").is_file():  # espeak would end the process without a word
            raise EngineMissing(f"espeak-ng has no Mandarin dictionary in {data}: {_REMEDY}")
        library = str(Path(library).absolute())
        os.chdir(data)
        os.environ["ESPEAK_DATA_PATH"] = "."  # espeak cuts longer paths off after 160 bytes
        try:
            # Global, and before pyttsx3: it asks for a library of this name and gets the one already here.
            ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
            pyttsx3 = importlib.import_module("pyttsx3")
            self._espeak = importlib.import_module("pyttsx3.drivers._espeak")
        except (ImportError, OSError, RuntimeError) as fault:
            raise EngineMissing(f"espeak-ng cannot be loaded ({fault}): {_REMEDY}") from fault
        self.version = self._espeak.Info().decode()
        if tuple(int(part) for part in re.findall(r"\d+", self.version)[:2]) < OLDEST:
            raise EngineMissing(f"espeak-ng {self.version} reads Mandarin tones as English: {_REMEDY}")
        self._finished = threading.Event()
        self._engine = pyttsx3.init("espeak")
        self._engine.connect("finished-utterance", lambda **_: self._finished.set())
        self._warm_up()

    def _warm_up(self) -> None:
        """Speak once for nothing: what is asked of a new engine first may get lost."""
        self._engine.setProperty("voice", VOICE)
        self._utter("您好。")
        if self._engine.getProperty("voice") != VOICE:
            raise EngineMissing(f"espeak-ng {self.version} has no voice {VOICE}: {_REMEDY}")

    def wav(self, text: str, rate: int) -> bytes:
        """Speak at `rate` (espeak's words a minute); a WAV file of 22050 samples a second."""
        self._engine.setProperty("rate", rate)
        self._espeak.Synchronize()
        if self._engine.getProperty("rate") != rate:
            raise RuntimeError(f"espeak did not take the rate {rate}")
        return self._utter(text)

    def _utter(self, text: str) -> bytes:
        file = io.BytesIO()
        self._finished.clear()
        self._engine.save_to_file(text, file)
        self._engine.runAndWait()
        self._finished.wait()  # the parent kills us if that takes too long
        self._espeak.Synchronize()
        return file.getvalue()

    def phonemes(self, text: str) -> str:
        """Give espeak's phonemes: syllables end in a tone (55, 35, 214, 51, 11), English begins with (en)."""
        translate = self._espeak.dll.espeak_TextToPhonemes
        translate.restype = ctypes.c_char_p
        rest = ctypes.c_char_p(text.encode())
        clauses = []
        while rest.value:
            clauses.append(translate(ctypes.byref(rest), 1, 0).decode())
        return " ".join(clauses)


def refusal(phonemes: str, syllables: int) -> str | None:
    """Say why a text is not spoken: espeak would read English, or not one syllable for each Hanzi."""
    if "(" in phonemes:
        return "espeak would read a part of it as English"
    said = len(re.findall(r"\d\d+", phonemes))
    return None if said == syllables else f"espeak would say {said} syllables instead of {syllables}"


def load() -> tuple[str, Answering]:
    """Load what the arguments name: the path of the library, the path of its data."""
    engine = Engine(*sys.argv[1:3])

    def answer(request: Request) -> dict[str, Any]:
        if why := refusal(engine.phonemes(request["text"]), request["syllables"]):
            return {"refused": why}
        wav = engine.wav(request["text"], request["rate"])
        return {"wavs": [base64.b64encode(wav).decode()]}

    return f"espeak-ng {engine.version}", answer


if __name__ == "__main__":
    serve(load)
