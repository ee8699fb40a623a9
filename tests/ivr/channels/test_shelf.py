"""Names of sounds: the same in every process, new whenever the sound is, none for what is not said now."""

import threading
from dataclasses import replace

import pytest
from beeping import Beep
from toy_doors import AMOUNT, CONSTANTS, NUMBER, PIN, PUBLIC, Toy

from ivr.channels.script import Passage, Script
from ivr.channels.shelf import Shelf
from ivr.channels.turn_token import TurnPassage
from menus.actions import Say
from menus.values import Word
from speech.repertoire import Repertoire
from speech.score import NORMAL, SLOW
from speech.studio import Studio
from speech.voices.recordings import Recordings

BALANCE = "陈某英,余额是,一千零二十二元五角一分。"


def passage(toy: Toy, *prompts: str, pace: float = 1.0, opening: float = 0.0) -> Passage:
    return Passage(tuple(toy.script.line(toy.menus, Say(prompt), pace) for prompt in prompts), opening)


def other(toy: Toy, **changed) -> Shelf:
    """The shelf of another process, which has heard of nothing yet."""
    parts = {
        name: getattr(toy.shelf, name)
        for name in ("conversations", "script", "tokens", "repertoire", "clock", "current")
    }
    return Shelf(**{**parts, **changed})


def test_every_process_names_a_passage_alike_and_finds_it_by_its_name(playing):
    said = passage(playing, "sorry", "bye", opening=0.5)
    name = playing.shelf.address(said)
    assert name.startswith("half.")
    assert name == other(playing).address(said)
    here, there = playing.shelf.fixed(name), other(playing).fixed(name)
    assert (
        here.wav_bytes()
        == there.wav_bytes()
        == playing.repertoire.assemble(playing.studio, said.lines, 0.5).wav_bytes()
    )


def test_pace_words_order_silence_voice_and_engine_change_the_name(playing):
    names = {
        playing.shelf.address(said)
        for said in (
            passage(playing, "sorry", "bye"),
            passage(playing, "bye", "sorry"),
            passage(playing, "bye"),
            passage(playing, "sorry", "bye", pace=0.78),
            passage(playing, "sorry", "bye", opening=0.5),
        )
    }
    playing.beep.fingerprint = "beep 2"
    playing.studio.render(playing.everything_said())
    names.add(playing.shelf.address(passage(playing, "sorry", "bye")))
    assert len(names) == 6


def test_what_belongs_to_one_caller_has_no_name(playing):
    line = playing.script.line(playing.menus, Say("balance", AMOUNT), 1.0)
    assert playing.shelf.address(Passage((line,))) == ""
    assert playing.shelf.address(Passage((*passage(playing, "bye").lines, line))) == ""


def test_what_no_voice_has_rendered_cannot_be_said(playing, tmp_path):
    silent = other(playing, repertoire=Repertoire([Studio(Beep(), tmp_path / "empty")]))
    assert silent.address(passage(playing, "bye")) is None
    name = playing.shelf.address(passage(playing, "bye"))
    assert silent.fixed(name) is None
    assert silent.voice_of(f"{PUBLIC}/sound/{name}.wav") == "beep"


def test_what_is_said_under_menus_of_before_has_no_name(playing):
    """Another process would not find it: such a conversation's sounds stand behind tokens."""
    assert other(playing, current=list).address(passage(playing, "bye")) == ""


def test_names_that_change_are_found_at_once_and_old_ones_no_more(playing):
    constants = dict(CONSTANTS)
    script = Script(lambda: constants)
    shelf = other(playing, script=script)
    old = shelf.address(passage(playing, "notice"))
    constants["notice"] = Word("这是另一个提示。")
    line = script.line(playing.menus, Say("notice"), 1.0)
    playing.studio.render(part for part in line.score if hasattr(part, "text"))
    new = shelf.address(Passage((line,)))
    assert shelf.caption(f"{PUBLIC}/sound/{new}.wav") == "这是另一个提示。"
    assert new != old
    assert shelf.fixed(old) is None


def test_a_recording_gives_a_new_name_and_is_what_is_heard(playing, tmp_path):
    (tmp_path / "person").mkdir()
    shelf = other(playing, repertoire=Repertoire([playing.studio], Recordings(tmp_path / "person")))
    before = shelf.address(passage(playing, "bye"))
    recording = Beep(character=0.3).speak("再见", 1.0)
    (tmp_path / "person" / "bye.wav").write_bytes(recording.wav_bytes())
    after = shelf.address(passage(playing, "bye"))
    assert after != before
    assert shelf.fixed(after).duration == pytest.approx(recording.duration, abs=0.11)
    assert shelf.fixed(after).wav_bytes() != playing.shelf.fixed(before).wav_bytes()
    assert shelf.address(passage(playing, "bye", pace=0.78)) == playing.shelf.address(
        passage(playing, "bye", pace=0.78)
    )


