"""What `hotline worker` speaks ahead, by the real built-in voice: what goes live when, and what hinders."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from running import until
from speaking import FIRST, Speaking, environment
from sqlalchemy import create_engine

from ivr.rendering import left_to_speak
from ivr.urgency import Work, leaving
from speech.score import NORMAL, SLOW
from speech.sound import Sound
from speech.studio import every_clip

NEVER = threading.Event()
UNSPEAKABLE = "这里有一个𪚥字。"
Start = Callable[..., Speaking]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start hotlines in the folder of this test."""
    started: list[Speaking] = []

    def start(**settings: str) -> Speaking:
        started.append(Speaking(environment(tmp_path, **settings)))
        return started[-1]

    yield start
    for each in started:
        if each.hotline.repertoire:
            each.close()


@pytest.fixture
def speaking(start: Start) -> Speaking:
    return start(HOTLINE_PROMPTS="play")


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "ivr")
    return caplog


def test_a_version_goes_live_when_its_sentences_are_spoken_at_both_paces(
    speaking: Speaking, logged: pytest.LogCaptureFixture
) -> None:
    new = speaking.publish("窗口八点半开门。", "今天人多。")
    assert (speaking.live, speaking.waiting) == (FIRST, new)
    assert sorted(set(speaking.unspoken(new))) == sorted(
        ["查余额,请按一。", "再见。", "窗口八点半开门。", "今天人多。"]
    )
    speaking.rendering().round(NEVER)
    assert (speaking.live, speaking.waiting) == (new, None)
    assert speaking.unspoken(new) == []
    assert "pyttsx3 spoke 8 parts in " in logged.text
    assert f"version {new[:12]} is live" in logged.text
    assert speaking.alarms() == []


def test_how_many_sentences_are_left_is_counted_once_for_both_paces(speaking: Speaking) -> None:
    menus = speaking.hotline.newest_menus()
    assert left_to_speak(speaking.hotline, menus) == 2
    speaking.publish()
    speaking.publish("今天人多。")
    speaking.rendering().round(NEVER)
    assert left_to_speak(speaking.hotline, menus) == 0


def test_a_sentence_no_voice_can_speak_is_an_alarm_and_the_version_goes_live(
    speaking: Speaking, logged: pytest.LogCaptureFixture
) -> None:
    new = speaking.publish(UNSPEAKABLE, "今天人多。")
    speaking.rendering().round(NEVER)
    assert speaking.live == new
    assert speaking.unspoken(new) == [UNSPEAKABLE] * 2
    ((kind, detail),) = speaking.alarms()
    assert kind == "sounds"
    assert detail.startswith(f"version {new[:12]} is live, but the provider's voice says 1 of its sentences")
    assert UNSPEAKABLE in detail
    assert "2 of 8 sentences could not be spoken; the first: pyttsx3: espeak would say" in logged.text


def test_where_no_sound_can_be_kept_a_version_goes_live_and_is_spoken_later(
    speaking: Speaking, logged: pytest.LogCaptureFixture
) -> None:
    sounds = speaking.settings.sounds
    sounds.write_text("a file where the folder should be")
    new = speaking.publish("今天人多。")
    speaking.rendering().round(NEVER)
    assert speaking.live == new
    folder, version = speaking.alarms()
    assert folder[1].startswith(f"pyttsx3: sounds cannot be kept in {sounds}"[:200])
    assert "is live, but the provider's voice says 3 of its sentences" in version[1]
    sounds.unlink()
    with in_the_background(speaking):
        money = next(every_clip("money", NORMAL))
        until(
            lambda: speaking.studio.has(money) and not speaking.unspoken(new),
            "sentences are spoken, and clips after them",
        )


