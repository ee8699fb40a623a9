"""People in the database: what is stored, what a second import changes, and what it leaves alone."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from import_samples import FAMILY, FOREIGNER, HEADERS, HUANG, LI, number, person
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ivr.store.sealed import Vault
from ivr.store.tables import Account, LedgerEntry, Person
from ivr.tools.checks import Rules
from ivr.tools.importing import Importing
from ivr.tools.rows import PersonRow

WITH_AGENCY = HEADERS["people"] + ",agency"
FULL = {
    "mobile": "138 0013-8000",
    "mobile_registered_on": "2020-01-31",
    "card_number": "N 2000123-4561",
    "computer_number": "600123456",
    "query_pin": "258036",
    "special_scheme": "disabled_soldier_1_6",
    "credit_zone": "financial",
    "remote_care_filed": "TRUE",
}


def counts(report: Any) -> tuple[int, int, int]:
    assert not report.faults
    assert report.rows == report.added + report.changed + report.unchanged
    return report.added, report.changed, report.unchanged


def only(session: Session) -> Person:
    return session.scalars(select(Person).execution_options(populate_existing=True)).one()


def test_a_person_is_stored_whole_and_sealed(imported: Any, session: Session, tools: Importing) -> None:
    assert counts(imported("people", person(**FULL, agency="青秀"), header=WITH_AGENCY)) == (1, 0, 0)
    stored, vault = only(session), tools.vault
    assert stored.number_hash == vault.hash(HUANG, "number")
    assert stored.mobile_hash == vault.hash("+8613800138000", "mobile")
    assert stored.card_hash == vault.hash("20001234561", "card")
    opened = {
        name: vault.open(getattr(stored, f"{name}_sealed"), f"people.{name}")
        for name in ("number", "name", "mobile", "card", "computer_number")
    }
    assert opened == {
        "number": HUANG,
        "name": "黄建国",
        "mobile": "+8613800138000",
        "card": "N 2000123-4561",
        "computer_number": "600123456",
    }
    plain = stored.region, stored.agency, stored.member_type, stored.status, stored.mobile_registered_on
    assert plain == ("450100", "青秀", "employed", "active", date(2020, 1, 31))
    flags = stored.special_scheme, stored.credit_zone, stored.remote_care_filed
    assert flags == ("disabled_soldier_1_6", "financial", True)
    assert stored.card_lost_at is None


def test_what_may_be_empty(imported: Any, session: Session) -> None:
    empty = {"special_scheme": "", "credit_zone": "", "remote_care_filed": ""}
    assert counts(imported("people", person(**empty))) == (1, 0, 0)
    stored = only(session)
    assert (stored.special_scheme, stored.credit_zone, stored.remote_care_filed) == ("none", "medical", False)
    assert (stored.mobile_hash, stored.card_hash, stored.computer_number_sealed) == (None, None, None)
    assert (stored.pin_hash, stored.pin_weak, stored.pin_set_at, stored.agency) == (None, False, None, "")


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("450199550317998", LI),
        ("450199195503179983", LI),
        ("４５０１９９１９５２０４０５９９９ｘ", "45019919520405999X"),
        (FOREIGNER, FOREIGNER),
        ("810000189901019984", "810000189901019984"),
    ],
)
def test_numbers_as_people_have_them(
    imported: Any, session: Session, vault: Vault, written: str, stored: str
) -> None:
    assert counts(imported("people", person(id_number=written))) == (1, 0, 0)
    assert vault.open(only(session).number_sealed, "people.number") == stored


@pytest.mark.parametrize(
    ("pin", "weak"),
    [
        ("258036", False),
        ("123456", True),
        ("888888", True),
        ("129974", True),
        ("680312", True),
        ("234561", True),
    ],
)
def test_a_pin_is_hashed_and_known_as_weak(
    imported: Any, session: Session, tools: Importing, pin: str, weak: bool
) -> None:
    counts(imported("people", person(id_number=HUANG, card_number="N20001234561", query_pin=pin)))
    stored = only(session)
    assert stored.pin_hash is not None
    assert pin not in stored.pin_hash
    assert tools.pins.verify(stored.pin_hash, pin)
    assert (stored.pin_weak, stored.pin_set_at) == (weak, tools.now)


def test_a_second_import_changes_nothing(imported: Any, session: Session) -> None:
    rows = *FAMILY[1:], person(**FULL)
    imported("people", *rows)
    before = everybody(session)
    assert counts(imported("people", *reversed(rows))) == (0, 0, 4)
    assert everybody(session) == before


def test_a_pin_set_on_the_phone_is_not_overwritten(imported: Any, session: Session, tools: Importing) -> None:
    row = person(query_pin="258036")
    imported("people", row)
    own = tools.pins.hash("470195")
    session.execute(update(Person).values(pin_hash=own, pin_weak=False))
    assert counts(imported("people", row)) == (0, 0, 1)
    assert only(session).pin_hash == own


def test_a_pin_in_the_file_counts_for_who_has_none(imported: Any, session: Session, tools: Importing) -> None:
    imported("people", person())
    assert counts(imported("people", person(query_pin="258036"))) == (0, 1, 0)
    assert tools.pins.verify(only(session).pin_hash, "258036")
    assert counts(imported("people", person(), person(id_number=LI))) == (1, 0, 1)
    assert session.scalar(select(Person.pin_hash).where(Person.pin_hash.is_not(None))) is not None


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "黄建民"},
        {"region": "440300"},
        {"member_type": "flexible"},
        {"status": "deceased"},
        {"mobile": "", "mobile_registered_on": ""},
        {"mobile": "+8610000000001"},
        {"mobile_registered_on": "2026-11-20"},
        {"card_number": ""},
        {"card_number": "N99001234561"},
        {"computer_number": ""},
        {"computer_number": "600123457"},
        {"special_scheme": "none"},
        {"credit_zone": "medical"},
        {"remote_care_filed": "false"},
        {"agency": "兴宁"},
        {"agency": ""},
    ],
)
def test_what_differs_is_changed_and_nothing_else(
    imported: Any, session: Session, cells: dict[str, str]
) -> None:
    full = FULL | {"agency": "青秀"}
    imported("people", person(**full), header=WITH_AGENCY)
    before = columns_of(only(session))
    assert counts(imported("people", person(**full | cells), header=WITH_AGENCY)) == (0, 1, 0)
    changed = {name for name, value in columns_of(only(session)).items() if before[name] != value}
    assert {name.rpartition("_")[0] if name.endswith(("_hash", "_sealed")) else name for name in changed} == {
        name.removesuffix("_number") if name == "card_number" else name for name in cells
    }
    assert counts(imported("people", person(**full), header=WITH_AGENCY)) == (0, 1, 0)


def everybody(session: Session) -> list[dict[str, Any]]:
    found = select(Person).order_by(Person.id).execution_options(populate_existing=True)
    return [columns_of(stored) for stored in session.scalars(found)]


def columns_of(stored: Person) -> dict[str, Any]:
    return {column.key: getattr(stored, column.key) for column in Person.__table__.columns}


def test_without_its_column_the_agency_stays(imported: Any, session: Session) -> None:
    imported("people", person(agency="青秀"), header=WITH_AGENCY)
    assert counts(imported("people", person())) == (0, 0, 1)
    assert only(session).agency == "青秀"


def test_a_new_card_is_not_lost(imported: Any, session: Session) -> None:
    imported("people", person(card_number="N20001234561"))
    lost = datetime(2026, 11, 1, tzinfo=UTC)
    session.execute(update(Person).values(card_lost_at=lost))
    imported("people", person(card_number="20001234561"))
    assert only(session).card_lost_at == lost
    imported("people", person(card_number="20001234569"))
    assert only(session).card_lost_at is None


def test_who_has_an_account(imported: Any, session: Session, tools: Importing) -> None:
    imported("people", *FAMILY)
    accounts = session.scalars(select(Account).join(Person, Person.id == Account.person_id)).all()
    found = {(account.balance_fen, account.locked_fen, account.as_of) for account in accounts}
    assert (len(accounts), found) == (2, {(0, 0, date(2026, 11, 23))})
    held = select(Person.member_type).join(Account, Account.person_id == Person.id)
    assert set(session.scalars(held)) == {"employed", "retired"}


def test_an_account_comes_with_employment_and_stays_after_it(imported: Any, session: Session) -> None:
    imported("people", person(member_type="resident"))
    assert session.scalar(select(Account)) is None
    imported("people", person(member_type="employed"))
    session.add(
        LedgerEntry(
            person_id=only(session).id, day=date(2026, 1, 1), kind="opening", amount_fen=5, reference="R"
        )
    )
    session.execute(update(Account).values(balance_fen=5))
    imported("people", person(member_type="flexible"))
    assert session.scalar(select(Account.balance_fen)) == 5


def test_who_was_hashed_with_an_older_key_is_found(imported: Any, session: Session, tools: Importing) -> None:
    old = "b2xkLXN5bnRoZXRpYy1vbGQtc3ludGhldGljLW9sZC0="
    key = "c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE="
    before = Importing(Vault(old), tools.pins, tools.mobiles, tools.now)
    after = Importing(Vault(f"{key},{old}"), tools.pins, tools.mobiles, tools.now)
    imported("people", person(**FULL), tools=before)
    first = columns_of(only(session))
    assert counts(imported("people", person(**FULL), tools=after)) == (0, 0, 1)
    assert columns_of(only(session)) == first
    # The hash of the number stays: locks are written under it.
    assert counts(imported("people", person(**FULL | {"name": "黄国"}), tools=after)) == (0, 1, 0)
    assert (only(session).number_hash, only(session).mobile_hash) == (
        first["number_hash"],
        first["mobile_hash"],
    )


def test_a_dry_run_counts_and_leaves_nothing(imported: Any, session: Session) -> None:
    assert counts(imported("people", *FAMILY, dry_run=True)) == (4, 0, 0)
    assert session.scalar(select(Person)) is None
    imported("people", person())
    assert counts(imported("people", person(name="黄国", query_pin="258036"), dry_run=True)) == (0, 1, 0)
    stored = only(session)
    assert stored.pin_hash is None


def test_a_row_shows_nothing_of_the_person() -> None:
    rules = Rules(date(2026, 11, 23), re.compile(""))
    row = PersonRow.model_validate(
        dict(zip(HEADERS["people"].split(","), person(**FULL).split(","), strict=True)), context=rules
    )
    assert repr(row) == "PersonRow()"
    assert str(row) == ""


def test_more_people_than_a_statement_takes(imported: Any, session: Session) -> None:
    """Chunks meet: the second finds who the first had, and a PIN is set wherever it stands."""
    numbers = [
        number(date(1950, 1, 1 + day % 28).replace(month=1 + day // 28 % 12, year=1950 + day // 336))
        for day in range(1200)
    ]
    rows = [
        person(id_number=each, query_pin="258036" if place % 400 == 0 else "")
        for place, each in enumerate(numbers)
    ]
    assert counts(imported("people", *rows)) == (1200, 0, 0)
    assert len(session.scalars(select(Person.id).where(Person.pin_hash.is_not(None))).all()) == 3
    assert counts(imported("people", *rows)) == (0, 0, 1200)
    (fault,) = imported("people", *rows, rows[0]).faults
    assert fault.line == 1202
