"""Imports beside callers and beside each other."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from import_samples import FAMILY, HEADERS, HUANG, movement, person
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session

from ivr.services.pin_hasher import PinHasher
from ivr.store.tables import Account, LedgerEntry, Person
from ivr.tools.importing import Importing, Kind, Report, import_file


@pytest.fixture
def committed(engine: Engine, tools: Importing, tmp_path: Path) -> Callable[..., Report]:
    """Import rows and commit, in a session of its own: committed("people", *rows)."""

    def run(kind: Kind, *rows: str, tools: Importing = tools) -> Report:
        path = tmp_path / f"{uuid4().hex}.csv"
        path.write_text("\n".join((HEADERS[kind], *rows)), encoding="utf-8")
        with Session(engine) as session, session.begin():
            return import_file(kind, path, session, tools)

    return run


def test_two_imports_at_once_are_one_after_the_other(engine: Engine, committed: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: committed("people", *FAMILY), range(4)))
    assert sorted((report.added, report.unchanged) for report in reports) == [(0, 4)] * 3 + [(4, 0)]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: committed("ledger", movement(), movement()), range(4)))
    assert sorted((report.added, report.unchanged) for report in reports) == [(0, 2)] * 3 + [(2, 0)]
    with Session(engine) as session:
        assert session.scalar(select(func.max(Account.balance_fen))) == 2 * 8520


@dataclass(frozen=True, slots=True)
class SlowHasher(PinHasher):
    """Hashes slowly enough for something to happen meanwhile."""

    meanwhile: Callable[[], None] = field(default=lambda: None)

    def hash(self, pin: str) -> str:
        self.meanwhile()
        return PinHasher.hash(self, pin)


def test_a_pin_set_while_the_files_is_hashed_counts(engine: Engine, committed: Any, tools: Importing) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets nobody else write meanwhile")
    committed("people", person())

    def caller_sets_one() -> None:
        with engine.begin() as connection:
            connection.execute(update(Person).values(pin_hash="the caller's"))

    pins = SlowHasher(tools.pins.pepper, tools.pins.argon2, caller_sets_one)
    slow = Importing(tools.vault, pins, tools.mobiles, tools.now)
    assert committed("people", person(query_pin="258036"), tools=slow).changed == 1
    with Session(engine) as session:
        assert session.scalars(select(Person.pin_hash)).one() == "the caller's"


def test_what_another_call_returns_meanwhile_is_in_the_sum(
    engine: Engine, committed: Any, tools: Importing
) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets nobody else write meanwhile")
    committed("people", *FAMILY)
    number_hash = tools.vault.hash(HUANG, "number")
    with ThreadPoolExecutor(1) as pool, Session(engine) as call:
        huang = call.scalars(select(Person.id).where(Person.number_hash == number_hash)).one()
        account = call.get_one(Account, huang, with_for_update=True)
        rows = movement(kind="opening", amount="900"), movement(kind="share_lock", amount="-500")
        importing = pool.submit(committed, "ledger", *rows)
        _wait_until_somebody_waits(engine)
        call.add(
            LedgerEntry(
                person_id=huang,
                day=date(2026, 11, 22),
                kind="share_return",
                amount_fen=20000,
                reference="act:1",
            )
        )
        account.locked_fen -= 20000
        call.commit()
        assert importing.result().added == 2
    with Session(engine) as session:
        found = session.get_one(Account, huang)
        assert (found.balance_fen, found.locked_fen) == (90000, 30000)


def _wait_until_somebody_waits(engine: Engine) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(500):
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")
