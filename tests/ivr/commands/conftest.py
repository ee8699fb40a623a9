"""Commands in this process, with no settings but those a test gives."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from house import House
from running import own_config, settings_free
from serving import Served, in_production

from ivr.cli import main

KEY = "dGhpcyBrZXkgcHJvdGVjdHMgbm9ib2R5IGF0IGFsbC4="
Hotline = Callable[..., Result]


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder for sounds of the built-in voice, which all tests share, whatever process they run in."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "sounds"
    folder.mkdir(exist_ok=True)
    return str(folder)


@pytest.fixture
def production(tmp_path: Path, sounds: str) -> dict[str, str]:
    """Settings with which production starts, once its database is at the newest migration."""
    return {
        "HOTLINE_CONFIG": str(own_config(tmp_path)),
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/hotline.db",
        "HOTLINE_PUBLIC_URL": "https://hotline.example",
        "HOTLINE_SECRET_KEY": KEY,
        "HOTLINE_TEXTS": f"file:{tmp_path}/texts.jsonl",
        "HOTLINE_PROMPTS": "say",
        "HOTLINE_SOUNDS": sounds,
        "TWILIO_AUTH_TOKEN": "a token",
    }


@pytest.fixture
def hotline_command() -> Hotline:
    """Run `hotline` with arguments, settings and what is typed; a traceback fails the test.

    It has no models unless a test gives it some, whatever was fetched into this folder.
    """

    def run(*arguments: str, typed: str = "", **settings: str | None) -> Result:
        strangers = dict.fromkeys(set(os.environ) - set(settings_free()))
        result = CliRunner().invoke(
            main, arguments, input=typed, env={**strangers, "HOTLINE_MODELS": "/nowhere", **settings}
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Run serve and worker on a house's database until the end of the test."""
    with ExitStack() as stack:

        def start(house: House, **settings: str) -> Served:
            return stack.enter_context(in_production(house, tmp_path, settings))

        yield start
