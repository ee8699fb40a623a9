"""A real browser as fixtures, one for all tests: tests/conftest.py has them for every room."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright


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
