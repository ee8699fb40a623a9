"""What a verified caller hears of the account, and what nobody hears."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.services import claims
from ivr.services.register import SERVICES
from ivr.store.tables import Account, Alarm, LedgerEntry, Person
from menus.catalogue import EXPIRED, FAILED
from menus.events import Told
from menus.values import Count, Day, Items, Money, Month, Reference, Word

Make = Callable[..., Any]
TODAY = date(2026, 11, 23)
SUBJECTS = ("accounts", "bindings", "unbinding", "changes", "offices")
PERSONAL = [
    name
    for name, service in SERVICES.items()
    if service.declaration.needs == 2 and name.split(".")[0] in SUBJECTS
]


@pytest.fixture
def entry(session: Session) -> Callable[..., None]:
    """Book a movement: entry(person, "monthly_credit", date(2026, 11, 5), 12345)."""

    def book(person: Person, kind: str, day: date, fen: int) -> None:
        reference = f"test:{len(session.scalars(select(LedgerEntry.id)).all())}"
        session.add(LedgerEntry(person_id=person.id, day=day, kind=kind, amount_fen=fen, reference=reference))
        session.flush()

    return book


def credits_of(told: Told) -> list[tuple[int, int, int]]:
    items = told.values["credits"]
    assert isinstance(items, Items)
    return [(item["month"].year, item["month"].month, item["amount"].fen) for item in items.items]  # type: ignore[union-attr]


# --- only for the verified


@pytest.mark.parametrize("name", PERSONAL)
def test_every_personal_service_hears_only_verified_callers(line: Make, person: Make, name: str) -> None:
    person(balance=102251)
    told = line().ask(name, binding=Reference(1), number=Count(1))
    assert (told.outcome, told.values, told.assurance) == (EXPIRED, {}, 0)


@pytest.mark.parametrize(("seconds", "outcome"), [(599, "ok"), (600, "ok"), (601, EXPIRED)])
def test_sec_05_a_verification_lasts_ten_minutes(
    verified: Make, person: Make, clock: Any, seconds: int, outcome: str
) -> None:
    line = verified(person(balance=102251))
    clock.forward(seconds=seconds)
    assert line.ask("accounts.balance").outcome == outcome


def test_sec_07_whoever_is_frozen_during_the_call_hears_nothing_more(
    verified: Make, person: Make, session: Session
) -> None:
    owner = person(balance=102251)
    line = verified(owner)
    owner.status = "frozen"
    session.flush()
    assert line.ask("accounts.balance") == Told(EXPIRED, assurance=0)


def test_a_caller_hears_their_own_account_and_nobody_elses(verified: Make, person: Make) -> None:
    person(balance=99)
    line = verified(person(balance=102251))
    assert line.ask("accounts.balance").values["amount"] == Money(102251)


# --- balance


def test_the_balance_has_its_day_and_nothing_is_said_of_locking(verified: Make, person: Make) -> None:
    told = verified(person(balance=102251)).ask("accounts.balance")
    assert told == Told("ok", {"amount": Money(102251), "day": Day(TODAY)})


@pytest.mark.parametrize(("locked", "available"), [(1, 102250), (50000, 52251), (102251, 0)])
def test_what_sharing_locks_and_what_is_left_are_told_together(
    verified: Make, person: Make, session: Session, locked: int, available: int
) -> None:
    owner = person(balance=102251)
    session.get_one(Account, owner.id).locked_fen = locked
    session.flush()
    values = verified(owner).ask("accounts.balance").values
    assert (values["locked"], values["available"]) == (Money(locked), Money(available))


def test_an_empty_account_is_not_the_same_as_none(verified: Make, person: Make) -> None:
    assert verified(person(balance=0)).ask("accounts.balance") == Told("zero", {"day": Day(TODAY)})
    assert verified(person()).ask("accounts.balance") == Told("none")


@pytest.mark.parametrize(("balance", "locked"), [(-1, 0), (100, 101), (100, -1)])
def test_a_sum_that_cannot_be_true_is_not_told_but_raises_an_alarm(
    verified: Make, person: Make, session: Session, balance: int, locked: int
) -> None:
    owner = person(balance=balance)
    session.get_one(Account, owner.id).locked_fen = locked
    session.flush()
    assert verified(owner).ask("accounts.balance") == Told("down")
    (alarm,) = session.scalars(select(Alarm))
    assert (alarm.kind, alarm.detail) == ("account_sum", f"person {owner.id}")


def test_a_balance_changed_by_another_connection_is_heard_at_once(
    verified: Make, person: Make, session: Session
) -> None:
    owner = person(balance=100)
    line = verified(owner)
    line.ask("accounts.balance")
    session.connection().exec_driver_sql("UPDATE accounts SET balance_fen = 200")
    assert line.ask("accounts.balance").values["amount"] == Money(200)


# --- monthly credits


def test_credits_come_newest_first_and_at_most_twelve(verified: Make, person: Make, entry: Make) -> None:
    owner = person(balance=1)
    for back in range(15):
        year, month = divmod(2026 * 12 + 10 - back, 12)
        entry(owner, "monthly_credit", date(year, month + 1, 5), 1000 + back)
    told = verified(owner).ask("accounts.credits")
    assert told.outcome == "ok"
    assert (told.values["month"], told.values["amount"]) == (Month(2026, 11), Money(1000))
    assert credits_of(told) == [
        *((2026, month, 1011 - month) for month in range(11, 0, -1)),
        (2025, 12, 1011),
    ]


def test_a_month_without_its_credit_is_not_yet(verified: Make, person: Make, entry: Make) -> None:
    owner = person(balance=1)
    entry(owner, "monthly_credit", date(2026, 10, 31), 8000)
    entry(owner, "monthly_credit", date(2026, 11, 24), 9000)  # dated tomorrow
    entry(owner, "interest", date(2026, 11, 1), 7)
    told = verified(owner).ask("accounts.credits")
    assert (told.outcome, told.values["month"], told.values["amount"]) == (
        "not_yet",
        Month(2026, 10),
        Money(8000),
    )


@pytest.mark.parametrize(("hour", "fen"), [(15, 8000), (16, 9000)])
def test_the_day_is_the_one_it_is_in_china(
    verified: Make, person: Make, entry: Make, clock: Any, hour: int, fen: int
) -> None:
    owner = person(balance=1)
    entry(owner, "monthly_credit", date(2026, 11, 30), 8000)
    entry(owner, "monthly_credit", date(2026, 12, 1), 9000)
    clock.now = clock.now.replace(day=30, hour=hour, minute=0)
    told = verified(owner).ask("accounts.credits")
    assert (told.outcome, told.values["amount"]) == ("ok", Money(fen))


def test_corrections_count_into_their_month_and_a_month_taken_back_has_none(
    verified: Make, person: Make, entry: Make
) -> None:
    owner = person(balance=1)
    entry(owner, "monthly_credit", date(2026, 11, 5), 8000)
    entry(owner, "monthly_credit", date(2026, 11, 9), 250)
    entry(owner, "monthly_credit", date(2026, 10, 5), 8000)
    entry(owner, "monthly_credit", date(2026, 10, 6), -8000)
    entry(owner, "monthly_credit", date(2026, 9, 5), 7000)
    assert credits_of(verified(owner).ask("accounts.credits")) == [(2026, 11, 8250), (2026, 9, 7000)]


def test_who_has_no_credits_hears_why(verified: Make, person: Make) -> None:
    assert verified(person(member_type="resident")).ask("accounts.credits") == Told("none")
    assert verified(person(member_type="flexible")).ask("accounts.credits") == Told("no_account")
    # An account that was never credited: nothing true can be said, a person must look.
    assert verified(person(balance=0)).ask("accounts.credits") == Told(FAILED)


# --- spendings


def test_the_last_five_spendings_are_positive_and_name_no_place(
    verified: Make, person: Make, entry: Make
) -> None:
    owner, other = person(balance=1), person()
    entry(owner, "spend_own", date(2026, 11, 1), -100)
    entry(owner, "spend_own", date(2026, 11, 2), -200)
    entry(owner, "spend_own", date(2026, 11, 2), 200)  # a refund
    entry(owner, "spend_family", date(2026, 11, 3), -300)
    entry(owner, "share_lock", date(2026, 11, 3), -5000)
    entry(owner, "premium", date(2026, 11, 4), -40000)
    entry(owner, "withdraw", date(2026, 11, 5), -500)
    entry(owner, "spend_own", date(2026, 11, 23), -600)
    entry(owner, "spend_own", date(2026, 11, 24), -700)
    entry(other, "spend_own", date(2026, 11, 23), -800)
    told = verified(owner).ask("accounts.spendings")
    items = told.values["spendings"]
    assert isinstance(items, Items)
    assert [(item["day"], item["amount"], item["kind"]) for item in items.items] == [
        (Day(TODAY), Money(600), Word("看病买药")),
        (Day(date(2026, 11, 5)), Money(500), Word("取出")),
        (Day(date(2026, 11, 4)), Money(40000), Word("交医保费")),
        (Day(date(2026, 11, 3)), Money(300), Word("给家人用")),
        (Day(date(2026, 11, 2)), Money(200), Word("看病买药")),
    ]
    assert verified(other).ask("accounts.spendings").outcome == "ok"
    assert verified(person(balance=1)).ask("accounts.spendings") == Told("none")


# --- the balance by text


def test_the_balance_goes_to_the_registered_mobile_once_in_a_call(
    verified: Make, person: Make, texts: Make
) -> None:
    line = verified(person(balance=102251, mobile="+8610000000077"), caller="+8610000000001")
    assert [line.ask("accounts.text_balance") for _ in range(2)] == [Told("sent"), Told("sent")]
    (text,) = texts()
    assert (text.template, text.kind, text.mobile) == ("SMS13_balance_optin", "answer", "+8610000000077")
    assert "1022.51" in text.body
    assert "11月23日" in text.body


def test_each_verified_person_of_one_call_gets_their_own_text(
    verified: Make, person: Make, texts: Make
) -> None:
    mother, father = person(balance=100), person(balance=200)
    line = verified(mother)
    line.ask("accounts.text_balance")
    claims.verify(line.context(like=line.like), father, "pin")
    line.ask("accounts.text_balance")
    assert len(texts()) == 2


@pytest.mark.parametrize("mobile", [None, "+867712800185"])
def test_without_a_mobile_that_gets_texts_none_is_written(
    verified: Make, person: Make, texts: Make, mobile: str | None
) -> None:
    line = verified(person(balance=102251, mobile=mobile))
    assert line.ask("accounts.text_balance") == Told("no_mobile")
    assert texts() == []


@pytest.mark.parametrize("balance", [None, -1])
def test_what_cannot_be_said_is_not_written_either(
    verified: Make, person: Make, texts: Make, balance: int | None
) -> None:
    assert verified(person(balance=balance)).ask("accounts.text_balance") == Told(FAILED)
    assert texts() == []
