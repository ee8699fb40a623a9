"""Locks: how many failures lead to one, whom it keeps out and how long, and what a family may do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ivr.services import claims, identity, locks
from ivr.store.tables import Alarm, Failure, Lock, Person
from menus.events import Told
from menus.values import Secret

Make = Callable[..., Any]

PIN, WRONG = "246813", "975311"


@pytest.fixture
def owner(person: Make, number: Make) -> Person:
    made: Person = person(number=number(), pin=PIN)
    return made


@pytest.fixture
def attempt(line: Make, number: Make) -> Callable[..., str]:
    """Call once, claim a number and try a PIN; return what is heard."""

    def call(pin: str = WRONG, *, caller: str = "+8610000000001", one: str = "") -> str:
        conversation = line(caller=caller)
        conversation.ask("identity.claim_number", one or number())
        told: Told = conversation.ask("identity.verify_pin", pin)
        return told.outcome

    return call


def fail(attempt: Make, times: int, **who: Any) -> None:
    """Fail on as many calls, each from another telephone unless one is named."""
    for index in range(times):
        attempt(**({"caller": f"+86100000009{index:02}"} | who))


@pytest.mark.parametrize(("failures", "heard"), [(4, "verified"), (5, "failed_1"), (6, "failed_1")])
def test_sec_04_five_failures_lock_a_person(attempt: Make, owner: Person, failures: int, heard: str) -> None:
    fail(attempt, failures)
    assert attempt(PIN) == heard


@pytest.mark.parametrize(("seconds", "heard"), [(-1, "failed_1"), (0, "verified"), (1, "verified")])
def test_sec_04_a_locked_person_waits_a_day(
    attempt: Make, owner: Person, clock: Any, seconds: int, heard: str
) -> None:
    fail(attempt, 5)
    clock.forward(hours=24, seconds=seconds)
    assert attempt(PIN) == heard


@pytest.mark.parametrize(("seconds", "heard"), [(-1, "failed_1"), (0, "verified"), (1, "verified")])
def test_sec_04_failures_count_for_a_day(
    attempt: Make, owner: Person, clock: Any, seconds: int, heard: str
) -> None:
    fail(attempt, 4)
    clock.forward(hours=24, seconds=seconds)
    attempt()
    assert attempt(PIN) == heard


def test_sec_04_success_does_not_reset_the_count(attempt: Make, owner: Person) -> None:
    fail(attempt, 4)
    assert attempt(PIN) == "verified"
    attempt()
    assert attempt(PIN) == "failed_1"


def test_sec_04_pins_codes_numbers_and_cards_count_together(
    line: Make, owner: Person, session: Session, vault: Any, number: Make, attempt: Make
) -> None:
    owner.card_hash = vault.hash("99000712345", "card")
    session.flush()
    for index in range(5):
        call = line(caller=f"+86100000009{index:02}")
        if index % 2:
            call.ask("identity.claim_card", "99000712345")
        else:
            call.ask("identity.claim_number", number())
        call.ask("identity.verify_code" if index > 2 else "identity.verify_pin", WRONG)
    assert attempt(PIN) == "failed_1"


def test_sec_04_tries_during_a_lock_do_not_prolong_it(attempt: Make, owner: Person, clock: Any) -> None:
    fail(attempt, 5)
    clock.forward(hours=23)
    fail(attempt, 8)
    clock.forward(hours=1)
    assert attempt() == "failed_1"
    assert attempt(PIN) == "verified"


def test_sec_04_an_unknown_number_is_locked_like_a_known_one(
    attempt: Make, number: Make, session: Session, vault: Any
) -> None:
    stranger = number(date(1940, 5, 5))
    fail(attempt, 5, one=stranger)
    assert session.query(Lock).one().subject_hash == vault.hash(stranger, "number")


def test_sec_04_the_owner_of_a_locked_number_is_warned_and_the_caller_is_not_told(
    attempt: Make, owner: Person, texts: Make
) -> None:
    fail(attempt, 5)
    (text,) = texts()
    assert (text.template, text.kind, text.mobile) == ("SMS09_locked", "warning", "+8613800138000")
    fail(attempt, 5)
    assert len(texts()) == 1


def test_sec_04_who_has_no_mobile_is_locked_without_warning(
    attempt: Make, person: Make, number: Make, texts: Make, session: Session
) -> None:
    person(number=number(), pin=PIN, mobile=None)
    fail(attempt, 5)
    assert texts() == []
    assert session.query(Lock).count() == 1


def test_sec_01_the_failure_that_locks_costs_the_same_for_a_stranger(
    attempt: Make, owner: Person, number: Make, line: Make, statements: Any
) -> None:
    costs = []
    for one in (number(), number(date(1940, 5, 5))):
        fail(attempt, 4, one=one)
        call = line()
        call.ask("identity.claim_number", one)
        statements.clear()
        call.ask("identity.verify_pin", WRONG)
        costs.append(len(statements.seen))
    assert costs == [8, 8]


def test_sec_04_a_lock_during_a_call_ends_the_verification(
    line: Make, owner: Person, number: Make, attempt: Make, context: Make
) -> None:
    call = line()
    call.ask("identity.claim_number", number())
    call.ask("identity.verify_pin", PIN)
    fail(attempt, 5)
    assert claims.verified_person(context(like=call.like)) is None


@pytest.mark.parametrize(("failures", "heard"), [(9, "verified"), (10, "failed_1")])
def test_sec_04_ten_failures_lock_a_caller(
    attempt: Make, owner: Person, number: Make, clock: Any, failures: int, heard: str
) -> None:
    for index in range(failures):  # five numbers, but never three within an hour
        attempt(one=number(date(1940, 1, 1 + index // 2)))
        clock.forward(minutes=45)
    assert attempt(PIN) == heard
    assert attempt(PIN, caller="+8610000000002") == "verified"


@pytest.mark.parametrize(("seconds", "heard"), [(-1, "failed_1"), (0, "verified"), (1, "verified")])
def test_sec_04_a_locked_caller_waits_a_day(
    attempt: Make, owner: Person, number: Make, clock: Any, seconds: int, heard: str
) -> None:
    for day in (1, 2, 3):
        attempt(one=number(date(1940, 1, day)))
    clock.forward(hours=23)
    fail(attempt, 12, caller="+8610000000001")  # unheard, so they neither count nor prolong
    clock.forward(hours=1, seconds=seconds)
    assert attempt(PIN) == heard


@pytest.mark.parametrize(("numbers", "heard"), [(2, "verified"), (3, "failed_1")])
def test_sec_04_three_numbers_failed_in_an_hour_lock_a_caller_and_raise_an_alarm(
    attempt: Make, owner: Person, number: Make, session: Session, numbers: int, heard: str
) -> None:
    for day in range(1, numbers + 1):
        attempt(one=number(date(1940, 1, day)))
    assert attempt(PIN) == heard
    assert [alarm.kind for alarm in session.query(Alarm)] == ["different_numbers"] * (numbers == 3)


@pytest.mark.parametrize(("seconds", "heard"), [(-1, "failed_1"), (0, "verified"), (1, "verified")])
def test_sec_04_different_numbers_count_for_an_hour(
    attempt: Make, owner: Person, number: Make, clock: Any, seconds: int, heard: str
) -> None:
    attempt(one=number(date(1940, 1, 1)))
    attempt(one=number(date(1940, 1, 2)))
    clock.forward(hours=1, seconds=seconds)
    attempt(one=number(date(1940, 1, 3)))
    assert attempt(PIN) == heard


def test_sec_04_the_same_number_failing_often_is_one_number(
    attempt: Make, owner: Person, number: Make
) -> None:
    for _try in range(3):
        attempt(one=number(date(1940, 1, 1)))
    assert attempt(PIN) == "verified"


def test_decision_17_a_family_that_gets_every_parent_right_in_the_end_is_never_locked(
    line: Make, person: Make, number: Make, session: Session
) -> None:
    for day in range(1, 7):
        one = number(date(1950, 1, day))
        person(number=one, pin=PIN)
        call = line()
        call.ask("identity.claim_number", one)
        assert call.ask("identity.verify_pin", WRONG) == Told("failed_1")
        assert call.ask("identity.verify_pin", PIN).outcome == "verified"
    assert session.query(Lock).count() == 0


def test_decision_17_forgiven_failures_still_count_for_the_person(
    line: Make, owner: Person, number: Make, attempt: Make
) -> None:
    for index in range(5):
        call = line(caller=f"+86100000009{index:02}")
        call.ask("identity.claim_number", number())
        call.ask("identity.verify_pin", WRONG)
        call.ask("identity.verify_pin", PIN)
    assert attempt(PIN) == "failed_1"


def test_sec_18_guesses_at_once_are_not_more_than_five(
    database: Engine, session: Session, context: Make, owner: Person, number: Make
) -> None:
    context()
    session.commit()

    def call(index: int) -> str:
        with Session(database) as own, own.begin():
            at = context(session=own, caller=f"+86100000009{index:02}")
            identity.claim_number(at, {"keys": Secret(number())})
            return identity.verify_pin(at, {"keys": Secret(WRONG)}).outcome

    with ThreadPoolExecutor(4) as calls:
        assert set(calls.map(call, range(10))) == {"failed_1"}
    methods = sorted(failure.method for failure in session.query(Failure))
    assert methods == ["locked"] * 5 + ["pin"] * 5


def test_a_lock_that_is_over_can_be_set_again(
    attempt: Make, owner: Person, clock: Any, session: Session
) -> None:
    fail(attempt, 5)
    clock.forward(hours=25)
    fail(attempt, 5)
    assert attempt(PIN) == "failed_1"
    assert session.query(Lock).count() == 1


# --- the rate of failures in all


def failures(session: Session, at: Any, count: int) -> None:
    session.add_all(
        Failure(number_hash="n", caller_hash="c", method="pin", at=at) for _failure in range(count)
    )
    session.flush()


@pytest.mark.parametrize(
    ("usual", "now", "alarm"), [(0, 20, False), (0, 21, True), (10, 30, False), (10, 31, True)]
)
def test_sec_04_three_times_the_usual_failures_raise_an_alarm(
    session: Session, clock: Any, usual: int, now: int, alarm: bool
) -> None:
    for hour in range(1, 7 * 24):
        failures(session, clock.now - timedelta(hours=hour, minutes=30), usual)
    failures(session, clock.now - timedelta(minutes=30), now)
    assert locks.watch_failure_rate(session, clock.now) is alarm
    assert session.query(Alarm).filter_by(kind="failure_rate").count() == alarm
