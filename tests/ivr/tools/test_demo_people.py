"""The demo people: nobody real, all of them imported like anybody, and somebody for every branch."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.channels.phone.demo import Caller
from ivr.services.pin_hasher import PinHasher
from ivr.store.tables import Account, Binding, LedgerEntry, Person, SchemaNote
from ivr.tools import demo_files
from ivr.tools.demo_people import DemoError, demo_callers, fill_session
from ivr.tools.importing import Importing
from menus.identity_number import IdentityNumber, derived_pins, read
from menus.masking import masked_name

TODAY = date(2026, 11, 23)
# Days on which months, years and leap days begin or end.
DAYS = [TODAY, date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 1), date(2028, 2, 29)]


@pytest.fixture
def filled(session: Session, tools: Importing) -> Session:
    fill_session(session, tools, TODAY)
    return session


@pytest.fixture
def called(filled: Session, tools: Importing) -> Callable[[str], Person]:
    """Find a demo person by the name in the table of callers."""

    def find(name: str) -> Person:
        (caller,) = [caller for caller in demo_callers() if caller.name == name]
        hashed = tools.vault.hash(caller.identity_number, "number")
        return filled.scalars(select(Person).where(Person.number_hash == hashed)).one()

    return find


def test_no_caller_can_exist() -> None:
    for caller in demo_callers():
        assert isinstance(read(caller.identity_number, TODAY), IdentityNumber)
        assert re.fullmatch(r"\d{4}99\d{8}99[6-9][\dX]", caller.identity_number)
        assert re.fullmatch(r"\+8613800138000|\+86100\d{8}", caller.number)


def test_callers_have_something_to_try_in_simple_words() -> None:
    callers = demo_callers()
    assert len({caller.identity_number for caller in callers}) == len(callers) >= 15
    for caller in callers:
        assert 15 <= len(caller.shows) <= 60
        assert caller.shows.endswith("。")
        assert not re.search("[A-Za-z]", caller.shows)
        assert masked_name(caller.name) != caller.name
    assert callers[0] == Caller("黄建国", "+8613800138000", "450199196803129974", "258036", callers[0].shows)


def test_pins_are_good_but_for_the_one_that_shows_a_bad_one() -> None:
    weak = [caller.name for caller in demo_callers() if caller.pin in derived_pins(caller.identity_number)]
    assert weak == ["黄德福"]


@pytest.mark.parametrize("today", DAYS)
def test_the_files_are_right_on_any_day(session: Session, tools: Importing, today: date) -> None:
    then = Importing(tools.vault, tools.pins, tools.mobiles, tools.now + (today - tools.today))
    fill_session(session, then, today)
    newest = session.scalar(
        select(func.max(LedgerEntry.day))
        .join(Person, Person.id == LedgerEntry.person_id)
        .where(LedgerEntry.kind == "monthly_credit", Person.status == "active")
    )
    assert newest == today.replace(day=1)
    openings = select(func.min(LedgerEntry.amount_fen)).where(LedgerEntry.kind == "opening")
    assert (session.scalar(openings) or 0) >= 0


def test_filling_again_changes_nothing_even_later(filled: Session, tools: Importing) -> None:
    counted = select(func.count()).select_from(LedgerEntry)
    before = filled.scalar(counted)
    fill_session(filled, tools, TODAY)
    fill_session(filled, tools, TODAY + timedelta(days=40))
    assert filled.scalar(counted) == before
    assert filled.get_one(SchemaNote, "demo_people").value == TODAY.isoformat()


def test_progress_is_told_to_its_end(session: Session, tools: Importing) -> None:
    steps: list[tuple[int, int]] = []
    fill_session(session, tools, TODAY, lambda done, total: steps.append((done, total)))
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_what_cannot_be_imported_is_told(session: Session, tools: Importing) -> None:
    nobody_is_texted = Importing(tools.vault, tools.pins, re.compile("never"), tools.now)
    with pytest.raises(DemoError, match=r"people\.csv:2: mobile: not a mobile that may be sent texts"):
        fill_session(session, nobody_is_texted, TODAY)


def test_argon2_as_in_production_hashes_every_pin(session: Session, tools: Importing) -> None:
    strong = Importing(tools.vault, PinHasher(b"p" * 32), tools.mobiles, tools.now)
    fill_session(session, strong, TODAY)
    hashes = session.scalars(select(Person.pin_hash).where(Person.pin_hash.is_not(None))).all()
    assert len(hashes) == sum(bool(caller.pin) for caller in demo_callers())
    assert not any(
        PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).check_needs_rehash(h)
        for h in hashes
        if h
    )


# --- what each shows


def account(session: Session, person: Person) -> Account | None:
    return session.get(Account, person.id)


def given(session: Session, person: Person) -> list[Binding]:
    return list(session.scalars(select(Binding).where(Binding.authoriser_id == person.id)))


def credited(session: Session, person: Person) -> list[date]:
    found = select(LedgerEntry.day).where(
        LedgerEntry.person_id == person.id, LedgerEntry.kind == "monthly_credit"
    )
    return sorted(session.scalars(found))


def test_the_first_has_everything(filled: Session, called: Callable[[str], Person]) -> None:
    huang = called("黄建国")
    found = account(filled, huang)
    assert found
    assert (found.balance_fen, found.locked_fen) == (102251, 0)
    assert {binding.relation for binding in given(filled, huang)} == {"spouse", "parent", "child"}
    assert len(credited(filled, huang)) == 12
    assert (huang.pin_weak, huang.card_hash is not None) == (False, True)


def test_pins_missing_and_weak(called: Callable[[str], Person]) -> None:
    assert called("黄德福").pin_weak
    without = called("李桂兰")
    assert (without.pin_hash, without.mobile_hash is not None) == (None, True)


def test_money(filled: Session, called: Callable[[str], Person]) -> None:
    def sums(name: str) -> tuple[int, int]:
        found = account(filled, called(name))
        assert found
        return found.balance_fen, found.locked_fen

    assert sums("覃志强") == (286000, 50000)
    assert sums("梁玉珍") == (0, 0)
    balance, locked = sums("唐明远")
    assert locked > balance
    assert account(filled, called("王海生")) is None
    assert account(filled, called("韦秀英")) is None


def test_a_late_credit(filled: Session, called: Callable[[str], Person]) -> None:
    assert credited(filled, called("卢秀芳"))[-1] == date(2026, 10, 1)


def test_authorisers_by_balance_and_by_order(filled: Session, called: Callable[[str], Person]) -> None:
    def received(name: str) -> list[tuple[int | None, int]]:
        rows = filled.execute(
            select(Binding.priority, Account.balance_fen)
            .join(Account, Account.person_id == Binding.authoriser_id)
            .where(Binding.beneficiary_id == called(name).id)
            .order_by(Binding.bound_on)
        )
        return [(row.priority, row.balance_fen) for row in rows]

    # In both the order that is told differs from the order of binding.
    (_, first), (_, second) = received("陈小英")
    assert first < second
    assert [priority for priority, _ in received("赵玉芬")] == [2, 1]
    born = read("110199195606309981", TODAY)
    assert isinstance(born, IdentityNumber)
    assert TODAY.year - born.birth_date.year == 70


def test_who_cannot_unbind_and_why(filled: Session, called: Callable[[str], Person]) -> None:
    no_mobile, new_mobile, soldier = called("何福贵"), called("莫春梅"), called("农大勇")
    assert no_mobile.mobile_hash is None
    assert new_mobile.mobile_registered_on == TODAY - timedelta(days=3)
    assert soldier.special_scheme == "disabled_soldier_1_6"
    assert all(given(filled, person) for person in (no_mobile, new_mobile, soldier))


def test_who_is_not_served(called: Callable[[str], Person]) -> None:
    assert called("陆永福").status == "deceased"
    child = next(caller for caller in demo_callers() if caller.name == "黄小军")
    born = read(child.identity_number, TODAY)
    assert isinstance(born, IdentityNumber)
    assert TODAY.year - born.birth_date.year < 14


def test_several_on_one_mobile_and_many_bindings(filled: Session, called: Callable[[str], Person]) -> None:
    assert called("谭国强").mobile_hash == called("方玉兰").mobile_hash
    assert len(given(filled, called("苏文斌"))) == 6


def test_nobody_is_bound_to_who_does_not_exist() -> None:
    rows: list[Any] = [line.split(",") for _, text in demo_files.files(TODAY) for line in text.splitlines()]
    numbers = {cell for row in rows for cell in row if re.fullmatch(r"\d{17}[\dX]", cell)}
    assert all(re.fullmatch(r"\d{4}99\d{8}99[6-9][\dX]", number) for number in numbers)
