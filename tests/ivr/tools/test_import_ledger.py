"""The ledger: movements once each, and accounts that are the sum of theirs."""

from datetime import date
from typing import Any

import pytest
from import_samples import FAMILY, HEADERS, HUANG, LI, WEI, movement
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ivr.store.sealed import Vault
from ivr.store.tables import Account, LedgerEntry, Person


@pytest.fixture(autouse=True)
def _family(imported: Any) -> None:
    imported("people", *FAMILY)


@pytest.fixture
def id_of(session: Session, vault: Vault) -> Any:
    def find(number: str) -> int:
        return session.scalars(
            select(Person.id).where(Person.number_hash == vault.hash(number, "number"))
        ).one()

    return find


def account(session: Session, person_id: int) -> tuple[int, int, date]:
    found = session.get_one(Account, person_id, populate_existing=True)
    return found.balance_fen, found.locked_fen, found.as_of


def counts(report: Any) -> tuple[int, int, int]:
    assert not report.faults
    return report.added, report.changed, report.unchanged


def test_a_movement_is_stored_whole(imported: Any, session: Session, id_of: Any) -> None:
    row = movement(
        kind="spend_family",
        amount="-35.5",
        institution="演示市人民医院",
        counterparty_id_number=WEI,
        reference="R1",
    )
    assert counts(imported("ledger", row)) == (1, 0, 0)
    stored = session.scalars(select(LedgerEntry)).one()
    assert (stored.person_id, stored.counterparty_id) == (id_of(HUANG), id_of(WEI))
    assert (stored.day, stored.kind, stored.amount_fen) == (date(2026, 11, 1), "spend_family", -3550)
    assert (stored.institution, stored.reference) == ("演示市人民医院", "R1")


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("0", 0),
        ("-0.00", 0),
        ("+3", 300),
        ("0.1", 10),
        ("-0.01", -1),
        ("1022.51", 102251),
        ("999999999.99", 99999999999),
    ],
)
def test_yuan_become_fen(imported: Any, session: Session, written: str, fen: int) -> None:
    assert counts(imported("ledger", movement(amount=written))) == (1, 0, 0)
    assert session.scalars(select(LedgerEntry.amount_fen)).one() == fen


def test_accounts_follow_their_movements(imported: Any, session: Session, id_of: Any) -> None:
    imported(
        "ledger",
        movement(date="2026-10-01", kind="opening", amount="1000"),
        movement(date="2026-11-20", kind="spend_own", amount="-62.69"),
        movement(date="2026-11-01", amount="85.20"),
        movement(date="2026-11-02", kind="share_lock", amount="-500"),
        movement(date="2026-11-21", kind="share_return", amount="120.50"),
        movement(id_number=LI, date="2026-01-05", kind="interest", amount="0.07"),
    )
    assert account(session, id_of(HUANG)) == (102251, 37950, date(2026, 11, 21))
    assert account(session, id_of(LI)) == (7, 0, date(2026, 1, 5))
    imported("ledger", movement(date="2026-03-01", kind="adjust", amount="-22.51"))
    assert account(session, id_of(HUANG)) == (100000, 37950, date(2026, 11, 21))


def test_what_the_hotline_wrote_itself_counts(imported: Any, session: Session, id_of: Any) -> None:
    imported("ledger", movement(kind="opening", amount="900"), movement(kind="share_lock", amount="-500"))
    session.add(
        LedgerEntry(
            person_id=id_of(HUANG),
            day=date(2026, 11, 22),
            kind="share_return",
            amount_fen=50000,
            reference="act:1",
        )
    )
    session.execute(update(Account).values(locked_fen=0))
    imported("ledger", movement(amount="1"))
    assert account(session, id_of(HUANG)) == (90100, 0, date(2026, 11, 22))


def test_equal_rows_are_as_many_movements(imported: Any, session: Session, id_of: Any) -> None:
    rows = movement(), movement(amount="1"), movement(), movement(reference="R1"), movement()
    assert counts(imported("ledger", *rows)) == (5, 0, 0)
    assert account(session, id_of(HUANG))[0] == 4 * 8520 + 100
    assert counts(imported("ledger", *rows)) == (0, 0, 5)
    assert counts(imported("ledger", *rows, movement())) == (1, 0, 5)
    assert account(session, id_of(HUANG))[0] == 5 * 8520 + 100


@pytest.mark.parametrize(
    "cells",
    [
        {"id_number": LI},
        {"date": "2026-11-02"},
        {"kind": "interest"},
        {"amount": "85.21"},
        {"institution": "演示市人民医院"},
        {"counterparty_id_number": WEI},
    ],
)
def test_every_cell_makes_another_movement(imported: Any, cells: dict[str, str]) -> None:
    assert counts(imported("ledger", movement())) == (1, 0, 0)
    assert counts(imported("ledger", movement(**cells))) == (1, 0, 0)


def test_a_movement_is_known_after_the_keys_changed(imported: Any, tools: Any) -> None:
    imported("ledger", movement(), movement(reference="R1"))
    new = Vault("b2xkLXN5bnRoZXRpYy1vbGQtc3ludGhldGljLW9sZC0=,c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE=")
    rotated = type(tools)(new, tools.pins, tools.mobiles, tools.now)
    assert counts(imported("ledger", movement(), movement(reference="R1"), tools=rotated)) == (0, 0, 2)


def test_without_the_column_of_references(imported: Any) -> None:
    rows = [row.removesuffix(",") for row in (movement(), movement())]
    header = HEADERS["ledger"].removesuffix(",reference")
    assert counts(imported("ledger", *rows, header=header)) == (2, 0, 0)
    assert counts(imported("ledger", movement(), movement())) == (0, 0, 2)


def test_occurrences_are_counted_beyond_what_a_statement_takes(
    imported: Any, session: Session, id_of: Any
) -> None:
    rows = [movement(), movement(id_number=LI, amount="1")] * 1100
    assert counts(imported("ledger", *rows)) == (2200, 0, 0)
    assert counts(imported("ledger", *rows)) == (0, 0, 2200)
    assert account(session, id_of(HUANG))[0] == 1100 * 8520
    rows = [movement(reference=f"R{place}") for place in range(1500)]
    (fault,) = imported("ledger", *rows, rows[0]).faults
    assert (fault.line, fault.what.partition(" has")[0]) == (1502, "reference: line 2")
