"""The listener on real voices over a telephone line: when it finds words, and what it does not take for any.

The true beginning of words is the first 20 ms within 20 dB of the loudest, their true end the last within 25:
what comes before is breath. Callers of the built-in voice are always heard, Kokoro's where its model is. No
old person's speech could be had for this.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TypeVar

import line_sounds as line
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnxruntime.datasets import get_example

from speech.ears import EarMissing
from speech.listening.events import (
    Event,
    FalseStart,
    SpeechBegan,
    SpeechEnded,
    SpeechSuspected,
    TooLong,
)
from speech.listening.listener import Listener
from speech.listening.patience import CHOICE, NUMBER, Patience
from speech.listening.silero import SpeechModel
from speech.sound import Sound
from speech.telephone import RATE, Values, mulaw_decode
from speech.voices import Voice
from speech.voices.kokoro import KokoroVoice
from speech.voices.pyttsx3 import Pyttsx3Voice

BUILT_IN = ("查余额", "找人工", "是的", "家人共用", "听不清，再说一遍")
KOKORO = {"zm_yunjian": ("查余额", "是的", "家人共用"), "zf_xiaoxiao": ("找人工", "不对")}
BEFORE = 3.0
"""Seconds of the line before the words."""
SOON = 0.34
"""Seconds within which a beginning must be told: a consonant, half a stretch, and two frames to spare."""

Kind = TypeVar("Kind", bound=Event)


@dataclass(frozen=True)
class Heard:
    """An event, and the second at which it was told."""

    second: float
    event: Event


@pytest.fixture(scope="module")
def model() -> SpeechModel:
    return SpeechModel.installed()


@pytest.fixture(scope="module")
def voice() -> Iterator[Voice]:
    made = Pyttsx3Voice()
    yield made
    made.close()


@pytest.fixture(scope="module")
def built_in(voice: Voice) -> dict[str, Sound]:
    return {text: voice.speak(text, 1.0) for text in BUILT_IN}


@pytest.fixture(scope="module")
def kokoro(kokoro_folder: Path) -> dict[str, Sound]:
    found = {}
    for speaker, texts in KOKORO.items():
        made = KokoroVoice(kokoro_folder, speaker)
        found |= {f"{speaker} {text}": made.speak(text, 1.0) for text in texts}
        made.close()
    return found


def hear(
    listener: Listener, sound: bytes, at: dict[float, Callable[[Listener], None]] | None = None
) -> list[Heard]:
    """Let it hear the frames; `at` some second do something to it."""
    deeds = {round(second * 50): deed for second, deed in (at or {}).items()}
    found = []
    for number in range(len(sound) // line.FRAME):
        if deed := deeds.get(number):
            deed(listener)
        events = listener.hear(sound[number * line.FRAME : (number + 1) * line.FRAME])
        found += [Heard((number + 1) / 50, event) for event in events]
    return found


def only(kind: type[Kind], heard: list[Heard]) -> list[tuple[float, Kind]]:
    return [(one.second, one.event) for one in heard if isinstance(one.event, kind)]


def delays(listener: Listener, sound: Sound, background: Values) -> tuple[float, float] | None:
    """Seconds from the words' true beginning until it was told, and from their true end; None if missed."""
    heard = hear(listener, line.on_line(background, line.at(BEFORE, line.said(sound))))
    began, ended = only(SpeechBegan, heard), only(SpeechEnded, heard)
    if not began or not ended:
        return None
    first, last = line.words(sound, 20)[0], line.words(sound, 25)[1]
    return began[0][0] - BEFORE - first, ended[-1][0] - BEFORE - last


def line_with(sound: Sound, ratio: float | None, seed: int) -> Values:
    seconds = BEFORE + sound.duration + 2.5
    return line.noise(seconds, -60) if ratio is None else line.television(seconds, -18 - ratio, seed)


@pytest.mark.parametrize("ratio", [None, 20.0])
@pytest.mark.parametrize("callers", ["built_in", "kokoro"])
def test_words_are_found_soon_and_end_when_patience_ends(
    callers: str, ratio: float | None, model: SpeechModel, request: pytest.FixtureRequest
) -> None:
    for number, (name, sound) in enumerate(request.getfixturevalue(callers).items()):
        found = delays(Listener(model), sound, line_with(sound, ratio, number))
        assert found, f"{name} was not heard"
        assert 0 < found[0] <= SOON, f"{name} was found after {found[0]:.2f} s"
        assert CHOICE.end - 0.2 <= found[1] <= CHOICE.end + 0.2, f"{name} ended after {found[1]:.2f} s"


