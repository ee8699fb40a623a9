"""Conversations held on the page of the demo phone, in a real browser: what is read is what others hear.

A page takes seconds where doors take milliseconds, so a few are enough; HOTLINE_TEST_PAGE=all runs them all.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from house import House
from playwright.sync_api import BrowserContext
from serving_here import served
from test_transcripts import TRANSCRIPTS, Run, on_core, speaks

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


@pytest.fixture
def by_page(context: BrowserContext) -> Iterator[Callable[[House, FarEnd], Telephone]]:
    """Make telephones of the page; whatever is served for them ends with the test."""
    with ExitStack() as serving:

        def made(house: House, _: FarEnd) -> Telephone:
            host = serving.enter_context(served(create_app(house.built)))
            return PageTelephone(context, f"http://{host}/phone/", settle=house.deliver)

        yield made


@pytest.mark.parametrize("name", ON_THE_PAGE)
def test_page(
    name: str,
    rehearsed: Run,
    dialogues: dict[str, list[str]],
    by_page: Callable[[House, FarEnd], Telephone],
) -> None:
    dialogue = rehearsed(TRANSCRIPTS[name], "sqlite", by_page)
    assert dialogue == on_core(name, rehearsed, dialogues)