def test_the_best_voice_that_has_all_of_a_passage_says_it(playing, tmp_path):
    better = Studio(Beep("better", "better 1"), tmp_path / "better")
    shelf = other(playing, repertoire=Repertoire([better, playing.studio]))

    def voice(*prompts: str) -> str | None:
        return shelf.voice_of(f"{PUBLIC}/sound/{shelf.address(passage(playing, *prompts))}.wav")

    assert voice("sorry", "bye") == "beep"
    better.render(part for part in passage(playing, "bye").lines[0].score if hasattr(part, "text"))
    assert (voice("bye"), voice("sorry"), voice("sorry", "bye")) == ("better", "beep", "beep")


def test_lines_of_two_voices_are_no_sound(playing, tmp_path):
    better = Studio(Beep("better", "better 1"), tmp_path / "better")
    better.render(playing.everything_said())
    both = other(playing, repertoire=Repertoire([better, playing.studio]))
    mixed = f"{both.address(passage(playing, 'bye'))}.{playing.shelf.address(passage(playing, 'sorry'))}"
    assert both.fixed(mixed) is None
    assert both.caption(f"{PUBLIC}/sound/{mixed}.wav") is None


def test_who_guesses_makes_nobody_else_miss_a_sound(playing):
    """A strange name makes the shelf look anew; meanwhile all that is said must be found."""
    name = playing.shelf.address(passage(playing, "sorry", "bye", "hello"))
    stop = threading.Event()

    def guess() -> None:
        while not stop.is_set():
            playing.shelf.fixed("0" * 64)

    guessing = threading.Thread(target=guess)
    guessing.start()
    try:
        assert all(playing.shelf.caption(f"{PUBLIC}/sound/{name}.wav") for _ in range(300))
    finally:
        stop.set()
        guessing.join()


def test_one_strange_name_is_looked_for_however_many_there_are(playing):
    looks = []
    shelf = other(playing, current=lambda: looks.append(1) or [playing.menus])
    assert shelf.fixed(".".join(f"{number:064}" for number in range(64))) is None
    assert len(looks) == 1


# --- for those who watch


def of_the_balance(toy: Toy) -> str:
    line = toy.call()
    for keys in ("1", NUMBER, PIN):
        line.press(keys)
    line.listen()
    return line.heard[-1].url


def test_captions_and_voices(playing):
    own = of_the_balance(playing)
    fixed = f"{PUBLIC}/sound/{playing.shelf.address(passage(playing, 'sorry', 'bye'))}.wav"
    told = {
        own: (BALANCE, "beep"),
        fixed: ("对不起。再见。", "beep"),
        f"{PUBLIC}/sound/silence/half.wav": ("", None),
        f"{PUBLIC}/sound/{'0' * 64}.wav": (None, None),
        f"{PUBLIC}/sound/turn/x.wav": (None, None),
        f"{PUBLIC}/sound/turn/{playing.tokens.seal(TurnPassage(9, 9, 0))}.wav": (None, None),
        "https://elsewhere.example/a.wav": (None, None),
        "": (None, None),
    }
    for url, (caption, voice) in told.items():
        assert (playing.shelf.caption(url), playing.shelf.voice_of(url)) == (caption, voice), url


def test_own_amounts_are_gone_with_the_voice_that_could_say_them(playing, tmp_path):
    token = of_the_balance(playing).rpartition("/")[2].removesuffix(".wav")
    assert playing.shelf.own(token)
    silent = other(playing, repertoire=Repertoire([Studio(Beep(), tmp_path / "empty")]))
    assert silent.own(token) is None
    assert silent.voice_of(f"{PUBLIC}/sound/turn/{token}.wav") is None
    assert silent.passage_of(token) == replace(playing.shelf.passage_of(token))


def test_what_no_voice_has_said_slowly_yet_is_said_at_the_usual_pace(playing, tmp_path):
    usual = Studio(Beep("usual"), tmp_path)
    usual.render(line for line in playing.everything_said() if line.pace == NORMAL)
    shelf = other(playing, repertoire=Repertoire([usual]))
    slow, fast = passage(playing, "sorry", "bye", pace=SLOW), passage(playing, "sorry", "bye")
    assert shelf.address(slow) == shelf.address(fast) != ""
    assert shelf.speaks(slow) == "usual"
    assert shelf.sound(slow).wav_bytes() == shelf.sound(fast).wav_bytes()
    usual.render(playing.everything_said())
    assert shelf.sound(slow).duration > shelf.sound(fast).duration
