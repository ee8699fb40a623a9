"""The Kokoro voice with its real model: pace, sound, crashes; nothing is fetched or left behind."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from speech import telephone
from speech.phrasing import syllables
from speech.sound import Sound, frame_levels
from speech.voices import VoiceFailed
from speech.voices.kokoro import KokoroVoice

SENTENCES = [
    "没对上,请再来一次。改用短信,请按星号。",
    "您的医保个人账户余额为三千一百二十五元六角八分",
    "请按十八位身份证号。最后是艾克斯,就是叉的,请按星号键。",
]
WATCHER = """
import sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        open({log!r}, "a").write(f"{{event}} {{arguments}}\\n")
sys.addaudithook(watch)
"""


@pytest.fixture(scope="module")
def voice(kokoro_folder: Path) -> Iterator[KokoroVoice]:
    made = KokoroVoice(kokoro_folder)
    yield made
    made.close()


def per_minute(text: str, sound: Sound) -> float:
    """Hanzi a minute, from the length of the sound."""
    return syllables(text) / sound.duration * 60


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences_are_spoken_at_the_pace_asked_for(text: str, voice: KokoroVoice) -> None:
    assert 160 <= per_minute(text, voice.speak(text, 1.0)) <= 180
    assert 120 <= per_minute(text, voice.speak(text, 0.78)) <= 140


def test_a_speaker_who_talks_fast_is_slowed_down_all_the_same(kokoro_folder: Path) -> None:
    fast = KokoroVoice(kokoro_folder, "zm_yunxi")
    assert fast.name == "kokoro:zm_yunxi"
    assert 160 <= per_minute(SENTENCES[1], fast.speak(SENTENCES[1], 1.0)) <= 180
    assert 120 <= per_minute(SENTENCES[1], fast.speak(SENTENCES[1], 0.78)) <= 140
    assert 95 <= per_minute(SENTENCES[1], fast.speak(SENTENCES[1], 0.6)) <= 110
    fast.close()


def test_the_same_text_gives_the_same_sound(voice: KokoroVoice) -> None:
    first = voice.speak("六十八元", 1.0)
    voice.check()  # another sentence between, or the voice would only remember
    assert voice.speak("六十八元", 1.0) == first


def test_another_pace_of_the_same_words_needs_no_second_synthesis(
    kokoro_folder: Path, voice: KokoroVoice
) -> None:
    other = KokoroVoice(kokoro_folder)
    normal = other.speak(SENTENCES[0], 1.0)
    assert other.pid
    os.kill(other.pid, signal.SIGSTOP)  # it could not speak if it had to
    slow = other.speak(SENTENCES[0], 0.78)
    os.kill(other.pid, signal.SIGCONT)
    assert normal == voice.speak(SENTENCES[0], 1.0)
    clips = other.clips(["三千一百", "二十五元"], 1.0)
    assert slow == other.speak(SENTENCES[0], 0.78), "not what was remembered last"
    assert clips == voice.clips(["三千一百", "二十五元"], 1.0)
    other.close()


def test_words_that_cannot_be_told_apart_in_one_sentence_are_spoken_in_one_each(voice: KokoroVoice) -> None:
    sounds = voice.clips(("回", "九", "苦", "楞"))
    assert all(0.2 < sound.duration < 0.6 for sound in sounds)
    assert sounds[2] == voice.clips(("苦",))[0]


def test_the_sound_is_ready_for_the_line(voice: KokoroVoice) -> None:
    sound = voice.speak(SENTENCES[0], 1.0)
    assert sound.rate == 8000
    assert telephone.speech_level(sound) == pytest.approx(telephone.LEVEL, abs=0.5)
    assert np.abs(sound.samples.astype(int)).max() <= telephone.CEILING + 1
    levels = frame_levels(sound)
    loud = np.flatnonzero(levels > levels.max() / 30)
    assert loud[0] <= 5
    assert loud[-1] >= len(levels) - 10


def test_commas_and_full_stops_are_heard_as_pauses(voice: KokoroVoice) -> None:
    def longest_pause(text: str) -> float:
        quiet = frame_levels(voice.speak(text, 1.0)) < 100
        return max(map(len, "".join("q" if frame else " " for frame in quiet).split()), default=0) * 0.02

    none = longest_pause("今天天气很好请您慢慢按")
    assert longest_pause("今天天气很好,请您慢慢按") > none
    assert longest_pause("今天天气很好。请您慢慢按") > none


@pytest.mark.parametrize("text", ["陈某\U00020bb7", "兙好", "㐂好"])
def test_a_hanzi_without_a_reading_is_refused_without_repeating_it(text: str, voice: KokoroVoice) -> None:
    voice.check()
    before = voice.pid
    with pytest.raises(VoiceFailed, match="no reading") as raised:
        voice.speak(text, 1.0)
    assert "陈" not in str(raised.value)
    assert voice.pid == before


@pytest.mark.parametrize("text", ["余额300元", "hello", "", "。", "{amount}"])
def test_text_that_is_not_all_hanzi_is_refused(text: str, voice: KokoroVoice) -> None:
    with pytest.raises(ValueError, match=r"voice|nothing"):
        voice.speak(text, 1.0)


def test_a_worker_killed_in_the_middle_of_a_sentence_is_replaced(voice: KokoroVoice) -> None:
    voice.check()
    before = voice.pid
    assert before
    os.kill(before, signal.SIGSTOP)  # so that the sentence is certainly unfinished
    spoken: list[Sound] = []
    thread = threading.Thread(target=lambda: spoken.append(voice.speak("六十八元", 1.0)))
    thread.start()
    while not voice._worker._lock.locked():
        time.sleep(0.001)
    os.kill(before, signal.SIGKILL)
    thread.join(120)
    assert spoken == [voice.speak("六十八元", 1.0)]
    assert voice.pid not in (None, before)
    assert not Path(f"/proc/{before}").exists()


def test_nothing_is_fetched_and_nothing_is_left_behind(
    kokoro_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    log, scratch, hooks = (tmp_path / name for name in ("calls.log", "scratch", "hooks"))
    scratch.mkdir()
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(WATCHER.format(log=str(log)))
    monkeypatch.setenv("PYTHONPATH", str(hooks))
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setenv("HOME", str(scratch))
    voice = KokoroVoice(kokoro_folder)
    voice.check()
    voice.close()
    assert not log.exists()
    assert list(scratch.iterdir()) == []
    assert capfd.readouterr() == ("", "")
