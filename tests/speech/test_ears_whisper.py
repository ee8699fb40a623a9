"""Whisper as an ear for callers: the real model, its queue, and models that are slow, broken or not there."""

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from speech.ears import EarBusy, EarError, EarMissing, Heard
from speech.ears.whisper import FILES, WhisperEar
from speech.ears.whisper_pool import WhisperPool
from speech.sound import Sound
from speech.telephone import RATE, resampled, silence
from speech.voices.kokoro import KokoroVoice


@pytest.fixture(scope="module")
def sentence(kokoro_folder: Path) -> Sound:
    """A sentence of a caller, spoken by the Kokoro voice."""
    with closing(KokoroVoice(kokoro_folder)) as voice:
        return voice.speak("请帮我转人工服务,谢谢。", 0.9)


def test_a_chinese_sentence_is_heard(whisper_folder, sentence):
    pool = WhisperPool(whisper_folder, models=1, patience=60)
    pool.check()
    heard = []
    for sound in (sentence, resampled(sentence, 16000)):
        with closing(pool.listen(["人工服务"])) as hearing:
            pieces = [sound.samples[begin : begin + 160] for begin in range(0, len(sound.samples), 160)]
            assert {hearing.feed(Sound(piece, sound.rate)) for piece in pieces[:50]} == {None}
            for piece in pieces[50:]:
                hearing.feed(Sound(piece, sound.rate))
            heard.append(hearing.finish())
            with pytest.raises(EarError, match="over"):
                hearing.feed(sentence)
    assert all("人工服务" in each.words for each in heard)
    assert all(0.2 < each.confidence <= 1 for each in heard)
    assert pool.hear(sentence).words == "".join(WhisperEar(whisper_folder).write_down(sentence).split())


def test_silence_is_no_words(whisper_folder):
    pool = WhisperPool(whisper_folder, models=1)
    assert pool.listen(()).finish() == Heard("", 0.0)
    assert pool.hear(silence(2)) == Heard("", 0.0)


# --- with models that only pretend


class Slow:
    """A model that takes its time; it counts how many are loaded and how many write at once."""

    seconds = 0.2
    loaded = 0
    at_once = 0
    most_at_once = 0
    fault: Exception | None = None

    expected: tuple[str, ...] = ()

    def __init__(self, _folder: Path, _threads: int) -> None:
        type(self).loaded += 1

    def hear(self, sound: Sound, phrases: tuple[str, ...], until: float) -> Heard:
        mine = type(self)
        mine.expected = phrases
        mine.at_once += 1
        mine.most_at_once = max(mine.most_at_once, mine.at_once)
        time.sleep(mine.seconds)
        mine.at_once -= 1
        if mine.fault:
            raise mine.fault
        return Heard("一" * round(sound.duration), 0.5)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> type[Slow]:
    kind = type("OwnSlow", (Slow,), {})
    monkeypatch.setattr("speech.ears.whisper_pool.WhisperEar", kind)
    return kind


@pytest.fixture
def hollow(tmp_path: Path) -> Path:
    """A folder with files of the right names."""
    for name in FILES:
        (tmp_path / name).write_text("{}")
    return tmp_path


def heard_by(pool: WhisperPool, callers: int) -> tuple[list[Heard], list[str]]:
    """Let callers be heard at once; return what was heard, and why the others were not."""
    found: list[Heard] = []
    refused: list[str] = []

    def call() -> None:
        try:
            found.append(pool.hear(silence(1)))
        except EarBusy as fault:
            refused.append(str(fault))

    threads = [threading.Thread(target=call) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found, refused


def test_some_are_heard_some_wait_and_the_others_are_refused_at_once(slow, hollow):
    slow.seconds = 0.5
    pool = WhisperPool(hollow, models=2, queue=3)
    found, refused = heard_by(pool, 9)
    assert (len(found), len(refused)) == (5, 4)
    assert set(refused) == {"Whisper has 5 utterances to write down already"}
    assert (slow.loaded, slow.most_at_once) == (2, 2)
    assert len(heard_by(pool, 5)[0]) == 5
    assert slow.loaded == 2


def test_what_the_question_takes_is_told_to_the_model(slow, hollow):
    slow.seconds = 0.0
    pool = WhisperPool(hollow, models=1)
    pool.listen(["查余额", "找人工"]).finish()
    assert slow.expected == ("查余额", "找人工")
    pool.hear(silence(1))
    assert slow.expected == ()


def test_who_waited_too_long_is_told_and_the_place_comes_back(slow, hollow):
    slow.seconds = 0.6
    pool = WhisperPool(hollow, models=1, queue=1, patience=0.3)
    found, refused = heard_by(pool, 2)
    assert (found, set(refused)) == ([], {"Whisper did not get done in 0.3 seconds"})
    time.sleep(2 * slow.seconds)
    slow.seconds = 0.0
    assert pool.hear(silence(2)) == Heard("一一", 0.5)


def test_a_model_that_fails_fails_one_utterance(slow, hollow):
    pool = WhisperPool(hollow, models=1)
    slow.fault = MemoryError("no room")
    with pytest.raises(EarError, match=r"Whisper failed \(MemoryError\)"):
        pool.hear(silence(1))
    slow.fault = None
    assert pool.hear(silence(1)) == Heard("一", 0.5)


def test_checking_loads_a_model_once_and_does_not_wait_for_callers(slow, hollow):
    pool = WhisperPool(hollow, models=1, queue=0)
    pool.check()
    caller = threading.Thread(target=pool.hear, args=(silence(1),))
    caller.start()
    pool.check()
    caller.join()
    assert slow.loaded == 1


def test_a_forked_process_begins_with_models_of_its_own(slow, hollow):
    pool = WhisperPool(hollow, models=1, queue=0)
    pool.check()
    pool._renew()  # what a fork calls in its child
    pool.check()
    assert slow.loaded == 2


def test_what_is_missing_is_told_at_once_and_what_is_damaged_when_it_is_loaded(tmp_path, hollow):
    pool = WhisperPool(hollow)
    with pytest.raises(EarMissing, match="is damaged"):
        pool.check()
    (hollow / FILES[0]).unlink()
    with pytest.raises(EarMissing, match=r"lacks config.json .*hotline models fetch whisper-base"):
        WhisperPool(hollow)


def test_nobody_is_heard_for_more_than_a_minute(slow, hollow):
    hearing = WhisperPool(hollow).listen(())
    hearing.feed(silence(60))
    with pytest.raises(EarError, match="more than 60 seconds"):
        hearing.feed(Sound(silence(1).samples[:1], RATE))
