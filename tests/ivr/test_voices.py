"""Which voices a hotline has: by its settings, by what is installed, and by who has recorded."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from beeping import Beep
from running import gone

from ivr.settings import Settings, SettingsError
from ivr.voices import recordings, repertoire
from speech.repertoire import Repertoire


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A demo that plays its prompts and has no models."""
    read = Settings.read({"HOTLINE_ENV": "demo"})
    return replace(read, config=tmp_path / "config", models=tmp_path / "models", sounds=tmp_path / "sounds")


@pytest.fixture
def with_kokoro(settings: Settings, kokoro_folder: Path) -> Settings:
    """The same with the files of Kokoro."""
    return replace(settings, models=kokoro_folder.parent)


@pytest.fixture
def without_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which the package of the built-in voice is not installed."""
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)


def names(found: Repertoire | None) -> list[str]:
    return [studio.name for studio in found.studios] if found else []


def test_where_the_providers_voice_is_to_speak_there_is_none_of_ours(settings):
    assert repertoire(replace(settings, prompts="say")) is None
    assert repertoire(replace(settings, prompts="say", voice="kokoro")) is None


def test_without_the_files_of_the_better_voice_there_is_the_built_in_one(settings, caplog):
    caplog.set_level("INFO")
    assert names(repertoire(settings)) == ["pyttsx3"]
    assert "`hotline models fetch kokoro` brings it" in caplog.text


def test_with_its_files_the_better_voice_comes_first(with_kokoro):
    assert names(repertoire(with_kokoro)) == ["kokoro", "pyttsx3"]
    assert names(repertoire(replace(with_kokoro, voice="kokoro"))) == ["kokoro"]
    assert names(repertoire(replace(with_kokoro, voice="pyttsx3"))) == ["pyttsx3"]


def test_another_speaker_is_another_voice_with_other_sounds(with_kokoro):
    chosen = repertoire(replace(with_kokoro, voice="kokoro:zm_yunxi"))
    usual = repertoire(replace(with_kokoro, voice="kokoro"))
    assert names(chosen) == ["kokoro:zm_yunxi"]
    fingerprints = {each.studios[0].voice.fingerprint for each in (chosen, usual)}
    assert len(fingerprints) == 2


def test_looking_for_voices_starts_no_process(settings):
    before = children()
    assert repertoire(settings)
    assert children() <= before


def children() -> set[int]:
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {pid for path in found for pid in map(int, path.read_text("utf-8").split()) if not gone(pid)}


@pytest.mark.parametrize("voice", ["kokoro", "kokoro:zf_xiaoni"])
def test_a_better_voice_that_is_insisted_on_must_be_there(settings, voice):
    with pytest.raises(SettingsError, match=f"HOTLINE_VOICE={voice} cannot speak: .*; write auto"):
        repertoire(replace(settings, voice=voice))


@pytest.mark.usefixtures("without_engine")
def test_a_built_in_voice_that_is_insisted_on_must_be_there(settings):
    with pytest.raises(SettingsError, match=r"HOTLINE_VOICE=pyttsx3 cannot speak: .*pip install espeakng"):
        repertoire(replace(settings, voice="pyttsx3"))


@pytest.mark.usefixtures("without_engine")
def test_without_any_voice_of_our_own_the_providers_speaks_and_people_are_told(settings, caplog):
    assert repertoire(settings) is None
    assert "no voice of our own can be used here; the provider's will speak" in caplog.text


# --- recordings


def record(settings: Settings, person: str) -> Path:
    folder = settings.config / "recordings" / person
    folder.mkdir(parents=True)
    (folder / "bye.wav").write_bytes(Beep().speak("再见", 1.0).wav_bytes())
    return folder.parent


def test_one_persons_recordings_are_used(settings):
    assert repertoire(settings).recordings is None
    folder = record(settings, "li")
    (folder / "README.md").touch()
    found = repertoire(settings).recordings
    assert found.name == "li"
    assert found.find("bye")


def test_of_several_people_nobody_knows_whose_are_meant(settings):
    record(settings, "li")
    folder = record(settings, "chen")
    for look in (lambda: recordings(folder), lambda: repertoire(settings)):
        with pytest.raises(
            SettingsError, match=r"recordings of several people \(chen, li\); leave those of one"
        ):
            look()
