"""The repertoire: which voice says what, recordings before all voices, and never two voices in one turn."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from whistle import Whistle

from speech.repertoire import Repertoire
from speech.score import AFTER_KEY, NORMAL, SLOW, Clip, Phrase, Piece, Rest, Score, Value, score
from speech.sound import Sound
from speech.studio import Studio
from speech.telephone import silence
from speech.voices.recordings import Recordings


@dataclass(frozen=True)
class Said:
    """A sentence as a channel makes it."""

    prompt: str
    pieces: tuple[Piece, ...]
    pace: float = NORMAL
    fixed: bool = True

    @property
    def score(self) -> Score:
        return score(self.pieces, self.pace)


GREETING = Said("greet", ("您好。",))
MENU = Said("menu.main", ("查余额,请按一。",))
BALANCE = Said("bal.say", ("余额是,", Value("money", "三百元"), "。"), fixed=False)


def record(path: Path, seconds: float, peak: float = 3000, rate: int = 44100) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    moments = np.arange(round(rate * seconds)) / rate
    path.write_bytes(Sound((peak * np.sin(2 * np.pi * 600 * moments)).astype(np.int16), rate).wav_bytes())


def render(studio: Studio, *said: Said) -> Studio:
    studio.render(part for sentence in said for part in sentence.score if isinstance(part, Phrase | Clip))
    return studio


@pytest.fixture
def best(tmp_path: Path) -> Studio:
    return Studio(Whistle("best"), tmp_path / "sounds")


@pytest.fixture
def simple(tmp_path: Path) -> Studio:
    return Studio(Whistle("simple"), tmp_path / "sounds")


def test_the_best_voice_that_can_say_all_of_a_turn_says_it(best: Studio, simple: Studio) -> None:
    voices = Repertoire([best, simple])
    assert voices.studios == (best, simple)
    assert voices.voice_for([GREETING, MENU]) is None
    render(simple, GREETING, MENU, BALANCE)
    assert voices.voice_for([GREETING, MENU]) is simple
    render(best, GREETING)
    assert voices.voice_for([GREETING]) is best
    assert voices.voice_for([GREETING, MENU]) is simple  # no turn sounds like two people
    render(best, MENU)
    assert voices.voice_for([GREETING, MENU]) is best
    assert voices.voice_for([GREETING, BALANCE]) is simple


def test_a_slow_turn_needs_the_slow_sounds(best: Studio, simple: Studio) -> None:
    slow = Said("greet", ("您好。",), SLOW)
    voices = Repertoire([render(best, GREETING), render(simple, GREETING, slow)])
    assert voices.voice_for([slow]) is simple


def test_a_turn_is_one_sound_with_its_opening_and_rests(best: Studio) -> None:
    voices = Repertoire([render(best, GREETING, BALANCE)])
    sound = voices.assemble(best, [GREETING, BALANCE], AFTER_KEY)
    assert isinstance(best.voice, Whistle)
    assert sound == Sound.join(
        [
            silence(0.5),
            best.voice.whistled("您好。", NORMAL),
            silence(0.4),
            best.voice.whistled("余额是,", NORMAL),
            silence(1.0),
            best.voice.whistled("三百元", NORMAL),
        ]
    )
    assert voices.assemble(best, [GREETING, MENU]) is None


def test_nobody_speaks_while_a_turn_is_looked_for(best: Studio, simple: Studio) -> None:
    voices = Repertoire([best, simple])
    assert voices.voice_for([GREETING, BALANCE]) is None
    assert voices.assemble(best, [GREETING, BALANCE]) is None
    for studio in (best, simple):
        assert isinstance(studio.voice, Whistle)
        assert not studio.voice.asked
        assert not studio.voice.carriers


def test_a_recording_wins_over_every_voice_and_is_played_among_its_sentences(
    best: Studio, simple: Studio, tmp_path: Path
) -> None:
    recordings = Recordings(tmp_path / "mei")
    voices = Repertoire([best, render(simple, GREETING, MENU)], recordings)
    without = voices.assemble(simple, [GREETING, MENU])
    record(tmp_path / "mei" / "greet.wav", 2.0)
    recorded = recordings.find("greet")
    assert without
    assert recorded
    assert voices.recorded(GREETING) == recorded
    assert voices.assemble(simple, [GREETING, MENU]) == Sound.join(
        [recorded, silence(0.4), simple.voice.speak("查余额,请按一。", NORMAL)]
    )
    (tmp_path / "mei" / "greet.wav").unlink()
    assert voices.assemble(simple, [GREETING, MENU]) == without


def test_with_a_recording_the_voice_need_not_know_the_prompt(
    best: Studio, simple: Studio, tmp_path: Path
) -> None:
    record(tmp_path / "mei" / "greet.wav", 1.0)
    voices = Repertoire([render(best, MENU), render(simple, GREETING, MENU)], Recordings(tmp_path / "mei"))
    assert voices.voice_for([GREETING, MENU]) is best
    assert voices.voice_for([GREETING]) is best


def test_what_holds_a_callers_own_is_never_a_recording(simple: Studio, tmp_path: Path) -> None:
    record(tmp_path / "mei" / "bal.say.wav", 1.0)
    voices = Repertoire([render(simple, BALANCE)], Recordings(tmp_path / "mei"))
    assert voices.recorded(BALANCE) is None
    assert voices.assemble(simple, [BALANCE]) == simple.assemble(BALANCE.score)


def test_without_recordings_there_are_none(simple: Studio) -> None:
    assert Repertoire([simple]).recorded(GREETING) is None


def test_a_slow_reading_is_played_to_those_who_ask_for_it(simple: Studio, tmp_path: Path) -> None:
    slow = Said("greet", ("您好。",), SLOW)
    recordings = Recordings(tmp_path / "mei")
    voices = Repertoire([render(simple, GREETING, slow)], recordings)
    record(tmp_path / "mei" / "greet.wav", 1.0)
    assert voices.recorded(slow) is None
    assert voices.assemble(simple, [slow]) == simple.voice.speak("您好。", SLOW)
    record(tmp_path / "mei" / "slow" / "greet.wav", 3.0)
    assert voices.assemble(simple, [slow]) == recordings.find("greet", slow=True)
    assert voices.assemble(simple, [GREETING]) == recordings.find("greet")


def test_where_a_recording_is_broken_the_voice_speaks_and_the_log_says_so_once(
    simple: Studio, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    record(tmp_path / "mei" / "greet.wav", 1.0, rate=4000)
    voices = Repertoire([render(simple, GREETING)], Recordings(tmp_path / "mei"))
    for _ in range(3):
        assert voices.voice_for([GREETING]) is simple
        assert voices.assemble(simple, [GREETING]) == simple.voice.speak("您好。", NORMAL)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_turn_of_nothing_is_silence_of_its_opening(simple: Studio) -> None:
    assert Repertoire([simple]).assemble(simple, [], 0.5) == simple.assemble((Rest(0.5),))
