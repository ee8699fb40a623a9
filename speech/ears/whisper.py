"""The outside ear: Whisper base, multilingual, int8, from local files; it writes down whatever it hears.

Too slow and too free in its spelling to follow a caller by itself, but it belongs to no voice, so it judges
them all alike.
"""

import importlib
from importlib import metadata
from pathlib import Path

import numpy as np

from speech.ears import EarMissing
from speech.sound import FULL_SCALE, Sound
from speech.telephone import resampled

RATE = 16000
FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.json")
REMEDY = "run: hotline models fetch whisper-base"
_BEAM = 5
# Says nothing of the subject; it only makes the ear write simplified characters with punctuation. The usual
# 以下是普通话的句子 put 以 in front of every other sentence.
_PROMPT = "这是一段普通话,用简体字写下来。"
REVISION = 2
"""Raise it whenever the same sound would be written down differently."""


def assert_present(folder: Path) -> None:
    """Raise EarMissing unless the model's files are all there."""
    if lacking := [name for name in FILES if not (folder / name).is_file()]:
        raise EarMissing(f"{folder} lacks {', '.join(lacking)} of the Whisper model; {REMEDY}")


def fingerprint() -> str:
    """Name everything that changes what this ear writes down; it is part of cache keys."""
    return f"whisper-base int8, faster-whisper {metadata.version('faster-whisper')}, revision {REVISION}"


class WhisperEar:
    """The model in `folder`, loaded once, computing on `threads` threads; EarMissing if it cannot be had."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        assert_present(folder)
        whisper = importlib.import_module("faster_whisper")  # takes a second that only listeners should wait
        try:
            self._model = whisper.WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except Exception as fault:
            raise EarMissing(f"the Whisper model in {folder} is damaged ({fault}); {REMEDY}") from fault

    def write_down(self, sound: Sound) -> str:
        """Return what was heard, in the ear's own spelling; takes about a second."""
        samples = resampled(sound, RATE).samples.astype(np.float32) / FULL_SCALE
        pieces, _ = self._model.transcribe(
            samples,
            language="zh",
            beam_size=_BEAM,
            temperature=0.0,
            initial_prompt=_PROMPT,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return "".join(piece.text for piece in pieces).strip()
