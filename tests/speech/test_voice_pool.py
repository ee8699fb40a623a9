"""Several voices at once: shared by threads, each sentence by one process, killed ones replaced."""

import os
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from speech.phrasing import syllables
from speech.sound import Sound
from speech.voices import VoiceFailed
from speech.voices.pool import VoicePool
from speech.voices.pyttsx3 import Pyttsx3Voice

TEXTS = [
    "好",
    "六十八元",
    "请您慢慢按",
    "您还在吗?慢慢按,不着急。",
    "没对上,请再来一次。改用短信,请按星号。",
    "请看着身份证,从头再按一次。慢慢按,不着急。",
]
CLIPS = ["三千一百", "二十五元", "六角八分"]
# Answers only while another process of its kind is at work on a sentence too.
MEETING = """
import base64, json, os, pathlib, sys, time
import numpy
from speech.sound import Sound
place = pathlib.Path(os.environ["MEETING_PLACE"])
tone = Sound(numpy.tile([6000, -6000], 12000).astype("int16"), 24000)
print(json.dumps({"ready": "pretend"}), flush=True)
for line in sys.stdin:
    (place / str(os.getpid())).touch()
    while len(list(place.iterdir())) < 2:
        time.sleep(0.01)
    wav = base64.b64encode(tone.wav_bytes()).decode()
    print(json.dumps({"id": json.loads(line)["id"], "wavs": [wav]}), flush=True)
"""


@pytest.fixture
def pool() -> Iterator[VoicePool]:
    made = VoicePool(Pyttsx3Voice, 2)
    yield made
    made.close()


def test_two_sentences_are_spoken_at_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (tmp_path / "meeting_engine.py").write_text(MEETING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("MEETING_PLACE", str(place))
    pool = VoicePool(lambda: Pyttsx3Voice(module="meeting_engine", patience=60), 2)
    with ThreadPoolExecutor(2) as threads:
        sounds = list(threads.map(lambda text: pool.speak(text, 1.0), ["您好您好", "您好您好"]))
    pool.close()
    assert len(sounds) == 2
    assert len(list(place.iterdir())) == 2


def test_each_thread_gets_its_own_sentence(pool: VoicePool) -> None:
    alone = {text: pool.speak(text, 1.0).duration for text in TEXTS}
    assert len({round(seconds, 1) for seconds in alone.values()}) == len(TEXTS)
    with ThreadPoolExecutor(6) as threads:
        spoken = threads.map(lambda text: (text, pool.speak(text, 1.0).duration), TEXTS * 5)
    for text, seconds in spoken:
        assert seconds == pytest.approx(alone[text], rel=0.02)


def test_it_is_the_voice_it_is_made_of(pool: VoicePool) -> None:
    one = Pyttsx3Voice()
    assert (pool.name, pool.fingerprint) == (one.name, one.fingerprint)
    assert pool.speak(TEXTS[4], 1.0).duration == pytest.approx(one.speak(TEXTS[4], 1.0).duration, rel=0.02)
    said = zip(pool.clips(CLIPS, 0.78), one.clips(CLIPS, 0.78), strict=True)
    for ours, alone in said:
        assert ours.duration == pytest.approx(alone.duration, rel=0.05)
    pool.check()
    one.close()


def test_one_process_is_enough_for_one_thread(pool: VoicePool) -> None:
    for text in TEXTS:
        pool.speak(text, 1.0)
    assert len([voice for voice in pool._voices if voice.pid]) == 1


def test_a_process_killed_in_the_middle_is_replaced_and_the_sentence_spoken_again(pool: VoicePool) -> None:
    pool.check()
    voice = next(voice for voice in pool._voices if voice.pid)
    before = voice.pid
    assert before
    os.kill(before, signal.SIGSTOP)  # so that the sentence is certainly unfinished
    spoken: list[Sound] = []
    thread = threading.Thread(target=lambda: spoken.append(pool.speak(TEXTS[4], 1.0)))
    thread.start()
    while not voice._worker._lock.locked():
        time.sleep(0.001)
    os.kill(before, signal.SIGKILL)
    thread.join(60)
    assert 160 <= syllables(TEXTS[4]) / spoken[0].duration * 60 <= 180
    assert voice.pid not in (None, before)
    with ThreadPoolExecutor(2) as threads:
        assert len(list(threads.map(lambda text: pool.speak(text, 1.0), TEXTS))) == len(TEXTS)


def test_a_text_that_is_refused_leaves_its_voice_in_the_pool() -> None:
    pool = VoicePool(Pyttsx3Voice, 1, patience=0.1)
    for wrong in ("hello", "陈某\U00020bb7"):
        with pytest.raises((ValueError, VoiceFailed)):
            pool.speak(wrong, 1.0)
    assert pool.speak("好", 1.0).duration > 0.2
    pool.close()


def test_whoever_waits_too_long_is_told_so() -> None:
    pool = VoicePool(Pyttsx3Voice, 1, patience=0.05)
    with pool._borrowed():
        with pytest.raises(VoiceFailed, match=r"busy for 0\.05 seconds"):
            pool.speak("好", 1.0)
        with pytest.raises(VoiceFailed, match=r"busy for 0\.05 seconds"):
            pool.clips(CLIPS, 1.0)
    pool.close()


def test_a_fork_has_all_voices_while_its_parent_is_speaking() -> None:
    pool = VoicePool(Pyttsx3Voice, 1, patience=0.05)
    with pool._borrowed():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # newer Pythons warn of threads, of which the child uses none
            child = os.fork()
        if not child:
            with pool._borrowed():
                os._exit(7)
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    pool.close()


def test_a_closed_pool_speaks_no_more(pool: VoicePool) -> None:
    pool.close()
    with pytest.raises(VoiceFailed, match="closed"):
        pool.speak("好", 1.0)


def test_a_pool_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        VoicePool(Pyttsx3Voice, 0)
