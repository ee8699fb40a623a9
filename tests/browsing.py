"""A real browser as fixtures, one for all tests: tests/conftest.py has them for every room."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

METER = """
window.loud = []; // when the hotline was heard, in milliseconds of performance.now(), every few of them
window.own = 0; // when the caller's own words began
window.cleared = 0; // when the last order to be silent came
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  const ofStream = to instanceof AudioDestinationNode && to.context.sampleRate === 8000;
  if (ofStream && to.context.meter) window.own = performance.now();
  if (ofStream && !to.context.meter) {
    const meter = to.context.meter = to.context.createAnalyser();
    meter.fftSize = 32; // 4 ms
    const samples = new Float32Array(32);
    setInterval(() => {
      meter.getFloatTimeDomainData(samples);
      if (samples.some((sample) => Math.abs(sample) > 0.002)) window.loud.push(performance.now());
    }, 4);
    connect.call(this, meter);
  }
  return connect.call(this, to, ...rest);
};
const Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (typeof data === "string" && data.includes('"clear"')) window.cleared = performance.now();
    });
  }
};
"""
"""A script for a page: notes when it plays something of a stream, where sound leaves the page."""


def chromium() -> str | None:
    """The system's Chromium, if there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the browser's microphone hears once, from when a page opens it."""
    return tmp_path_factory.mktemp("microphone") / "said.wav"


@pytest.fixture(scope="session")
def browser(microphone: Path) -> Iterator[Browser]:
    """A real browser; skipped where none is installed, unless HOTLINE_REQUIRE names it."""
    executable = chromium()
    if executable is None:
        if "browser" in os.environ.get("HOTLINE_REQUIRE", "").split(","):
            pytest.fail("HOTLINE_REQUIRE=browser, but no Chromium is installed")
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=executable,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}%noloop",
            ],
        )
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile, which may talk to this machine only: the page must need nothing from elsewhere."""
    fresh = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    fresh.set_default_timeout(15_000)
    strangers: list[str] = []
    fresh.on(
        "request", lambda request: None if "//127.0.0.1:" in request.url else strangers.append(request.url)
    )
    yield fresh
    fresh.close()
    assert strangers == []


def until_page(page: Page, holds: str, limit: float = 15.0) -> None:
    """Wait until an expression is true on a page whose policy lets nobody wait within it."""
    for _ in range(round(limit / 0.02)):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(20)
    pytest.fail(f"it never became true that {holds}")
