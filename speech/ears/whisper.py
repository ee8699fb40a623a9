"""The outside ear: Whisper base, multilingual, int8, from local files; it writes down whatever it hears.

Figures are forbidden to it: where it may write them it drops and doubles digits that it hears (22542 became
2,542); where it must write 两万二千五百四十二 it does not. It is too slow and too free in its spelling to
follow a caller by itself, but it belongs to no voice, so it judges them all alike. For callers it is the ear
where no other is, and then it is told what they will probably say; `whisper_pool` lets it listen to them.
"""

import importlib
import math
import re
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.ears import EarMissing, Heard
from speech.ears.whisper_phrases import RATE, LikelyPhrases
from speech.sound import FULL_SCALE, Sound
from speech.telephone import resampled

FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.json")
REMEDY = "run: hotline models fetch whisper-base"
_BEAM = 5
# Says nothing of the subject; it only makes the ear write simplified characters with punctuation. The usual
# 以下是普通话的句子 put 以 in front of every other sentence.
_PROMPT = "这是一段普通话,用简体字写下来。"
REVISION = 3
"""Raise it whenever the same sound would be written down differently."""
HINTS_REVISION = 4
"""Raise it whenever the same sound would be heard otherwise with the same phrases."""
_UNSURE = 0.6
"""A confidence below which other words were said as often as not."""
_LONGEST = 8.0  # seconds that saying a phrase may take
_MOST = 100  # tokens of an answer, some 60 Hanzi: where it only repeats itself, nobody waits for more
_USUAL = -1  # stands for the signs that the library never lets the model write


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
        self._unwritten = [_USUAL, *_figures(self._model.hf_tokenizer)]
        self._phrases = LikelyPhrases(self._model)

    def write_down(self, sound: Sound) -> str:
        """Return what was heard, numbers in Hanzi, nothing for silence; takes about a second."""
        return "".join(piece.text for piece in self._pieces(sound)).strip()

    def hear(self, sound: Sound, phrases: Sequence[str] = (), until: float = math.inf) -> Heard:
        """Return the same, with how likely the model finds its own words, and that they were words at all.

        `phrases` are what it probably was, the most probable first. The model takes them for what was said
        before, the last of them most of all, and so for the subject: 余额 is then no 鱼饿 any more. It still
        writes whatever else it hears. Where that is no phrase, or it is not sure of it, each phrase is held
        against the sound, unless it is later than `until` already (time.monotonic).
        """
        before = "".join(f"{phrase}。" for phrase in reversed(phrases))
        told = {"initial_prompt": before, "max_new_tokens": _MOST}
        pieces = self._pieces(sound, **(told if phrases else {}))
        words = "".join("".join(piece.text for piece in pieces).split())
        likely = [math.exp(piece.avg_logprob) * (1 - piece.no_speech_prob) for piece in pieces]
        confidence = round(sum(likely) / len(likely), 2) if words else 0.0
        is_sure = confidence >= _UNSURE and any(phrase in words for phrase in phrases)
        if not words or not phrases or is_sure or sound.duration > _LONGEST or time.monotonic() > until:
            return Heard(words, confidence)
        return Heard(words, confidence, self._phrases.perhaps(_samples(sound), words, phrases))

    def _pieces(self, sound: Sound, **otherwise: Any) -> list[Any]:
        if sound.is_silent:
            return []  # the model would write something all the same
        usual = {"initial_prompt": _PROMPT, "suppress_tokens": self._unwritten}
        pieces, _ = self._model.transcribe(
            _samples(sound),
            language="zh",
            beam_size=_BEAM,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            **(usual | otherwise),
        )
        return list(pieces)


def _samples(sound: Sound) -> NDArray[np.float32]:
    return resampled(sound, RATE).samples.astype(np.float32) / np.float32(FULL_SCALE)


def _figures(tokenizer: Any) -> list[int]:
    """Return the tokens that are written with a figure; those behind the end of text mean no text."""
    end = tokenizer.token_to_id("<|endoftext|>")
    return [token for token in range(end) if re.search("[0-9]", tokenizer.decode([token]))]
