"""The process in which the Kokoro model runs, on one thread: two such processes speak more than one with two.

    {"id": 1, "text": "您好。", "speed": 0.74}
    {"id": 1, "wav": "<base64>"}   or   {"id": 1, "refused": "<why this text is not spoken>"}

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
import numpy.typing as npt

from speech.sound import Sound
from speech.voices import VoiceMissing
from speech.voices.kokoro_files import MODEL, REMEDY, assert_unchanged
from speech.voices.serving import Answering, EngineMissing, Request, serve

INSTALL = "`pip install kokoro-onnx 'misaki[zh]'` brings its libraries"
_PRIVATE = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "1"}  # read when the libraries are loaded
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
            phonemes = self._text.phonemes(request["text"], self._kokoro.tokenizer.vocab)
        except self._text.Unreadable as fault:
            return {"refused": str(fault)}
        values, rate = self._kokoro.create(phonemes, self._styles, request["speed"], is_phonemes=True)
        return {"wav": base64.b64encode(_sound(values, rate).wav_bytes()).decode()}


def _session(runtime: ModuleType, model: Path) -> Any:
    """Load the model for one thread; EngineMissing when the runtime cannot read it."""
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # only what is fatal: its warnings are about its own doings
    try:
        return runtime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # the runtime's errors have no class in common but this
        raise EngineMissing(f"onnxruntime cannot read {model} ({type(fault).__name__}): {REMEDY}") from fault


def _sound(values: npt.NDArray[np.float32], rate: int) -> Sound:
    """Make samples of -1 to 1 16-bit ones; louder ones turn the whole down instead of being cut off."""
    loudest = max(1.0, float(np.abs(values).max(initial=0.0)))
    return Sound(np.rint(values * (32767 / loudest)).astype(np.int16), rate)


def load() -> tuple[str, Answering]:
    """Load what the arguments name: the folder of the files, the speaker."""
    os.environ.update(_PRIVATE)
    engine = Engine(Path(sys.argv[1]), sys.argv[2])
    return f"Kokoro, {sys.argv[2]}", engine.answer


if __name__ == "__main__":
    serve(load)
