"""Who speaks the sentences of the demo's page: not the hotline itself, where another can be had."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.commands.callers_voice import CallersVoice
from ivr.settings import Settings
from speech.telephone import RATE
from speech.voices.kokoro import DEFAULT


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    read = Settings.read({"HOTLINE_ENV": "demo"})
    return replace(read, models=tmp_path / "models", sounds=tmp_path / "sounds")


def test_the_built_in_voice_speaks_where_no_other_is_there_and_each_sentence_once(settings):
    caller = CallersVoice(settings)
    sound = caller.spoken("查余额")
    assert sound
    assert 0.3 * RATE < len(sound) < 3 * RATE
    kept = {path: path.stat().st_mtime_ns for path in settings.sounds.glob("*.wav")}
    assert caller.spoken("查余额") == sound
    assert {path: path.stat().st_mtime_ns for path in settings.sounds.glob("*.wav")} == kept
    caller.prepare(["是的", "不是"], threading.Event())
    assert len(list(settings.sounds.glob("*.wav"))) == 3
    caller.close()


def test_what_cannot_be_kept_is_not_said_and_who_ends_the_demo_is_told_nothing(settings, caplog):
    settings.sounds.write_text("a file where the folder should be")
    caller = CallersVoice(settings)
    assert caller.spoken("查余额") is None
    assert "a caller's sentence could not be spoken" in caplog.text
    caller.prepare(["查余额"], threading.Event())
    assert "not all of a caller's sentences could be spoken ahead" in caplog.text
    caplog.clear()
    stopped = threading.Event()
    stopped.set()
    caller.prepare(["查余额"], stopped)
    assert caplog.text == ""
    caller.close()


@pytest.mark.parametrize("own", ["auto", "kokoro:zf_xiaobei", "kokoro:zf_xiaoxiao", "kokoro:zm_yunxi"])
def test_the_caller_is_somebody_else_than_the_hotline(settings, own, kokoro_folder):
    caller = CallersVoice(replace(settings, voice=own, models=kokoro_folder.parent))
    speaker = caller.name.partition(":")[2]
    assert speaker
    assert speaker not in (own.partition(":")[2], DEFAULT)