@pytest.mark.parametrize("callers", ["built_in", "kokoro"])
def test_choices_end_when_old_people_expect_it_on_a_quiet_line(
    callers: str, model: SpeechModel, request: pytest.FixtureRequest
) -> None:
    for name, sound in request.getfixturevalue(callers).items():
        found = delays(Listener(model), sound, line_with(sound, None, 0))
        assert found, f"{name} was not heard"
        assert 0.6 <= found[1] <= 0.8, f"{name} ended after {found[1]:.2f} s"


@dataclass(frozen=True)
class Bounds:
    """What is asked where it is noisy: the share of words found, a median in seconds, nine ends of ten."""

    ratio: float
    found: float
    begin: float
    end: float


@pytest.mark.parametrize("bounds", [Bounds(10.0, 0.9, 0.3, 1.0), Bounds(5.0, 0.7, 0.35, 1.2)])
@pytest.mark.parametrize("callers", ["built_in", "kokoro"])
def test_words_are_found_beside_a_loud_television(
    callers: str, bounds: Bounds, model: SpeechModel, request: pytest.FixtureRequest
) -> None:
    sounds = list(request.getfixturevalue(callers).values())
    tries = [
        delays(Listener(model), one, line_with(one, bounds.ratio, seed)) for one in sounds for seed in (1, 2)
    ]
    found = [one for one in tries if one]
    assert len(found) >= bounds.found * len(tries)
    assert np.median([begin for begin, _ in found]) <= bounds.begin
    assert np.quantile([end for _, end in found], 0.9) <= bounds.end


MINUTES = {
    "silence": line.silent(60),
    "line noise": line.noise(60, -55),
    "loud line noise": line.noise(60, -35),
    "hum": line.hum(60, -40),
    "loud hum": line.hum(60, -25),
    "hum and noise": line.hum(60, -35) + line.noise(60, -50),
}


@pytest.mark.parametrize("name", MINUTES)
def test_nothing_begins_in_ten_minutes_without_words(name: str, model: SpeechModel) -> None:
    listener, minute = Listener(model), line.on_line(MINUTES[name])
    assert [hear(listener, minute) for _ in range(10)] == [[]] * 10


@pytest.mark.parametrize("level", [-20, -30, -40])
def test_no_words_are_found_in_babble_without_words(level: float, model: SpeechModel) -> None:
    heard = hear(Listener(model), line.on_line(line.television(60, level, 5)))
    assert only(SpeechBegan, heard) == []
    assert len(heard) <= 3


def coughs(seconds: float, level: float) -> Values:
    return line.in_turn([line.cough(seconds, level, seed) for seed in range(10)], 1.0)


NO_WORDS = {
    "clicks": line.in_turn([line.click(-8, seed) for seed in range(20)], 0.5),
    "clicks in a row": line.in_turn([line.click(-8, seed) for seed in range(40)], 0.05),
    "short coughs": coughs(0.15, -12),
    "coughs": coughs(0.25, -12),
    "quiet coughs": coughs(0.25, -25),
    "dial tone": line.tones(20, [450], -18),
    "music": line.music(30, -18),
    "quiet music": line.music(30, -30),
}


@pytest.mark.parametrize("name", NO_WORDS)
def test_sounds_that_are_no_words_do_not_count(name: str, model: SpeechModel) -> None:
    sound = line.on_line(line.at(1.0, NO_WORDS[name]), line.noise(len(NO_WORDS[name]) / RATE + 2, -60))
    assert not [one for one in hear(Listener(model), sound) if not isinstance(one.event, FalseStart)]


@pytest.mark.parametrize("noise", [-60, -35])
@pytest.mark.parametrize("level", [-8, -14, -24])
@pytest.mark.parametrize("seconds", [0.06, 0.1, 0.25, 1.0])
def test_keys_are_not_taken_for_words(seconds: float, level: float, noise: float, model: SpeechModel) -> None:
    pressed = line.in_turn([line.tones(seconds, key, level) for key in line.KEYS], 0.15)
    sound = line.on_line(line.at(0.5, pressed), line.noise(len(pressed) / RATE + 1.5, noise))
    assert not [one for one in hear(Listener(model), sound) if not isinstance(one.event, FalseStart)]


