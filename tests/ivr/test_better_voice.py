"""The demo's better voice: what people read where it cannot be had, and how it takes over."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from running import until
from speaking import Speaking, environment

from ivr.commands.better_voice import BetterVoice
from speech.models import Edition, Model, ModelFile
from speech.models.pages import Pages


@contextmanager
def bringing(speaking: Speaking) -> Iterator[tuple[BetterVoice, threading.Thread]]:
    """Let the better voice come behind the scenes, as the demo does."""
    repertoire, stop = speaking.hotline.repertoire, threading.Event()
    assert repertoire
    better = BetterVoice(speaking.hotline, repertoire)
    thread = threading.Thread(target=better.run, args=(stop,))
    thread.start()
    try:
        yield better, thread
    finally:
        stop.set()
        thread.join(60)
        for studio in repertoire.studios:
            studio.close()
        assert not thread.is_alive()


@pytest.mark.usefixtures("offline")
def test_where_it_cannot_be_had_the_built_in_voice_speaks_and_the_page_says_how_to_get_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    speaking = Speaking(environment(tmp_path, HOTLINE_VOICE="auto"))
    with bringing(speaking) as (better, _):
        until(lambda: not speaking.unspoken(speaking.live or ""), "the built-in voice speaks the menus")
        assert " models fetch kokoro,再重新演示。" in (better.notice() or "")
    assert "the model kokoro is not whole, and nothing gave what is missing" in caplog.text
    assert all("\n" not in record.getMessage() for record in caplog.records), "the command tells the rest"
    assert [studio.name for studio in speaking.hotline.repertoire.studios] == ["pyttsx3"]


def test_it_takes_over_as_soon_as_it_has_spoken_a_prompt(tmp_path: Path, kokoro_folder: Path) -> None:
    speaking = Speaking(environment(tmp_path, HOTLINE_VOICE="auto"))
    repertoire = speaking.hotline.repertoire
    assert [studio.name for studio in repertoire.studios] == ["pyttsx3"]
    (tmp_path / "models").symlink_to(kokoro_folder.parent.resolve())  # as if it had been fetched now
    with bringing(speaking) as (better, _):
        until(lambda: repertoire.studios[0].name == "kokoro", "it is the best voice now")
        until(lambda: not speaking.unspoken(speaking.live or ""), "it has spoken the menus", 300)
        assert re.search("[0-9]+句里准备好了[0-9]+句", better.notice() or "")


class Slow(BaseHTTPRequestHandler):
    """A page whose file never ends."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        with suppress(OSError):
            for _ in range(1000):
                self.wfile.write(bytes(1000))
                time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def slow_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The model from a page that takes minutes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    file = ModelFile("kokoro/net.onnx", 1_000_000, "0" * 64)
    page = Pages({file.path: f"http://127.0.0.1:{server.server_port}/net.onnx"})
    model = Model("kokoro", "a voice", "Apache-2.0", (Edition((file,), (page,)),))
    monkeypatch.setattr("ivr.commands.better_voice.KOKORO", model)
    monkeypatch.setenv("no_proxy", "*")
    yield
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("slow_model")
def test_who_ends_the_demo_ends_the_download(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    speaking = Speaking(environment(tmp_path, HOTLINE_VOICE="auto"))
    with bringing(speaking) as (better, thread):
        until(lambda: better.notice() == "好听的声音下载了1%,现在就可以打电话。", "a hundredth is there")
        assert speaking.unspoken(speaking.live or ""), "nobody speaks before"
        began = time.monotonic()
    assert time.monotonic() - began < 20
    assert not thread.is_alive()
    assert "could not be had" not in caplog.text


def test_who_insists_on_the_built_in_voice_is_spared_the_download(tmp_path: Path) -> None:
    speaking = Speaking(environment(tmp_path, HOTLINE_VOICE="pyttsx3"))
    with bringing(speaking) as (better, _):
        until(lambda: not speaking.unspoken(speaking.live or ""), "the built-in voice speaks the menus")
        assert better.notice() is None
    assert not (tmp_path / "models").exists()


def test_where_no_sound_can_be_kept_the_page_says_so(tmp_path: Path) -> None:
    speaking = Speaking(environment(tmp_path, HOTLINE_VOICE="pyttsx3"))
    (tmp_path / "sounds").write_text("a file where the folder should be")
    with bringing(speaking) as (better, _):
        until(lambda: better.notice() == "声音存不下来,请看字幕。", "it is told")
