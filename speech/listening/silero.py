"""Whether a sound is speech: the Silero model, whose file comes with faster-whisper, run by onnxruntime."""

import importlib
import importlib.util
import os
from pathlib import Path
from typing import Any, Self

import numpy as np

from speech.ears import EarMissing
from speech.sound import FULL_SCALE
from speech.telephone import mulaw_decode

REMEDY = "`pip install 'faster-whisper>=1.2'` brings it"
_PATTERN = "silero_vad*.onnx"
_INPUTS = ["input", "h", "c"]
_WINDOW = 256
"""Samples of the line that the model judges at a time: 32 ms."""
_BEFORE, _AT_ONCE = 64, 512  # samples of 16 kHz: what it sees again of the window before, and the window
_VALUES = mulaw_decode(bytes(range(256))).astype(np.float32) / FULL_SCALE
_BLANK = np.zeros((1, 1, 128), dtype=np.float32)


class SpeechModel:
    """The model, loaded once for all calls of a process, after it was forked; any thread may use it."""

    def __init__(self, file: Path) -> None:
        try:
            os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
            runtime = importlib.import_module("onnxruntime")
            options = runtime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 4
            self._session = runtime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        except Exception as fault:
            raise EarMissing(f"the speech model in {file} cannot be used ({fault}); {REMEDY}") from fault
        if (found := [entry.name for entry in self._session.get_inputs()]) != _INPUTS:
            raise EarMissing(f"the speech model in {file} wants {found}, not {_INPUTS}; {REMEDY}")

    @classmethod
    def installed(cls, package: str = "faster_whisper") -> Self:
        """Load the newest file that comes with the package; EarMissing if it has none."""
        found = importlib.util.find_spec(package)  # not imported, which takes a second
        places = found.submodule_search_locations if found else None
        files = sorted(file for place in places or () for file in Path(place).glob(f"assets/{_PATTERN}"))
        if not files:
            raise EarMissing(f"there is no speech model ({_PATTERN} of faster-whisper); {REMEDY}")
        return cls(files[-1])

    def run(self, window: Any, hidden: Any, cell: Any) -> tuple[float, Any, Any]:
        """Return how probable speech is, from 0 to 1, and the state the next window begins with."""
        said, hidden, cell = self._session.run(None, {"input": window, "h": hidden, "c": cell})
        return float(said[0]), hidden, cell


class Attention:
    """The model's attention to one call: frames in, the probability of speech out."""

    def __init__(self, model: SpeechModel) -> None:
        self._model = model
        self._input = np.zeros((1, _BEFORE + _AT_ONCE), dtype=np.float32)
        self.rest()

    def rest(self) -> None:
        """Forget what was heard: something new begins."""
        self._waiting = b""
        self._hidden = self._cell = _BLANK
        self._input[:] = 0
        self._probability = 0.0

    def hear(self, sound: bytes) -> float:
        """Return how probable speech is in the window that ended last; `sound` is mu-law."""
        self._waiting += sound
        while len(self._waiting) >= _WINDOW:
            self._judge(_VALUES[np.frombuffer(self._waiting, np.uint8, _WINDOW)])
            self._waiting = self._waiting[_WINDOW:]
        return self._probability

    def _judge(self, values: Any) -> None:
        """Give the model a window at its 16 kHz: every second sample lies halfway between its neighbours.

        The straight lines leave a faint mirror of the band above 4 kHz. Speech without anything there is what
        the model was least taught: with a perfect filter it missed every second word of a low voice.
        """
        line = self._input[0]
        last = line[-1]
        line[:_BEFORE] = line[-_BEFORE:]
        line[_BEFORE + 1 :: 2] = values
        line[_BEFORE + 2 :: 2] = (values[1:] + values[:-1]) / 2
        line[_BEFORE] = (last + values[0]) / 2
        self._probability, self._hidden, self._cell = self._model.run(self._input, self._hidden, self._cell)