def bare(sound: Sound, level: float = -18.0) -> Values:
    """Words with nothing before and after them."""
    return line.said(sound, level)[slice(*(round(end * RATE) for end in line.words(sound, 25)))]


def digits(voice: Voice, pause: float, count: int) -> tuple[bytes, float, float]:
    """Digits said one by one; where the first begins and the last ends."""
    spoken = [bare(voice.speak("零一二三四五六七八九"[number % 10], 1.0)) for number in range(count)]
    whole = line.in_turn(spoken, pause)
    sound = line.on_line(line.at(BEFORE, whole), line.noise(BEFORE + len(whole) / RATE + 3, -60))
    return sound, BEFORE, BEFORE + len(whole) / RATE - pause


def test_digits_with_long_pauses_are_one_number(voice: Voice, model: SpeechModel) -> None:
    sound, first, last = digits(voice, 1.5, 18)
    heard = hear(Listener(model, NUMBER), sound)
    ((told, ended),) = only(SpeechEnded, heard)
    assert abs(ended.at / RATE - first) <= 0.3
    assert abs(ended.until / RATE - last) <= 0.2
    assert ended.sound.duration >= last - first
    assert NUMBER.end - 0.1 <= told - last <= NUMBER.most + 0.2
    assert len(heard) == 3, (
        "suspected, begun and ended once: neither too long nor a second beginning, in more than half a minute"
    )


def test_a_number_said_without_pauses_ends_when_its_patience_ends(voice: Voice, model: SpeechModel) -> None:
    sound, _, last = digits(voice, 0.2, 6)
    ((told, _),) = only(SpeechEnded, hear(Listener(model, NUMBER), sound))
    assert NUMBER.end - 0.1 <= told - last <= NUMBER.end + 0.2


def pausing(built_in: dict[str, Sound], pause: float) -> Values:
    cut = [bare(built_in[text]) for text in ("查余额", "找人工", "是的")]
    return np.concatenate([line.in_turn(cut, pause), line.silent(3.0)])


def test_who_pauses_between_words_is_soon_given_more_patience(
    built_in: dict[str, Sound], model: SpeechModel
) -> None:
    answer = pausing(built_in, 1.2)
    listener = Listener(model)
    first = hear(listener, line.on_line(answer, line.noise(len(answer) / RATE, -60)))
    assert len(only(SpeechEnded, first)) > 1, "so much patience nobody has from the beginning"
    second = hear(listener, line.on_line(answer, line.noise(len(answer) / RATE, -60)))
    ((told, ended),) = only(SpeechEnded, second)
    last = len(answer) / RATE - 3.0 - 1.2
    assert told - last <= CHOICE.most + 0.2
    assert ended.sound.duration >= last


def test_patience_has_a_bound_and_is_not_learned_from_answers_to_other_questions(
    built_in: dict[str, Sound], model: SpeechModel
) -> None:
    listener = Listener(model)
    answer = line.on_line(pausing(built_in, 2.4), line.noise(14, -60))
    for _ in range(3):
        assert len(only(SpeechEnded, hear(listener, answer))) == 3
    listener = Listener(model, NUMBER)
    hear(listener, answer)
    listener.patience = CHOICE
    found = delays(listener, built_in["找人工"], line_with(built_in["找人工"], None, 0))
    assert found
    assert found[1] <= 0.8


def talk(built_in: dict[str, Sound], seconds: float) -> Values:
    """Somebody who does not stop."""
    words = line.in_turn([bare(built_in[text]) for text in ("查余额", "找人工", "家人共用")], 0.05)
    return np.tile(words, int(seconds * RATE / len(words)) + 1)[: round(seconds * RATE)]


