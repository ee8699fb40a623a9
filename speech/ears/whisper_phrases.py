"""Which of some phrases was it, where Whisper is not sure of the words that it wrote down?

What it writes freely is what people write most: a rare word of a menu that was said too briefly becomes a
common one. Therefore each phrase is held against the sound for itself, and against sounds without any speech:
its score says how much likelier than the likeliest of those the sound makes it, in nats, and no phrase gains
by being common.
"""

import importlib
import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 16000
LIKELY = 4.5
"""A score from which a phrase is worth a question. No noise reaches it; of test callers who said a phrase of
which the ear was unsure, half do."""
_BEHIND = 3.0  # seconds of silence behind a sound: the thirty that the model expects take ten times as long
_AT_ONCE = 16  # phrases, each with the whole sound: more of them take more memory and no less time
_NEVER = 1e-9  # a probability that is as good as none, so that its logarithm is a number


class LikelyPhrases:
    """Scores phrases by `whisper`, a WhisperModel of faster-whisper; for one thread at a time."""

    def __init__(self, whisper: Any) -> None:
        tokens = importlib.import_module("faster_whisper.tokenizer")
        self._view = importlib.import_module("ctranslate2").StorageView.from_array
        self._whisper = whisper
        self._tokens = tokens.Tokenizer(whisper.hf_tokenizer, True, task="transcribe", language="zh")
        self._without_speech: dict[str, float] = {}

    def likeliest(self, samples: NDArray[np.float32], phrases: Sequence[str]) -> tuple[str, float]:
        """Return the phrase with the highest score, and its score; `samples` are 16 kHz from -1 to 1."""
        new = [phrase for phrase in phrases if phrase not in self._without_speech]
        speechless = [self._logarithms(encoded, new) for encoded in self._speechless] if new else []
        self._without_speech |= dict(zip(new, map(max, zip(*speechless, strict=True)), strict=True))
        found = zip(phrases, self._logarithms(self._encoded(samples), phrases), strict=True)
        score, best = max((heard - self._without_speech[phrase], phrase) for phrase, heard in found)
        return best, score

    @cached_property
    def _speechless(self) -> list[NDArray[np.float32]]:
        """Two seconds of silence, and of hiss from hardly to very loud, as the model sees them."""
        hiss = np.random.default_rng(1).standard_normal(2 * RATE, np.float32)
        return [self._encoded(hiss * np.float32(loudness)) for loudness in (0, 0.001, 0.01, 0.1)]

    def _encoded(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        behind = np.zeros(int(_BEHIND * RATE), np.float32)
        features = self._whisper.feature_extractor(np.concatenate([samples, behind]))
        frames = features.shape[-1] // 2 * 2  # the model takes them in pairs
        sound = np.ascontiguousarray(features[np.newaxis, :, :frames])
        return np.array(self._whisper.model.encode(self._view(sound)))

    def _logarithms(self, encoded: NDArray[np.float32], phrases: Sequence[str]) -> list[float]:
        """Return how probable the model finds each phrase as what was said, as a logarithm."""
        frames = 2 * encoded.shape[1]
        found: list[float] = []
        for begin in range(0, len(phrases), _AT_ONCE):
            written = [self._tokens.encode(f"{phrase}。") for phrase in phrases[begin : begin + _AT_ONCE]]
            each = self._view(np.repeat(encoded, len(written), axis=0))
            aligned = self._whisper.model.align(each, list(self._tokens.sot_sequence), written, frames)
            found += [
                sum(math.log(max(probability, _NEVER)) for probability in one.text_token_probs)
                for one in aligned
            ]
        return found
