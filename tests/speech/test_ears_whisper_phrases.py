"""What Whisper is not sure of, held against the phrases of a question: words said badly, and no words."""

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from speech.ears.whisper import WhisperEar
from speech.ears.whisper_phrases import LIKELY, RATE, LikelyPhrases
from speech.listening.silero import SpeechModel
from speech.sound import FULL_SCALE, Sound
from speech.telephone import RATE as LINE_RATE
from speech.telephone import resampled
from speech.voices.kokoro import KokoroVoice
from tests.callers import lines
from tests.callers.hearing import noticed
from tests.callers.talks import question

MAIN = question("main").phrases


@pytest.fixture(scope="module")
def ear(whisper_folder: Path) -> WhisperEar:
    return WhisperEar(whisper_folder, os.cpu_count() or 1)


@pytest.fixture(scope="module")
def likely(ear: WhisperEar) -> LikelyPhrases:
    return LikelyPhrases(ear._model)


def called(kokoro: Path, speaker: str, words: str, pace: float) -> Sound:
    """Return what the hotline's listener cuts out of a call of a test caller."""
    with closing(KokoroVoice(kokoro, speaker)) as voice:
        spoken = voice.speak(words, pace)
    line = lines.line(spoken.samples.astype(float), lines.CLEAN, [])
    (cut,) = noticed(line.mulaw, SpeechModel.installed()).cuts
    return cut.sound


def scored(likely: LikelyPhrases, sound: Sound, phrases: Sequence[str] = MAIN) -> tuple[str, float]:
    samples = resampled(sound, RATE).samples.astype(np.float32) / np.float32(FULL_SCALE)
    return likely.likeliest(samples, phrases)


@pytest.mark.parametrize(
    ("speaker", "pace", "words"), [("zf_xiaoyi", 1.05, "余额"), ("zf_xiaoni", 0.85, "救命")]
)
def test_a_phrase_said_badly_is_named_where_other_words_are_written(
    ear: WhisperEar, likely: LikelyPhrases, kokoro_folder: Path, speaker: str, pace: float, words: str
) -> None:
    sound = called(kokoro_folder, speaker, words, pace)
    best, score = scored(likely, sound)
    assert best == words
    assert score >= LIKELY
    heard = ear.hear(sound, MAIN)
    assert words in (heard.words.rstrip("。"), heard.perhaps)


def test_of_what_is_written_surely_nothing_else_is_named(ear: WhisperEar, kokoro_folder: Path) -> None:
    heard = ear.hear(called(kokoro_folder, "zm_yunyang", "我的卡里还有多少钱", 1.05), MAIN)
    assert heard.confidence > 0.6
    assert heard.perhaps == ""


@pytest.mark.parametrize("name", list(lines.NOISES))
def test_no_noise_is_a_phrase(likely: LikelyPhrases, name: str) -> None:
    noise = lines.noise(f"{name} 1")
    sound = Sound(np.clip(noise, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16), LINE_RATE)
    assert scored(likely, sound)[1] < LIKELY


def test_a_score_is_the_same_whatever_else_is_scored(likely: LikelyPhrases) -> None:
    sound = Sound(lines.noise("coughs 1").astype(np.int16), LINE_RATE)
    best, score = scored(likely, sound)
    assert scored(likely, sound, [best]) == (best, pytest.approx(score, abs=0.2))


def test_without_phrases_and_for_long_sentences_it_does_not_look(ear: WhisperEar) -> None:
    hiss = Sound(lines.noise("hiss 1").astype(np.int16), LINE_RATE)
    long = Sound(np.tile(hiss.samples, 5), LINE_RATE)
    assert ear.hear(hiss).perhaps == ""
    assert ear.hear(long, MAIN).perhaps == ""
