"""Balances and credits of a core system: read, kept with their date, and told when it does not answer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from core_sample import CoreSystem, looked
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.services.keeper import Holdings, Statement
from ivr.store.tables import Account, Alarm, ErrandRow, LedgerEntry
from menus.catalogue import FAILED, WAITING
from menus.events import Told
from menus.values import Day, Items, Money, Month

Make = Callable[..., Any]
TODAY, BEFORE = date(2026, 11, 23), date(2026, 11, 20)
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
HOLDINGS = Holdings(102251, 0, TODAY)


@pytest.fixture
def core(rooms: dict[str, Any]) -> CoreSystem:
    return CoreSystem(told=Statement(HOLDINGS, {NOVEMBER: 10500, OCTOBER: 9800})).settle_in(rooms)


@pytest.fixture
def owner(verified: Make, person: Make) -> Any:
    """The line of somebody of whom 99 yuan were known."""
    return verified(person(balance=9900))


def test_a_balance_is_asked_for_by_the_persons_number(core: CoreSystem, owner: Any, session: Session) -> None:
    assert owner.ask("accounts.balance") == Told(WAITING)
    assert core.numbers == []
    core.carry_out(owner)
    (number,) = core.numbers
    assert (len(number), number[:6]) == (18, "450199")
    assert looked(owner, "accounts.balance") == Told("ok", {"amount": Money(102251), "day": Day(TODAY)})
    assert session.scalars(select(ErrandRow.state)).all() == ["answered"]


def test_without_an_answer_the_last_known_balance_is_told_with_its_date(
    core: CoreSystem, owner: Any, session: Session
) -> None:
    account = session.scalars(select(Account)).one()
    account.as_of = BEFORE
    core.told = None
    owner.ask("accounts.balance")
    known = Told("ok", {"amount": Money(9900), "day": Day(BEFORE)})
    assert looked(owner, "accounts.balance") == known
    core.carry_out(owner)
    assert looked(owner, "accounts.balance") == known
    assert session.scalars(select(ErrandRow.state)).all() == ["failed"]


def test_an_account_nobody_ever_told_us_of_is_not_said_to_be_none(
    core: CoreSystem, verified: Make, person: Make
) -> None:
    line = verified(person(balance=None))
    core.told = None
    line.ask("accounts.balance")
    core.carry_out(line)
    assert looked(line, "accounts.balance") == Told("down")
    assert line.ask("accounts.credits") == Told(WAITING)
    core.carry_out(line)
    assert looked(line, "accounts.credits") == Told(FAILED)


def test_who_has_no_account_there_has_none_here(core: CoreSystem, owner: Any, session: Session) -> None:
    core.told = Statement(None, {})
    owner.ask("accounts.balance")
    core.carry_out(owner)
    assert looked(owner, "accounts.balance") == Told("none")
    owner.ask("accounts.credits")
    core.carry_out(owner)
    assert looked(owner, "accounts.credits") == Told("no_account")
    assert session.scalar(select(Account)) is None


def test_credits_replace_those_that_were_known(core: CoreSystem, owner: Any, session: Session) -> None:
    for _ in range(2):
        assert owner.ask("accounts.credits") == Told(WAITING)
        core.carry_out(owner)
    told = looked(owner, "accounts.credits")
    listed = told.values["credits"]
    assert isinstance(listed, Items)
    assert [(item["month"], item["amount"]) for item in listed.items] == [
        (Month(2026, 11), Money(10500)),
        (Month(2026, 10), Money(9800)),
    ]
    assert len(session.scalars(select(LedgerEntry)).all()) == 2


def test_a_resident_without_credits_is_told_so_at_once(
    core: CoreSystem, verified: Make, person: Make
) -> None:
    assert verified(person(member_type="resident")).ask("accounts.credits") == Told("none")
    assert core.sent == []


@pytest.mark.parametrize(("balance", "locked"), [(-1, 0), (100, 101), (100, -1)])
def test_sums_that_cannot_be_true_leave_what_is_known_and_raise_an_alarm(
    core: CoreSystem, owner: Any, session: Session, balance: int, locked: int
) -> None:
    core.told = Statement(Holdings(balance, locked, TODAY), {})
    owner.ask("accounts.balance")
    core.carry_out(owner)
    assert looked(owner, "accounts.balance").values["amount"] == Money(9900)
    assert session.scalars(select(Alarm.kind)).all() == ["account_sum"]


def test_an_answer_that_was_overtaken_does_not_turn_back_the_time(
    core: CoreSystem, owner: Any, session: Session
) -> None:
    core.told = Statement(Holdings(1, 0, BEFORE), {})
    owner.ask("accounts.balance")
    core.carry_out(owner)
    assert looked(owner, "accounts.balance").values["amount"] == Money(9900)


def test_an_errand_nobody_looks_for_any_more_changes_no_later_wait(
    core: CoreSystem, owner: Any, session: Session
) -> None:
    owner.ask("accounts.balance")
    first = list(core.sent)
    core.sent.clear()
    owner.ask("accounts.credits")
    late, core.sent[:] = list(core.sent), first
    core.carry_out(owner)
    assert session.scalars(select(ErrandRow.state)).all() == ["out"]
    core.sent[:] = late
    core.carry_out(owner)
    assert session.scalars(select(ErrandRow.state).execution_options(populate_existing=True)).all() == [
        "answered"
    ]


def test_a_day_to_come_is_no_day_a_balance_can_be_of(core: CoreSystem, owner: Any, session: Session) -> None:
    core.told = Statement(Holdings(1, 0, date(2026, 11, 24)), {})
    owner.ask("accounts.balance")
    core.carry_out(owner)
    assert looked(owner, "accounts.balance").values["amount"] == Money(9900)
    assert session.scalars(select(Alarm.kind)).all() == ["account_sum"]