@contextmanager
def in_the_background(speaking: Speaking) -> Iterator[None]:
    """Speak ahead in a thread of its own until the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=speaking.rendering().run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()


def test_the_live_version_is_spoken_in_the_background_and_yields_to_one_that_waits(
    speaking: Speaking,
) -> None:
    with in_the_background(speaking):
        money = next(every_clip("money", NORMAL))
        until(lambda: speaking.studio.has(money), "clips are spoken")
        new = speaking.publish("今天人多。")  # long before the thousands of clips are done
        until(lambda: speaking.live == new, "the version that waits comes first")
    assert speaking.studio.missing(every_clip("name", SLOW))


def test_a_version_replaced_while_it_is_spoken_never_goes_live(
    speaking: Speaking, logged: pytest.LogCaptureFixture
) -> None:
    first = speaking.publish(*(f"第{number}句,今天人多。" for number in "一二三四五六七八九十"))
    with in_the_background(speaking):
        until(lambda: len(speaking.unspoken(first)) < 20, "the first is being spoken")
        second = speaking.publish("今天人少。")
        until(lambda: speaking.waiting is None, "the second goes live")
    assert speaking.live == second
    assert f"version {first[:12]} is live" not in logged.text


def test_of_two_workers_one_makes_a_version_live(start: Start, logged: pytest.LogCaptureFixture) -> None:
    one, other = start(HOTLINE_PROMPTS="play"), start(HOTLINE_PROMPTS="play")
    other.clock = one.clock
    new = one.publish(UNSPEAKABLE, "今天人多。")
    threads = [
        threading.Thread(target=each.rendering().round, args=(threading.Event(),)) for each in (one, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert one.live == new
    assert logged.text.count("is live: new calls begin with it") == 1
    assert len(one.alarms()) == 1
    assert one.unspoken(new) == [UNSPEAKABLE] * 2


def test_where_the_providers_voice_speaks_nothing_waits_longer_than_a_round(start: Start) -> None:
    speaking = start(HOTLINE_PROMPTS="say")
    new = speaking.publish("今天人多。")
    assert left_to_speak(speaking.hotline, speaking.hotline.newest_menus()) == 0
    speaking.rendering().round(NEVER)
    assert (speaking.live, speaking.settings.sounds.exists()) == (new, False)


def test_who_is_stopped_in_the_middle_makes_nothing_live(
    speaking: Speaking, logged: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    stop.set()
    new = speaking.publish("今天人多。")
    speaking.rendering().round(stop)
    assert (speaking.live, speaking.waiting) == (FIRST, new)
    assert logged.text == ""


def test_a_version_this_program_cannot_use_waits_with_an_alarm(speaking: Speaking) -> None:
    new = speaking.publish(broken=True)
    rendering = speaking.rendering()
    rendering.round(NEVER)
    assert (speaking.live, speaking.waiting) == (FIRST, new)
    assert speaking.alarms() == [
        ("menus", f"version {new[:12]} is not for this program; publish its files again")
    ]
    fill(speaking)
    rendering.round(NEVER)  # the live one is kept spoken nevertheless
    assert len(speaking.alarms()) == 1


def fill(speaking: Speaking) -> list[Path]:
    """Have every sound of the live version there, as links to one, and return their files."""
    said = set(speaking.hotline.everything_said(speaking.hotline.newest_menus()))
    sounds = speaking.settings.sounds
    sounds.mkdir(exist_ok=True)
    one = sounds / "one.part"
    one.write_bytes(speaking.studio.voice.speak("好。", NORMAL).wav_bytes())
    files = [sounds / f"{speaking.studio.digest(part)}.wav" for part in said]
    for file in files:
        if not file.exists():
            os.link(one, file)
    return files


def test_what_nobody_hears_any_more_makes_room_for_what_is_heard(speaking: Speaking) -> None:
    kept = fill(speaking)
    old = speaking.settings.sounds / f"{'0' * 64}.wav"
    old.write_bytes(Sound(speaking.studio.voice.speak("好。", NORMAL).samples, 8000).wav_bytes() * 50)
    size = sum(file.stat().st_size for file in kept)
    speaking.rendering(limit=size + old.stat().st_size + 100_000).round(NEVER)
    assert old.exists(), "there is room for all"
    speaking.rendering(limit=size + 1).round(NEVER)
    assert (old.exists(), all(file.exists() for file in kept)) == (False, True)
    assert speaking.alarms() == []
    speaking.rendering(limit=size // 2).round(NEVER)
    ((kind, detail),) = speaking.alarms()
    assert (kind, "allow more, or render fewer voices" in detail) == ("sounds", True)
    assert all(file.exists() for file in kept)


def test_sounds_are_looked_at_again_only_after_a_while(speaking: Speaking) -> None:
    kept = fill(speaking)
    rendering = speaking.rendering(again=0.3)
    rendering.round(NEVER)
    kept[0].unlink()
    rendering.round(NEVER)
    assert not kept[0].exists()
    time.sleep(0.3)
    rendering.round(NEVER)
    assert kept[0].exists()


def test_the_thread_survives_a_database_that_does_not_answer(
    speaking: Speaking, logged: pytest.LogCaptureFixture
) -> None:
    new = speaking.publish("今天人多。")
    rename(speaking, "menus_versions", "elsewhere")
    with in_the_background(speaking):
        until(lambda: "speaking ahead failed: OperationalError" in logged.text, "a round fails")
        rename(speaking, "elsewhere", "menus_versions")
        until(lambda: speaking.live == new, "a later round does its work")


def rename(speaking: Speaking, table: str, name: str) -> None:
    with speaking.hotline.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def test_work_is_left_when_nobody_knows_what_is_to_be_spoken(
    tmp_path: Path, logged: pytest.LogCaptureFixture
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/empty.db")
    leave = leaving(engine, Work(None, FIRST), threading.Event(), 0)
    assert leave()
    assert leave()
    assert logged.text.count("speaking ahead was left off: OperationalError") == 1
    engine.dispose()
