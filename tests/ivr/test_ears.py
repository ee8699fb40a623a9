"""Which ear a hotline has: by its settings, by what is installed, and by which server answers."""

import logging
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from ears_korean import korean_model
from ears_server import Manners, vosk_server

from ivr import ears, readiness
from ivr.ears import choose, ladder, unknown_words
from ivr.settings import Settings, SettingsError
from speech.ears import EarError, EarMissing, whisper
from speech.ears import vosk_model as vosk


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A demo without models, on a machine on which no vosk-server answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setattr(ears, "OWN_SERVER", f"ws://127.0.0.1:{free.getsockname()[1]}")
    return replace(Settings.read({"HOTLINE_ENV": "demo"}), models=tmp_path)


def put(settings: Settings, model: str) -> None:
    """Put files of the right names where a model lies; nothing else is looked at before it is loaded."""
    for name in vosk.FILES if model == "vosk-small-cn" else whisper.FILES:
        file = settings.models / model / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("--nonsense=1\n")


def test_without_any_ear_callers_press_keys_and_people_are_told_why(settings, caplog):
    caplog.set_level(logging.INFO)
    choice = choose(settings)
    assert choice.ear is None
    assert choice.why.startswith("callers press keys only; no ear can be used here (vosk: there is no Vosk")
    for words in (
        "hotline models fetch vosk-small-cn",
        "cannot be reached (Connection refused)",
        "fetch whisper",
    ):
        assert words in choice.why
    assert choice.why in caplog.text


def test_the_first_that_can_be_used_is_taken(settings, monkeypatch):
    put(settings, "whisper-base")
    choice = choose(settings)
    assert choice.ear.name == "whisper"
    assert choice.why.startswith("whisper hears callers; nothing better can be used here (vosk: there is no")
    with vosk_server(Manners()) as address:
        monkeypatch.setattr(ears, "OWN_SERVER", address)
        assert choose(settings).ear.name == "vosk-server"
        put(settings, "vosk-small-cn")
        choice = choose(settings)
    assert (choice.ear.name, choice.why) == ("vosk", "vosk hears callers")
    assert [name for name, _ in ladder(settings)] == ["vosk", "vosk-server", "whisper"]


@pytest.mark.parametrize("manners", [{"refuses": True}, {"nonsense": "hello"}])
def test_what_listens_at_the_port_but_is_no_vosk_server_is_no_ear(settings, monkeypatch, manners):
    with vosk_server(Manners(**manners)) as address:
        monkeypatch.setattr(ears, "OWN_SERVER", address)
        assert choose(settings).ear is None


def test_keys_only_can_be_wanted(settings):
    put(settings, "vosk-small-cn")
    choice = choose(replace(settings, ear="none"))
    assert (choice.ear, choice.why) == (None, "callers press keys only, as HOTLINE_EAR says")


@pytest.mark.parametrize(
    ("name", "remedy"), [("vosk", "hotline models fetch vosk-small-cn"), ("whisper", "fetch whisper-base")]
)
def test_an_ear_that_is_insisted_on_must_be_there(settings, name, remedy):
    with pytest.raises(
        SettingsError, match=f"HOTLINE_EAR={name} cannot hear: .*{remedy}; or write HOTLINE_EAR"
    ):
        choose(replace(settings, ear=name))
    put(settings, "vosk-small-cn")
    put(settings, "whisper-base")
    choice = choose(replace(settings, ear=name))
    assert (choice.ear.name, choice.why) == (name, f"{name} hears callers, as HOTLINE_EAR says")


def test_a_server_that_was_named_may_come_later(settings):
    """Or the hotline would not answer by key either, because another machine is being restarted."""
    named = replace(settings, ear="vosk-server", ear_address=ears.OWN_SERVER)
    ear = choose(named).ear
    assert ear.name == "vosk-server"
    with pytest.raises(EarError, match="cannot be reached"):
        ear.check()
    assert isinstance(dict(ladder(named))["vosk-server"], type(ear))


def test_choosing_loads_nothing(settings):
    put(settings, "vosk-small-cn")
    choose(settings)
    assert settings.models / "vosk-small-cn" not in vosk._loaded


def test_the_hotline_is_ready_when_its_ear_can_listen(settings):
    assert readiness.ear(choose(settings))() == choose(settings).why
    put(settings, "vosk-small-cn")
    with pytest.raises(EarMissing, match="is damaged"):
        readiness.ear(choose(settings))()
    with vosk_server(Manners()) as address:
        served = choose(replace(settings, ear="vosk-server", ear_address=address))
        assert readiness.ear(served)() == "vosk-server hears callers, as HOTLINE_EAR says"


def test_vosk_tells_which_words_it_can_never_hear(settings):
    (settings.models / "vosk-small-cn").symlink_to(korean_model())
    assert tuple(unknown_words(settings)("보험 查余额")) == ("查余额",)
    assert tuple(unknown_words(settings)("보험")) == ()
    assert tuple(unknown_words(replace(settings, ear="whisper"))("查余额")) == ()


def test_an_ear_that_cannot_be_loaded_finds_no_words_unknown(settings):
    put(settings, "vosk-small-cn")
    assert tuple(unknown_words(settings)("查余额")) == ()
