"""Calls to a hotline that asks a real server in a real thread, assembled as in production."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from core_system_server import TOKEN, CoreServer
from house import House
from sqlalchemy import select
from talking import Talk, rows, said

from ivr.app import Assembly, assemble
from ivr.core_system.adapter import CoreSystem
from ivr.housekeeping import Housekeeping
from ivr.store.tables import Act, ErrandRow
from menus.actions import Say, Wait
from menus.values import Money

HUANG, CHEN, PIN = "450199195503179983", "45019919520405999X", "837294"
BALANCE = ["bal.say", "bal.asof", "bal.after"]


@pytest.fixture
def server() -> Iterator[CoreServer]:
    with CoreServer().running() as running:
        running.books.accounts[HUANG] = {"balance_fen": 99900, "locked_fen": 0, "as_of": "2026-11-23"}
        yield running


@pytest.fixture
def built(either_hotline: House, server: CoreServer) -> Iterator[Assembly]:
    settings = replace(either_hotline.settings, core_url=server.address, core_token=TOKEN)
    made = assemble(settings, either_hotline.clock)
    assert isinstance(made.consulting.keeper, CoreSystem)
    object.__setattr__(made.consulting.keeper._exchange, "seconds", 1.0)
    yield made
    made.engine.dispose()


def come_back(built: Assembly) -> None:
    """Wait until no errand is on its way any more."""
    for _ in range(500):
        with built.sessions() as session:
            if "out" not in session.scalars(select(ErrandRow.state)).all():
                return
        time.sleep(0.02)
    raise AssertionError("an errand has not come back")


def fen(talk: Talk) -> Money:
    last = talk.conversations.last(talk.name)
    assert last
    (amount,) = [
        each.values["amount"]
        for each in last.turn.actions
        if isinstance(each, Say) and "amount" in each.values
    ]
    assert isinstance(amount, Money)
    return amount


def test_a_balance_is_read_from_the_core_system(built: Assembly, server: CoreServer) -> None:
    talk = Talk(built.conversations)
    talk.dial()
    assert talk.press("1", HUANG, PIN).turn.actions[-1] == Wait(1)
    come_back(built)
    assert (said(talk.silence()), fen(talk)) == (BALANCE, Money(99900))
    assert [seen.path for seen in server.seen] == ["/statements"]


@pytest.mark.parametrize("fault", ["slow", "status", "after"])
def test_a_core_system_in_trouble_leaves_the_last_known_balance(
    built: Assembly, server: CoreServer, fault: str
) -> None:
    server.fault, server.seconds = fault, 2.0  # type: ignore[assignment]
    talk = Talk(built.conversations)
    talk.dial()
    talk.press("1", HUANG, PIN)
    come_back(built)
    assert (said(talk.silence()), fen(talk)) == (BALANCE, Money(102251))


def test_an_act_done_behind_a_broken_line_is_found_out_by_the_worker(
    built: Assembly, either_hotline: House, server: CoreServer
) -> None:
    talk = Talk(built.conversations)
    talk.dial()
    talk.press("3", "2", HUANG, PIN, "1", "1")
    either_hotline.deliver()
    server.fault = "after"
    talk.press(either_hotline.codes()[-1])
    come_back(built)
    assert said(talk.silence())[0] == "unb.submitted"
    server.fault = None
    assert Housekeeping(built).reconcile_acts() == 1
    assert server.books.ended == [(HUANG, CHEN)]
    assert rows(either_hotline, Act, Act.state == "confirmed") == 1
