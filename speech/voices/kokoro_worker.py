"""The process in which the Kokoro model runs, on one thread: two such processes speak more than one with two.

    {"id": 1, "text": "您好。", "speed": 0.74}
    {"id": 1, "wavs": ["<base64>"]}   or   {"id": 1, "refused": "<why this text is not spoken>"}

Instead of a text there may be "words": they are spoken as one sentence, and each but the first is answered
by itself.

Nothing is ever fetched from here or told to anybody: onnxruntime would report to its makers, with a number
for this machine that it keeps in the home folder.
"""

import base64
import importlib
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from speech.sound import Sound
from speech.voices import VoiceMissing
from speech.voices.kokoro_clips import Values, carrier, cut
from speech.voices.kokoro_files import MODEL, REMEDY, assert_unchanged
from speech.voices.kokoro_graph import telling_durations
from speech.voices.serving import Answering, EngineMissing, Request, serve

INSTALL = "`pip install kokoro-onnx 'misaki[zh]'` brings its libraries"
_PRIVATE = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "1"}  # read when the libraries are loaded
_RATE = 24000
_STYLES = (510, 1, 256)  # one for each number of phonemes


class Engine:
    """The model with one speaker; EngineMissing if a file or a library will not do."""

    def __init__(self, folder: Path, speaker: str) -> None:
        try:
            self._text = importlib.import_module("speech.voices.kokoro_text")
            library = importlib.import_module("kokoro_onnx")
            runtime = importlib.import_module("onnxruntime")
        except ImportError as fault:
            raise EngineMissing(f"the Kokoro voice cannot be loaded ({fault}): {INSTALL}") from fault
        try:
            assert_unchanged(folder, speaker)
        except VoiceMissing as fault:
            raise EngineMissing(str(fault)) from fault
        self._text.prepare()
        session = _session(runtime, folder / MODEL)
        styles = np.fromfile(folder / f"{speaker}.bin", "<f4").reshape(_STYLES)
        with tempfile.NamedTemporaryFile(suffix=".npy") as file:  # the library takes a path only
            np.save(file, styles)
            file.flush()
            self._kokoro = library.Kokoro.from_session(session, file.name)
        self._styles = styles

    def answer(self, request: Request) -> dict[str, Any]:
        """Speak one request, or say why not."""
        try:
            words = [self._phonemes(text) for text in request.get("words") or [request["text"]]]
        except self._text.Unreadable as fault:
            return {"refused": str(fault)}
        speak = self._clips if "words" in request else self._sentence
        return {"wavs": [_encoded(values, _RATE) for values in speak(words, request["speed"])]}

    def _phonemes(self, text: str) -> str:
        written: str = self._text.phonemes(text, self._kokoro.tokenizer.vocab)
        return written

    def _sentence(self, words: list[str], speed: float) -> list[Values]:
        values, _ = self._kokoro.create(words[0], self._styles, speed, is_phonemes=True)
        return [values]

    def _clips(self, words: list[str], speed: float) -> list[Values]:
        """Speak a carrier sentence and cut all its words out of it but the first."""
        sentence, places = carrier([word.rstrip(". ") for word in words])
        values, _, times = self._kokoro.create_timed(
            sentence, self._styles, speed, is_phonemes=True, sentence_pause=0.0, clause_pause=0.0, trim=False
        )
        return cut(values, _RATE, [(times[first].start, times[last - 1].end) for first, last in places])


def _session(runtime: ModuleType, model: Path) -> Any:
    """Load the model for one thread; EngineMissing when the runtime cannot read it."""
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # only what is fatal: its warnings are about its own doings
    try:
        data = telling_durations(model.read_bytes())
        session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # the runtime's errors have no class in common but this
        raise EngineMissing(f"onnxruntime cannot read {model} ({type(fault).__name__}): {REMEDY}") from fault
    session._model_path = str(model)  # where the library looks for the name of the file
    return session


def _encoded(values: Values, rate: int) -> str:
    """Make samples of -1 to 1 16-bit ones; louder ones turn the whole down instead of being cut off."""
    loudest = max(1.0, float(np.abs(values).max(initial=0.0)))
    sound = Sound(np.rint(values * (32767 / loudest)).astype(np.int16), rate)
    return base64.b64encode(sound.wav_bytes()).decode()


def load() -> tuple[str, Answering]:
    """Load what the arguments name: the folder of the files, the speaker."""
    os.environ.update(_PRIVATE)
    engine = Engine(Path(sys.argv[1]), sys.argv[2])
    return f"Kokoro, {sys.argv[2]}", engine.answer


if __name__ == "__main__":
    serve(load)
