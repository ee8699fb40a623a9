"""Which of some phrases was it, where Whisper wrote none of them down, or is not sure of it?

What it writes freely is what people write most: a rare word of a menu that was said too briefly becomes a
common one. Therefore phrases, alone and within what was written, are held against the sound, and against
sounds without any speech: a score says how much likelier than the likeliest of those the sound makes words,
in nats, and none gain by being common. The score of a phrase alone is the mean of two spellings (道章 says as
much of the sound as 到账, and nothing of what people use to write) and of the sound played slower: noises and
other words score well in some of these, the words that were said in all of them.
"""

import importlib
import math
from collections.abc import Sequence
from functools import cache, cached_property
from heapq import nlargest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from speech.clips.sounds import sounding_like
from speech.ears.sound_alikes import instead, plain
from speech.spoken import UnspeakableError

RATE = 16000
LIKELY, LIKELY_WITHIN = 3.5, 6.0
"""Scores from which a phrase alone, and a sentence with one, are worth a question. No noise reaches them, and
hardly a test caller who had something else to say; of those who said a phrase badly, nearly all do."""
HARDLY = 3.0
"""A score by which words may be likelier than a sentence that is worth a question all the same."""
_BEHIND = 3.0  # seconds of silence behind a sound: the thirty that the model expects take ten times as long
_BEST = 10
"""Phrases, the likeliest, that are scored in both spellings and at every pace."""
_SLOWER = (0.85, 0.7)
"""Paces at which the sound is heard once more; its voice becomes lower with them."""
_AT_ONCE = 16  # phrases, each with the whole sound: more of them take more memory and no less time
_NEVER = 1e-9  # a probability that is as good as none, so that its logarithm is a number


class LikelyPhrases:
    """Scores words by `whisper`, a WhisperModel of faster-whisper; for one thread at a time."""

    def __init__(self, whisper: Any) -> None:
        tokens = importlib.import_module("faster_whisper.tokenizer")
        self._view = importlib.import_module("ctranslate2").StorageView.from_array
        self._whisper = whisper
        self._tokens = tokens.Tokenizer(whisper.hf_tokenizer, True, task="transcribe", language="zh")
        self._of_phrases: dict[str, float] = {}  # their logarithms without speech

    def perhaps(self, samples: NDArray[np.float32], words: str, phrases: Sequence[str]) -> str:
        """Return what else than the words it may have been, "" if nothing; `samples` are 16 kHz from -1 to 1.

        That is the words with a phrase put in the place of what sounds like it, if they are hardly likelier
        without; or else the likeliest phrase, if that is likely.
        """
        encoded = self._encoded(samples)
        asked = [phrase for phrase in phrases if len(phrase) > 1]  # keys are for single syllables
        return self._within(encoded, words, asked) or self._alone(samples, encoded, asked)

    def _within(self, encoded: NDArray[np.float32], words: str, phrases: Sequence[str]) -> str:
        sentences = dict.fromkeys(filter(None, (instead(words, phrase) for phrase in phrases)))
        if not sentences:
            return ""
        own, *scores = self._scores(encoded, [plain(words), *sentences])
        score, best = max(zip(scores, sentences, strict=True))
        return best if score >= max(LIKELY_WITHIN, own - HARDLY) else ""

    def _alone(
        self, samples: NDArray[np.float32], encoded: NDArray[np.float32], phrases: Sequence[str]
    ) -> str:
        scores = dict(zip(phrases, self._phrase_scores(encoded, phrases), strict=True))
        best = nlargest(_BEST, scores, key=scores.__getitem__)
        spelt = [_spelt_otherwise(phrase) for phrase in best]
        heard = [[scores[phrase] for phrase in best], self._phrase_scores(encoded, spelt)]
        for pace in _SLOWER:
            slower = self._encoded(_slowed(samples, pace))
            heard += [self._phrase_scores(slower, best), self._phrase_scores(slower, spelt)]
        score, phrase = max(zip(np.mean(heard, axis=0), best, strict=True), default=(0.0, ""))
        return phrase if score >= LIKELY else ""

    def _phrase_scores(self, encoded: NDArray[np.float32], phrases: Sequence[str]) -> list[float]:
        new = [phrase for phrase in dict.fromkeys(phrases) if phrase not in self._of_phrases]
        self._of_phrases |= dict(zip(new, self._without_speech(new), strict=True))
        logarithms = zip(phrases, self._logarithms(encoded, phrases), strict=True)
        return [logarithm - self._of_phrases[phrase] for phrase, logarithm in logarithms]

    def _scores(self, encoded: NDArray[np.float32], sentences: Sequence[str]) -> list[float]:
        heard, without = self._logarithms(encoded, sentences), self._without_speech(sentences)
        return [one - other for one, other in zip(heard, without, strict=True)]

    def _without_speech(self, sentences: Sequence[str]) -> list[float]:
        """Return for each sentence its logarithm for the speechless sound that makes it likeliest."""
        by_sound = [self._logarithms(encoded, sentences) for encoded in self._speechless]
        return list(map(max, zip(*by_sound, strict=True)))

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


def _slowed(samples: NDArray[np.float32], pace: float) -> NDArray[np.float32]:
    """Return a sound played slower, by straight lines between its samples."""
    places = np.arange(0, len(samples) - 1, pace)
    return np.asarray(np.interp(places, np.arange(len(samples)), samples), np.float32)


@cache
def _spelt_otherwise(phrase: str) -> str:
    """Return a phrase in other Hanzi of the same sound."""
    return "".join(map(_other_hanzi, phrase))


def _other_hanzi(hanzi: str) -> str:
    try:
        return sounding_like(hanzi)
    except UnspeakableError:
        return hanzi
