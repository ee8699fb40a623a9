"""Calls on real sounds through the real listener and core, with an ear that hears what we write."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from speech.listening.silero import SpeechModel
from speech.sound import Sound
from speech.voices.pyttsx3 import Pyttsx3Voice
from tests.callers.calls import Calls, Outcome, Verdict
from tests.callers.corpus import NOISE, SENTENCE, Utterance
from tests.callers.hearing import KeptEar, noticed
from tests.callers.lines import CLEAN, line
from tests.callers.scripted import ScriptedEar
from tests.callers.speaking import NO, YES, Said, said

CALLER = Utterance("main", "我要查余额", "1", SENTENCE, False, "somebody", 1.0)
IDLE = replace(CALLER, words="今天天气真好", answer="", kind="chat")
COUGH = replace(CALLER, words="cough 1", answer="", kind=NOISE)
DOUBTED = "我眼睛不好,你帮我查余额"


@pytest.fixture(scope="module")
def model() -> SpeechModel:
    return SpeechModel.installed()


@pytest.fixture(scope="module")
def sounds() -> Iterator[Mapping[Said, Sound]]:
    voice = Pyttsx3Voice()
    yield {(speaker, words, pace): voice.speak(words, pace) for speaker, words, pace in said([CALLER, IDLE])}
    voice.close()


@pytest.fixture(scope="module")
def calls(sounds: Mapping[Said, Sound], model: SpeechModel) -> Calls:
    return Calls(sounds, list(sounds.values()), model)


def lead(calls: Calls, folder: Path, utterance: Utterance, *texts: str) -> Outcome:
    ear = ScriptedEar(*texts)
    outcome = calls.lead(utterance, CLEAN, KeptEar(ear, folder / "heard.jsonl"))
    assert not ear.left
    return outcome


@pytest.mark.parametrize(
    ("utterance", "texts", "expected"),
    [
        (CALLER, ["我要查余额"], (Verdict.RIGHT, "1", False)),
        (CALLER, [DOUBTED, "是的"], (Verdict.RIGHT, "1", True)),
        (CALLER, [DOUBTED, "不知道"], (Verdict.ASKED_IN_VAIN, "", True)),
        (CALLER, [DOUBTED, ""], (Verdict.ASKED_IN_VAIN, "", True)),
        (CALLER, ["解除绑定"], (Verdict.WRONG, "3", False)),
        (CALLER, ["天气真好"], (Verdict.NOT_UNDERSTOOD, "", False)),
        (CALLER, [""], (Verdict.UNHEARD, "", False)),
        (IDLE, ["今天天气真好"], (Verdict.LEFT_ALONE, "", False)),
        (IDLE, [DOUBTED, "不是"], (Verdict.LEFT_ALONE, "", True)),
        (IDLE, [DOUBTED, "是的"], (Verdict.ACCEPTED, "1", True)),
        (IDLE, ["余额"], (Verdict.ACCEPTED, "1", False)),
    ],
)
def test_verdicts(
    calls: Calls,
    tmp_path: Path,
    utterance: Utterance,
    texts: list[str],
    expected: tuple[Verdict, str, bool],
) -> None:
    outcome = lead(calls, tmp_path, utterance, *texts)
    assert (outcome.verdict, outcome.chosen, outcome.asked) == expected
    assert outcome.heard == tuple(text for text in texts if text)


def test_the_decision_comes_after_the_words_by_the_listeners_patience(calls: Calls, tmp_path: Path) -> None:
    outcome = lead(calls, tmp_path, CALLER, "余额")
    assert outcome.decided is not None
    assert 0.5 < outcome.decided < 1.2
    assert 0 <= outcome.ear_seconds < 0.5
    assert outcome.began == 1
    assert lead(calls, tmp_path, COUGH).decided is None


def test_silence_and_noise_are_never_heard_by_an_ear(calls: Calls, tmp_path: Path) -> None:
    for words in ("cough 1", "silence 0", "hum 0"):
        outcome = lead(calls, tmp_path, replace(COUGH, words=words))
        assert (outcome.verdict, outcome.began, outcome.heard) == (Verdict.LEFT_ALONE, 0, ())


def test_what_was_heard_is_not_heard_again(calls: Calls, tmp_path: Path) -> None:
    first = lead(calls, tmp_path, CALLER, DOUBTED, "是的")
    again = lead(calls, tmp_path, CALLER)
    assert (again.heard, again.chosen, again.ear_seconds) == (first.heard, first.chosen, first.ear_seconds)


def test_half_a_line_is_forgotten_and_heard_again(calls: Calls, tmp_path: Path) -> None:
    lead(calls, tmp_path, CALLER, DOUBTED, "是的")
    kept = tmp_path / "heard.jsonl"
    kept.write_text(kept.read_text()[:-9])
    assert lead(calls, tmp_path, CALLER, "不是").heard == (DOUBTED, "不是")
    assert len(kept.read_text().splitlines()) == 2


def test_a_caller_says_yes_and_no_in_the_same_voice() -> None:
    spoken = said([CALLER, COUGH])
    assert spoken == [("somebody", CALLER.words, 1.0), ("somebody", YES, 1.05), ("somebody", NO, 1.05)]


def test_words_in_the_middle_of_a_line_are_cut_out_whole(
    sounds: Mapping[Said, Sound], model: SpeechModel
) -> None:
    spoken = sounds[CALLER.speaker, CALLER.words, CALLER.pace]
    made = line(spoken.samples.astype(float), CLEAN, ())
    (cut,) = noticed(made.mulaw, model).cuts
    assert spoken.duration < cut.sound.duration < spoken.duration + 1.0
    assert made.until < cut.told < made.until + 1.2
