"""The demo's ear: there from the beginning, fetched while it runs, or not to be had."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from house import House
from running import until

from ivr.app import Assembly
from ivr.commands.better_ear import BetterEar
from ivr.ears import Choice
from speech.ears.vosk_server import VoskServerEar
from speech.models import Edition, Model, ModelFile
from speech.models.pages import Pages


@pytest.fixture
def built(hotline: House, tmp_path: Path) -> Assembly:
    """A demo without an ear and without models."""
    return replace(hotline.built, settings=replace(hotline.settings, ear="auto", models=tmp_path / "models"))


def test_an_ear_that_is_there_needs_nothing(built):
    ear = VoskServerEar("ws://127.0.0.1:9")
    better = BetterEar(replace(built, hearing=Choice(ear, "somebody hears")))
    better.run(threading.Event())
    assert better.ear is ear
    assert better.notice() is None
    assert not built.settings.models.exists()


def test_who_wants_no_ear_is_spared_the_download(built):
    better = BetterEar(replace(built, settings=replace(built.settings, ear="none")))
    better.run(threading.Event())
    assert better.ear is None
    assert not built.settings.models.exists()


def test_where_it_cannot_be_had_the_page_says_how_to_get_it(built, offline, caplog):
    better = BetterEar(built)
    better.run(threading.Event())
    assert better.ear is None
    assert "请按键。在终端里运行" in (better.notice() or "")
    assert " models fetch whisper-base,再重新演示。" in (better.notice() or "")
    assert all("\n" not in record.getMessage() for record in caplog.records), "the command tells the rest"


def test_who_ends_the_demo_ends_the_download(built, monkeypatch, caplog):
    file = ModelFile("whisper-base/model.bin", 1000, "0" * 64)
    page = Pages({file.path: "http://127.0.0.1:9/model.bin"})
    monkeypatch.setattr(
        "ivr.commands.better_ear.WHISPER_BASE",
        Model("whisper-base", "an ear", "MIT", (Edition((file,), (page,)),)),
    )
    stop = threading.Event()
    stop.set()
    better = BetterEar(built)
    better.run(stop)
    assert better.ear is None
    assert caplog.text == ""


def test_a_fault_of_ours_leaves_the_keys(built, caplog):
    (built.settings.models.parent / "models").write_text("a file where the folder should be")
    better = BetterEar(replace(built, settings=replace(built.settings, models=None)))
    better.run(threading.Event())
    assert better.ear is None
    assert "fetching an ear failed: TypeError" in caplog.text or "AttributeError" in caplog.text


def test_when_it_has_come_it_hears(built, tmp_path, whisper_folder):
    built.settings.models.symlink_to(whisper_folder.parent.resolve())  # as if it had been fetched now
    better = BetterEar(built)
    thread = threading.Thread(target=better.run, args=(threading.Event(),))
    thread.start()
    until(lambda: better.ear is not None, "the ear")
    thread.join()
    assert better.ear
    assert better.ear.name == "whisper"
    assert better.notice() is None
