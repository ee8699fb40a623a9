"""What Whisper is not sure of, held against the phrases of a question: words said badly, and no words."""

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from speech.ears.whisper import WhisperEar
from speech.ears.whisper_phrases import RATE, LikelyPhrases
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


def perhaps(likely: LikelyPhrases, sound: Sound, words: str, phrases: Sequence[str] = MAIN) -> str:
    samples = resampled(sound, RATE).samples.astype(np.float32) / np.float32(FULL_SCALE)
    return likely.perhaps(samples, words, phrases)


@pytest.mark.parametrize(
    ("caller", "words", "written"),
    [(("zf_xiaoyi", 1.05), "余额", "铁"), (("zf_xiaoni", 0.85), "救命", "消迷")],
)
def test_a_phrase_said_badly_is_named_where_other_words_are_written(
    ear: WhisperEar,
    likely: LikelyPhrases,
    kokoro_folder: Path,
    caller: tuple[str, float],
    words: str,
    written: str,
) -> None:
    speaker, pace = caller
    sound = called(kokoro_folder, speaker, words, pace)
    assert perhaps(likely, sound, written) == words
    heard = ear.hear(sound, MAIN)
    assert words in (heard.words.rstrip("。"), heard.perhaps)


def test_a_phrase_is_found_within_a_sentence_where_it_sounds_like_what_is_written(
    likely: LikelyPhrases, kokoro_folder: Path
) -> None:
    sound = called(kokoro_folder, "zm_yunyang", "我的卡给谁用了", 1.05)
    assert perhaps(likely, sound, "我的卡里是用了") == "我的卡给谁用了"
    assert perhaps(likely, sound, "我的卡给谁用了", ["还有一张"]) == ""


def test_of_what_is_written_surely_nothing_else_is_named(ear: WhisperEar, kokoro_folder: Path) -> None:
    heard = ear.hear(called(kokoro_folder, "zm_yunyang", "我的卡里还有多少钱", 1.05), MAIN)
    assert heard.confidence > 0.6
    assert heard.perhaps == ""


@pytest.mark.parametrize("name", list(lines.NOISES))
def test_no_noise_is_a_phrase(likely: LikelyPhrases, name: str) -> None:
    noise = lines.noise(f"{name} 1")
    sound = Sound(np.clip(noise, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16), LINE_RATE)
    assert perhaps(likely, sound, "我要人工服务") == ""


def test_where_it_is_late_already_it_does_not_look(ear: WhisperEar, kokoro_folder: Path) -> None:
    badly = called(kokoro_folder, "zf_xiaoyi", "余额", 1.05)
    assert ear.hear(badly, MAIN).perhaps == "余额"
    assert ear.hear(badly, MAIN, until=0.0).perhaps == ""


def test_without_phrases_and_for_long_sentences_it_does_not_look(ear: WhisperEar) -> None:
    hiss = Sound(lines.noise("hiss 1").astype(np.int16), LINE_RATE)
    long = Sound(np.tile(hiss.samples, 5), LINE_RATE)
    assert ear.hear(hiss).perhaps == ""
    assert ear.hear(long, MAIN).perhaps == ""
