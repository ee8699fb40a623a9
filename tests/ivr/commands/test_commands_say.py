"""`hotline say`: what an operator hears in the file is what a caller would hear."""

import os
import stat
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from speech.score import NORMAL, Value, score
from speech.sound import Sound
from speech.studio import Studio
from speech.telephone import RATE
from speech.voices.pyttsx3 import Pyttsx3Voice


@pytest.fixture
def said(hotline_command, tmp_path):
    """Say something with the built-in voice and return the sound and what was told."""

    def run(*words: str, **settings: str) -> tuple[Sound, str]:
        file = tmp_path / "said.wav"
        places = {"HOTLINE_SOUNDS": str(tmp_path / "sounds"), "HOTLINE_MODELS": "/nowhere", **settings}
        result = hotline_command("say", *words, "-o", str(file), **places)
        assert result.exit_code == 0, result.output
        return Sound.from_wav(file.read_bytes()), result.stdout

    return run


@pytest.fixture
def refused(hotline_command, tmp_path):
    """Say something that cannot be said and return the sentence; the file must stay what it was."""

    def run(*words: str, code: int = 1, **settings: str) -> str:
        file = tmp_path / "kept.wav"
        file.write_bytes(b"what was there before")
        result = hotline_command("say", *words, "-o", str(file), HOTLINE_MODELS="/nowhere", **settings)
        assert result.exit_code == code, result.output
        assert file.read_bytes() == b"what was there before"
        assert [path.name for path in tmp_path.glob("*.part")] == []
        return str(result.output)

    return run


@pytest.mark.parametrize(
    ("words", "least", "most"),
    [
        (["您好,这里是医保电话。"], 2, 5),
        (["--money", "1022.51"], 2.5, 6),
        (["--date", "2025-06-01"], 2, 5),
        (["--digits", "0771-2800185"], 3.5, 8),
        (["--digits", "45019919520405999X"], 6, 14),
        (["--digits", "999X"], 1, 4),
        (["--digits", "482913"], 2, 5),
    ],
)
def test_each_kind_is_spoken_for_the_line(said, words, least, most):
    sound, told = said("--voice", "pyttsx3", *words)
    assert sound.rate == RATE
    assert not sound.is_silent
    assert least < sound.duration < most
    assert told.endswith(f"{sound.duration:.1f} s, pyttsx3, pace 1.\n")


def test_an_amount_sounds_as_in_a_call(said, tmp_path):
    wanted = score((Value("money", "一千零二十二元五角一分"),), NORMAL)
    voice = Pyttsx3Voice()
    try:
        studio = Studio(voice, tmp_path / "calls")
        studio.render(part for part in wanted if not hasattr(part, "seconds"))
        call, (file, _) = studio.assemble(wanted), said("--voice", "pyttsx3", "--money", "1022.51")
    finally:
        voice.close()
    assert call
    assert file.duration == pytest.approx(call.duration, abs=0.02)  # espeak is not the same to the sample
    silences = [np.convolve(sound.samples == 0, np.ones(800), "valid").max() for sound in (file, call)]
    assert silences == [800, 800]  # a rest of 0.1 s at least stands between two clips
    assert not (tmp_path / "sounds").exists()  # what an operator tries is nobody else's business


def test_what_is_rendered_already_is_not_spoken_again(said, tmp_path):
    wanted = score(("好的。",), NORMAL)
    with pytest.MonkeyPatch.context() as patch:
        voice = Pyttsx3Voice()
        studio = Studio(voice, tmp_path / "sounds")
        studio.render(part for part in wanted if not hasattr(part, "seconds"))
        voice.close()
        patch.setattr("speech.studio.Studio.render", None)  # whoever speaks now fails
        assert said("--voice", "pyttsx3", "好的。")[0] == studio.assemble(wanted)


def test_any_pace_is_heard_and_one_outside_is_refused(said, refused):
    lengths = [said("--money", "1022.51", "--pace", pace)[0].duration for pace in ("1.3", "1", "0.9", "0.6")]
    assert lengths == sorted(lengths)
    assert lengths[-1] > 1.5 * lengths[0]
    for pace in ("0.59", "1.31", "nan"):
        assert "a voice speaks at paces 0.6 to 1.3" in refused("好", "--pace", pace, code=2)


def test_figures_are_refused_with_the_options_that_take_them(refused):
    for text in ("余额是300元", "按１"):
        told = refused(text)
        assert told.count("\n") == 1
        assert "write it in Hanzi, or say an amount with --money, a day with --date" in told


def test_only_one_thing_is_said(refused):
    for words in ([], ["好", "--money", "1"], ["--date", "2025-06-01", "--digits", "1"]):
        assert "say exactly one of TEXT, --money, --date and --digits" in refused(*words, code=2)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--money", "1.234"], "an amount has at most two decimals"),
        (["--money", "1000000000"], "an amount is spoken up to 999999999.99"),
        (["--date", "2025-02-30"], "must be in the calendar"),
        (["--date", "1850-01-01"], "a day is spoken from the year 1900 to 2099"),
        (["--digits", "12a"], "digits are written 0 to 9"),
        (["--digits", ""], "digits are written 0 to 9"),
        ([""], "nothing to say"),
        (["hello"], "a voice cannot be given 'h'"),
        (["--voice", "kokoro", "好"], "hotline models fetch kokoro"),
    ],
)
def test_what_cannot_be_said_is_told_in_one_line(refused, words, why):
    told = refused(*words)
    assert why in told
    assert told.count("\n") == 1


def test_a_voice_nobody_knows_is_told_with_those_there_are(refused):
    assert "'kokoro:zf_xiaobei'" in refused("好", "--voice", "alto", code=2)


def test_without_a_voice_named_the_best_speaks_and_says_what_a_better_one_lacks(hotline_command, tmp_path):
    file = tmp_path / "said.wav"
    result = hotline_command("say", "好", "-o", str(file), HOTLINE_MODELS="/nowhere")
    assert result.stdout.endswith("pyttsx3, pace 1.\n")
    assert "kokoro did not speak" in result.stderr
    assert "hotline models fetch kokoro" in result.stderr


def test_where_no_voice_works_nothing_is_written(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    assert "none of the voices kokoro, pyttsx3 could speak here" in refused("好")


def test_a_folder_that_is_not_there_is_told_and_a_pipe_takes_the_sound(hotline_command, tmp_path):
    result = hotline_command("say", "好", "-o", str(tmp_path / "no" / "x.wav"), HOTLINE_MODELS="/nowhere")
    assert result.exit_code == 1
    assert "x.wav cannot be written: No such file or directory" in result.stderr
    (tmp_path / "file").touch()
    for place, why in (
        (tmp_path / "file" / "x.wav", "Not a directory"),
        (tmp_path / f"{'x' * 300}.wav", "File name too long"),
    ):
        result = hotline_command("say", "好", "-o", str(place), HOTLINE_MODELS="/nowhere")
        assert result.stderr.endswith(f"cannot be written: {why}\n")
    assert hotline_command("say", "好", "-o", "-").exit_code == 2
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    assert hotline_command("say", "好", "-o", str(pipe), HOTLINE_MODELS="/nowhere").exit_code == 0
    reader.join()
    assert not Sound.from_wav(heard[0]).is_silent
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_keeps_leading_to_its_file(hotline_command, tmp_path):
    target, link = tmp_path / "target.wav", tmp_path / "link.wav"
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert hotline_command("say", "好", "-o", str(link), HOTLINE_MODELS="/nowhere").exit_code == 0
    assert link.is_symlink()
    assert not Sound.from_wav(Path(target).read_bytes()).is_silent