@pytest.mark.parametrize("patience", [CHOICE, NUMBER])
def test_who_never_stops_is_too_long(
    patience: Patience, built_in: dict[str, Sound], model: SpeechModel
) -> None:
    seconds = patience.longest + 5
    heard = hear(Listener(model, patience), line.on_line(line.at(1, talk(built_in, seconds))))
    ((told, event),) = only(TooLong, heard)
    assert told - 1 == pytest.approx(patience.longest, abs=0.3)
    assert event.sound.duration >= patience.longest - 0.3
    assert [type(one.event) for one in heard][:3] == [SpeechSuspected, SpeechBegan, TooLong]


def test_after_too_much_talk_an_answer_is_heard_again(built_in: dict[str, Sound], model: SpeechModel) -> None:
    listener = Listener(model)
    hear(listener, line.on_line(line.at(1, talk(built_in, 14)), line.noise(26, -60)))
    assert delays(listener, built_in["找人工"], line_with(built_in["找人工"], None, 0))


def test_an_ear_that_listens_along_misses_nothing(built_in: dict[str, Sound], model: SpeechModel) -> None:
    """What came with the beginning and the frames after it are what comes with the end."""
    sound = built_in["家人共用"]
    arrived = line.on_line(line_with(sound, 20, 3), line.at(BEFORE, line.said(sound)))
    heard = hear(Listener(model), arrived)
    ((second, began),), ((_, ended),) = only(SpeechBegan, heard), only(SpeechEnded, heard)
    later = mulaw_decode(arrived[round(second * RATE) :])
    along = np.concatenate([began.sound.samples, later])
    assert began.sound.duration >= second - began.at / RATE + 0.2
    assert np.array_equal(along[: len(ended.sound.samples)], ended.sound.samples)


def test_the_sound_of_an_utterance_is_what_the_line_brought(
    built_in: dict[str, Sound], model: SpeechModel
) -> None:
    sound = built_in["家人共用"]
    arrived = line.on_line(line_with(sound, 20, 3), line.at(BEFORE, line.said(sound)))
    ((_, ended),) = only(SpeechEnded, hear(Listener(model), arrived))
    samples = mulaw_decode(arrived)
    start = next(
        at
        for at in range(0, ended.at + 1, line.FRAME)
        if np.array_equal(samples[at : at + len(ended.sound.samples)], ended.sound.samples)
    )
    first, last = line.words(sound, 25)
    assert start / RATE <= BEFORE + first - 0.1
    assert BEFORE + last <= (start + len(ended.sound.samples)) / RATE <= BEFORE + last + 0.6
    assert ended.sound.rate == RATE


def speaks(listener: Listener) -> None:
    listener.we_speak(True)


def gives_notice(listener: Listener) -> None:
    listener.we_speak(True, interruptible=False)


def is_silent(listener: Listener) -> None:
    listener.we_speak(False)


def prompt(voice: Voice, seconds: float, level: float) -> Values:
    text = "查余额，请按一。查最近一次到账，请按二。家人共用，请按三。别的事情，请按四。"
    spoken = line.said(voice.speak(text, 1.0), level)
    return np.tile(spoken, int(seconds * RATE / len(spoken)) + 1)[: round(seconds * RATE)]


def test_our_own_echo_is_nobody(voice: Voice, model: SpeechModel) -> None:
    echo = line.on_line(prompt(voice, 40, -18 - 25), line.noise(40, -60))
    assert hear(Listener(model), echo, {0: speaks}) == []


@pytest.mark.parametrize("level", [-18, -26])
def test_a_caller_who_interrupts_is_heard_through_the_echo(
    level: float, built_in: dict[str, Sound], voice: Voice, model: SpeechModel
) -> None:
    sound = built_in["找人工"]
    echo = prompt(voice, BEFORE + 0.6, -18 - 25)
    arrived = line.on_line(line.noise(8, -60), echo, line.at(BEFORE, line.said(sound, level)))
    heard = hear(Listener(model), arrived, {0: speaks, BEFORE + 0.5: is_silent})
    ((began, _),) = only(SpeechBegan, heard)
    assert began - BEFORE - line.words(sound, 20)[0] <= SOON
    assert len(only(SpeechEnded, heard)) == 1


