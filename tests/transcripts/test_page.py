"""Conversations held on the page of the demo phone, in a real browser: what is read is what others hear.

A page takes seconds where doors take milliseconds, so a few are enough; HOTLINE_TEST_PAGE=all runs them all.
"""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from house import House
from playwright.sync_api import BrowserContext
from test_transcripts import TRANSCRIPTS, Run, on_core, speaks
from werkzeug.serving import make_server

from ivr.app import create_app
from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.telephone import Telephone

# Another room's telephone is lent to this one.
sys.path.append(str(Path(__file__).parents[1] / "channels" / "phone"))
from page_telephone import PageTelephone

FEW = ["balance-1", "unbinding-1", "texts-1"]
ON_THE_PAGE = (
    [name for name, transcript in TRANSCRIPTS.items() if not transcript.given and not speaks(transcript)]
    if os.environ.get("HOTLINE_TEST_PAGE") == "all"
    else FEW
)


@contextmanager
def served(house: House) -> Iterator[str]:
    """Serve a house on this machine; yields the address of the page, which knows no texts of before."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(house.built), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/phone/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def by_page(context: BrowserContext) -> Iterator[Callable[[House, FarEnd], Telephone]]:
    """Make telephones of the page; whatever is served for them ends with the test."""
    serving = []

    def made(house: House, _: FarEnd) -> Telephone:
        serving.append(served(house))
        return PageTelephone(context, serving[-1].__enter__(), settle=house.deliver)

    yield made
    for each in serving:
        each.__exit__(None, None, None)


@pytest.mark.parametrize("name", ON_THE_PAGE)
def test_page(
    name: str,
    rehearsed: Run,
    dialogues: dict[str, list[str]],
    by_page: Callable[[House, FarEnd], Telephone],
) -> None:
    dialogue = rehearsed(TRANSCRIPTS[name], "sqlite", by_page)
    assert dialogue == on_core(name, rehearsed, dialogues)
