"""Fixtures of the telephone tests: the toy hotline, a pretend provider that reaches it, and a way to dial."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from toy_hotline import CALLER, HOTLINE, PUBLIC, TOKEN, Toy

from ivr.channels.phone.line import FarEnd, Line
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import Account, PretendTwilio


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def twilio(toy: Toy) -> PretendTwilio:
    return PretendTwilio(InProcess(toy.app, PUBLIC), Account(PUBLIC, TOKEN, HOTLINE))


@pytest.fixture
def call(toy: Toy, twilio: PretendTwilio) -> Callable[..., Line]:
    """Dial the toy, whose first document is given."""

    def dialled(first: str, *, far_end: FarEnd | None = None, strict: bool = True) -> Line:
        toy.says("/voice/incoming", first)
        line = Line(
            twilio, CALLER, far_end=far_end, strict=strict, caption={f"{PUBLIC}/sound/a.wav": "您好"}.get
        )
        line.dial()
        return line

    return dialled


def chromium() -> str | None:
    """The system's Chromium, if there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser; skipped where none is installed, unless HOTLINE_REQUIRE names it."""
    executable = chromium()
    if executable is None:
        if "browser" in os.environ.get("HOTLINE_REQUIRE", "").split(","):
            pytest.fail("HOTLINE_REQUIRE=browser, but no Chromium is installed")
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
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