def test_a_television_that_talks_is_not_the_caller(
    built_in: dict[str, Sound], voice: Voice, model: SpeechModel
) -> None:
    """It talks without an end, real words, 15 dB weaker than the caller, from before the opening notice."""
    set_ = prompt(voice, 40, -33)
    listener = Listener(model)
    opening = line.on_line(set_[: 8 * RATE], line.noise(8, -60))
    assert hear(listener, opening, {0: gives_notice}) == []
    listener.we_speak(False)
    alone = hear(listener, line.on_line(set_[8 * RATE :], line.noise(32, -60)))
    assert only(SpeechBegan, alone) == []
    sound = built_in["找人工"]
    found = delays(listener, sound, set_[: 7 * RATE] + line.noise(7, -60))
    assert found
    assert found[0] <= SOON
    assert found[1] <= CHOICE.end + 0.3


def test_a_television_with_pauses_is_too_long_once_and_then_not_the_caller(
    built_in: dict[str, Sound], model: SpeechModel
) -> None:
    """It is switched on when the notice is over; it rests between its sentences."""
    sentences = [bare(sound, -33) for sound in built_in.values()]
    set_ = np.tile(line.in_turn(sentences, 0.4), 9)[: 40 * RATE]
    listener = Listener(model)
    heard = hear(listener, line.on_line(line.at(BEFORE, set_), line.noise(BEFORE + 40, -60)))
    assert [type(one.event) for one in heard if not isinstance(one.event, FalseStart)] == [
        SpeechSuspected,
        SpeechBegan,
        TooLong,
    ]
    sound = built_in["找人工"]
    assert delays(listener, sound, set_[: 7 * RATE] + line.noise(7, -60))


def test_who_speaks_during_the_notice_is_heard_as_soon_as_it_is_over(
    built_in: dict[str, Sound], model: SpeechModel
) -> None:
    listener = Listener(model)
    early = line.at(2.0, talk(built_in, 4.2))
    assert hear(listener, line.on_line(line.noise(8, -60), early), {0: gives_notice}) == []
    listener.we_speak(False)
    found = delays(listener, built_in["找人工"], line_with(built_in["找人工"], None, 0))
    assert found
    assert found[0] <= SOON


def test_what_a_key_answers_is_forgotten_with_the_rest_of_it(
    built_in: dict[str, Sound], model: SpeechModel
) -> None:
    sound = built_in["听不清，再说一遍"]
    listener = Listener(model)
    arrived = line.on_line(line_with(sound, None, 0), line.at(BEFORE, line.said(sound)))
    heard = hear(listener, arrived, {BEFORE + 0.5: Listener.forget})
    assert [type(one.event) for one in heard] == [SpeechSuspected, SpeechBegan]
    assert delays(listener, built_in["找人工"], line_with(built_in["找人工"], None, 0)), "the next answer"


@pytest.fixture(scope="module")
def minute(built_in: dict[str, Sound]) -> bytes:
    words = line.in_turn([line.said(one) for one in built_in.values()], 1.3)
    return line.on_line(line.at(1, words), line.television(len(words) / RATE + 2, -40, 8))


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(1, 2000), min_size=1, max_size=30))
def test_pieces_of_any_length_give_the_same_events(
    minute: bytes, model: SpeechModel, lengths: list[int]
) -> None:
    whole = [one.event for one in hear(Listener(model), minute)]
    listener, rest = Listener(model), io.BytesIO(minute)
    events: list[Event] = []
    for length in cycle(lengths):
        if not (piece := rest.read(length)):
            break
        events += listener.hear(piece)
    assert events == whole
    assert len(whole) >= 2 * len(BUILT_IN)


def test_calls_heard_at_once_by_one_model_do_not_disturb_each_other(
    minute: bytes, model: SpeechModel
) -> None:
    alone = hear(Listener(model), minute)
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda _: hear(Listener(model), minute), range(4)))
    assert together == [alone] * 4


def test_a_model_that_cannot_be_had_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EarMissing, match="faster-whisper"):
        SpeechModel(tmp_path / "silero_vad.onnx")
    (tmp_path / "cut.onnx").write_bytes(b"no model at all")
    with pytest.raises(EarMissing, match=r"cut\.onnx cannot be used"):
        SpeechModel(tmp_path / "cut.onnx")
    with pytest.raises(EarMissing, match="there is no speech model"):
        SpeechModel.installed("no_such_package")


def test_another_model_is_not_taken_for_it() -> None:
    with pytest.raises(EarMissing, match="wants"):
        SpeechModel(Path(get_example("sigmoid.onnx")))
