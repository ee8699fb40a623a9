"""Verification: the same words and the same work for everybody, until somebody proves who they are."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ivr.services import claims, locks
from ivr.store.tables import Claim, Failure, Lock, Person
from menus.catalogue import EXPIRED
from menus.events import Told

PIN = "246813"

Make = Callable[..., Any]


@pytest.fixture
def verified(line: Make, person: Make, number: Make) -> tuple[Any, Person]:
    """Return a line and who is verified on it by PIN."""
    made = person(number=number(), pin=PIN)
    call = line()
    call.ask("identity.claim_number", number())
    call.ask("identity.verify_pin", PIN)
    return call, made


@pytest.fixture
def cases(
    person: Make, number: Make, session: Session, context: Make, vault: Any
) -> dict[str, tuple[str, str]]:
    """Everybody who may call, as (number to key, PIN to key); only `right` may get in."""
    lost = number(date(1948, 2, 29))
    child = number(date(2012, 11, 24))  # fourteen tomorrow
    foreign = person(number=number(date(1961, 1, 5)), pin=PIN)
    session.add(
        Lock(
            scope="person",
            subject_hash=foreign.number_hash,
            until=context().now + timedelta(hours=1),
            reason="failures",
        )
    )
    made = {
        "unknown": (lost, PIN),
        "wrong": (number(date(1961, 1, 1)), "975311"),
        "locked": (number(date(1961, 1, 5)), PIN),
        "default": (number(date(1961, 1, 2)), "123456"),
        "derived": (number(date(1961, 1, 3)), "610103"),
        "no pin": (number(date(1961, 1, 4)), PIN),
        "deceased": (number(date(1961, 1, 6)), PIN),
        "frozen": (number(date(1961, 1, 7)), PIN),
        "child": (child, PIN),
        "no mobile": (number(date(1961, 1, 9)), "975311"),
    }
    person(number=made["wrong"][0], pin=PIN)
    person(number=made["default"][0], pin="123456")
    derived = person(number=made["derived"][0], pin="610103")
    derived.pin_weak = False  # an import that did not look, or a card that came later
    person(number=made["no pin"][0])
    person(number=made["deceased"][0], pin=PIN, status="deceased")
    person(number=made["frozen"][0], pin=PIN, status="frozen")
    person(number=child, pin=PIN)
    person(number=made["no mobile"][0], pin=PIN, mobile=None)
    person(number=number(date(1961, 1, 8)), pin=PIN)
    session.flush()
    return made | {"right": (number(date(1961, 1, 8)), PIN)}


def test_sec_01_everybody_but_the_right_one_hears_the_same(cases: Any, line: Make) -> None:
    answers = {}
    for index, (name, (number, pin)) in enumerate(cases.items()):
        call = line(caller=f"+8610000001{index:03}")
        answers[name] = (
            call.ask("identity.claim_number", number),
            call.ask("identity.verify_pin", pin),
            call.ask("identity.send_code"),
            call.ask("identity.verify_code", "000000"),
        )
    assert answers.pop("right")[1] == Told("verified", assurance=2)
    (same,) = {repr(heard) for heard in answers.values()}
    assert same == repr((Told("noted", assurance=1), Told("failed_1"), Told("sent"), Told("failed_2")))


def test_sec_01_everybody_costs_the_same_statements_and_one_argon2(
    cases: Any, line: Make, statements: Any, argon2: Any
) -> None:
    costs = {}
    for index, (name, (number, pin)) in enumerate(cases.items()):
        call = line(caller=f"+8610000001{index:03}")
        call.ask("identity.claim_number", number)
        statements.clear()
        argon2.computed = 0
        call.ask("identity.verify_pin", pin)
        costs[name] = (len(statements.seen), argon2.computed)
    assert set(costs.values()) == {(6, 1)}, costs


def test_sec_01_asking_for_a_code_costs_everybody_the_same(cases: Any, line: Make, statements: Any) -> None:
    costs, tried = {}, {}
    for index, (name, (number, _pin)) in enumerate(cases.items()):
        call = line(caller=f"+8610000001{index:03}")
        call.ask("identity.claim_number", number)
        statements.clear()
        call.ask("identity.send_code")
        costs[name] = len(statements.seen)
        statements.clear()
        call.ask("identity.verify_code", "000000")
        tried[name] = len(statements.seen)
    assert len(set(costs.values())) == 1, costs
    assert len(set(tried.values())) == 1, tried


def test_sec_01_a_claim_looks_nobody_up(cases: Any, line: Make, statements: Any) -> None:
    for number, _pin in cases.values():
        call = line()
        statements.clear()
        call.ask("identity.claim_number", number)
        (only,) = statements.seen
        assert "people" not in only


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=st.lists(st.sampled_from(["pin", "code"]), min_size=1, max_size=5), known=st.booleans())
def test_sec_01_what_is_heard_depends_on_the_number_of_failures_only(
    line: Make, person: Make, number: Make, vault: Any, tries: list[str], known: bool
) -> None:
    call = line()
    one = vault.open(person(pin=PIN).number_sealed, "people.number") if known else number(date(1940, 5, 5))
    call.ask("identity.claim_number", one)
    for failed, method in enumerate(tries, start=1):
        assert call.ask(f"identity.verify_{method}", "975311") == Told(f"failed_{min(failed, 3)}")


def test_sec_02_the_callers_number_proves_nothing(
    line: Make, person: Make, number: Make, context: Make
) -> None:
    person(number=number(), pin=PIN, mobile="+8613800138000")
    call = line(caller="+8613800138000")
    call.ask("identity.claim_number", number())
    assert claims.assurance(context(like=call.like)) == 1
    assert call.ask("identity.verify_pin", "975311") == Told("failed_1")


@pytest.mark.parametrize("caller", ["", "+12025550123", "+85291234567"])
def test_sec_40_withheld_and_foreign_callers_are_not_verified_and_lock_nobody(
    line: Make, person: Make, number: Make, session: Session, texts: Make, caller: str
) -> None:
    person(number=number(), pin=PIN)
    for _call in range(4):
        call = line(caller=caller)
        call.ask("identity.claim_number", number())
        call.ask("identity.send_code")
        assert call.ask("identity.verify_pin", PIN) == Told("failed_1")
        call.ask("identity.verify_pin", "975311")
        call.ask("identity.verify_pin", "975311")
    assert texts() == []
    assert session.query(Lock).all() == []
    assert {failure.method for failure in session.query(Failure)} == {locks.UNHEARD}


@pytest.mark.parametrize(
    "pin",
    ["123456", "000000", "111111", "888888", "179998", "550317", "195503", "654321", "781234"],
)
def test_sec_03_default_and_derived_pins_prove_nothing_even_when_right(
    line: Make, person: Make, number: Make, pin: str
) -> None:
    one = number(date(1955, 3, 17), 999)
    pin = one.replace("X", "0")[-6:] if pin == "179998" else pin
    made = person(number=one, pin=pin, card="A99000781234")
    assert made.pin_weak
    made.pin_weak = False
    call = line()
    call.ask("identity.claim_number", one)
    assert call.ask("identity.verify_pin", pin) == Told("failed_1")


def test_sec_03_a_pin_marked_weak_proves_nothing(line: Make, person: Make, number: Make) -> None:
    person(number=number(), pin=PIN).pin_weak = True
    call = line()
    call.ask("identity.claim_number", number())
    assert call.ask("identity.verify_pin", PIN) == Told("failed_1")


@pytest.mark.parametrize(
    ("pin", "outcome"), [("123456", "verified_weak"), (PIN, "verified"), (None, "verified")]
)
def test_sec_03_a_code_verifies_and_tells_of_a_weak_pin(
    line: Make, person: Make, number: Make, texts: Make, pin: str | None, outcome: str
) -> None:
    person(number=number(), pin=pin)
    call = line()
    call.ask("identity.claim_number", number())
    call.ask("identity.send_code")
    (text,) = texts()
    assert call.ask("identity.verify_code", text.code) == Told(outcome, assurance=2)


@pytest.mark.parametrize(("seconds", "level"), [(599, 2), (600, 2), (601, 1)])
def test_sec_05_a_verification_lasts_ten_minutes(
    verified: Any, clock: Any, context: Make, seconds: int, level: int
) -> None:
    call, made = verified
    clock.forward(seconds=seconds)
    later = context(like=call.like)
    assert claims.assurance(later) == level
    assert claims.verified_person(later) is (made if level == 2 else None)


def test_sec_05_a_verification_holds_in_its_own_call_only(verified: Any, context: Make) -> None:
    assert claims.assurance(context()) == 0
    assert claims.verified_person(context()) is None


def test_sec_05_after_a_talk_with_a_person_it_is_void(verified: Any, context: Make) -> None:
    call, _made = verified
    claims.void(context(like=call.like))
    assert claims.assurance(context(like=call.like)) == 1


def test_another_claim_ends_the_verification(verified: Any, number: Make, context: Make) -> None:
    call, _made = verified
    call.ask("identity.claim_number", number(date(1940, 5, 5)))
    assert claims.verified_person(context(like=call.like)) is None


@pytest.mark.parametrize("status", ["deceased", "frozen"])
def test_sec_07_who_dies_or_is_frozen_during_the_call_is_served_no_more(
    verified: Any, context: Make, session: Session, status: str
) -> None:
    call, made = verified
    made.status = status
    session.flush()
    assert claims.verified_person(context(like=call.like)) is None


@pytest.mark.parametrize("status", ["active", "suspended", "ended"])
def test_sec_07_whoever_has_money_left_is_served(person: Make, number: Make, line: Make, status: str) -> None:
    person(number=number(), pin=PIN, status=status)
    call = line()
    call.ask("identity.claim_number", number())
    assert call.ask("identity.verify_pin", PIN).outcome == "verified"


@pytest.mark.parametrize(
    ("born", "served"),
    [(date(2012, 11, 22), True), (date(2012, 11, 23), True), (date(2012, 11, 24), False)],
)
def test_sec_07_nobody_under_fourteen_is_served(
    person: Make, number: Make, context: Make, born: date, served: bool
) -> None:
    assert claims.served(context(), person(number=number(born))) is served


def test_sec_07_a_birthday_that_does_not_come_every_year_passes(
    person: Make, number: Make, context: Make, clock: Any
) -> None:
    born = person(number=number(date(2012, 2, 29)))
    clock.now = clock.now.replace(month=2, day=28)
    assert not claims.served(context(), born)
    clock.now = clock.now.replace(month=3, day=1)
    assert claims.served(context(), born)


def test_sec_07_a_number_that_is_none_is_not_served(person: Make, context: Make) -> None:
    assert not claims.served(context(), person(number="450199188001019984"))


def test_sec_09_a_number_with_x_and_a_card_without_letters_are_the_same_person(
    person: Make, number: Make, line: Make, context: Make
) -> None:
    one = number(date(1952, 4, 5), 999)
    assert one.endswith("X")
    made = person(number=one, pin=PIN, card="A99000754321")
    for service, keys in (
        ("identity.claim_number", one.lower()),
        ("identity.claim_number", one),
        ("identity.claim_card", "99000754321"),
        ("identity.claim_card", "A99000754321"),
    ):
        call = line()
        assert call.ask(service, keys) == Told("noted", assurance=1)
        assert call.ask("identity.verify_pin", PIN) == Told("verified", assurance=2)
        assert claims.verified_person(context(like=call.like)) == made


def test_without_a_claim_nothing_can_be_tried(line: Make) -> None:
    call = line()
    for service in ("verify_pin", "verify_code", "send_code"):
        assert call.ask(f"identity.{service}", PIN) == Told(EXPIRED, assurance=0)
    call.ask("entry.keep", "1234")  # makes the row, but claims nobody
    assert call.ask("identity.verify_pin", PIN) == Told(EXPIRED, assurance=0)


def test_a_claim_holds_no_number(line: Make, number: Make, session: Session) -> None:
    call = line()
    call.ask("identity.claim_number", number())
    claim = session.query(Claim).one()
    assert number() not in repr([claim.number_hash, claim.kept_sealed])
    assert claim.person_id is None


def test_a_person_under_an_older_key_is_found(
    context: Make, person: Make, number: Make, rooms: Any, session: Session
) -> None:
    made = person(number=number(), pin=PIN)
    newer = "YW5vdGhlciBzeW50aGV0aWMga2V5IG9mIDMyIGJ5dGU="
    rooms["vault"] = type(rooms["vault"])(f"{newer},c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE=")
    call = context()
    claims.note(call, number(), "number")
    kept = claims.kept(call, claims.claim(call))
    assert claims.claimed_person(call, kept.hashes) == made
    assert number() not in repr(kept)


def test_who_fails_three_times_in_a_call_is_not_heard_a_fourth_time(
    line: Make, person: Make, number: Make, session: Session
) -> None:
    person(number=number(), pin=PIN)
    call = line()
    call.ask("identity.claim_number", number())
    heard = [call.ask("identity.verify_pin", pin).outcome for pin in ("975311", "975311", "975311", PIN, PIN)]
    assert heard == ["failed_1", "failed_2", "failed_3", "failed_3", "failed_3"]
    assert session.query(Failure).filter_by(method=locks.UNHEARD).count() == 2


def test_another_number_does_not_give_a_call_new_tries(line: Make, person: Make, number: Make) -> None:
    person(number=number(), pin=PIN)
    call = line()
    for day in (1, 2):
        call.ask("identity.claim_number", number(date(1940, 5, day)))
        call.ask("identity.verify_pin", PIN)
    call.ask("identity.claim_number", number())
    assert call.ask("identity.verify_pin", "975311") == Told("failed_3")


def test_a_code_can_be_asked_for_after_failures_but_not_after_the_last(
    line: Make, person: Make, number: Make, texts: Make
) -> None:
    person(number=number(), pin="123456")
    call = line()
    call.ask("identity.claim_number", number())
    call.ask("identity.verify_pin", "123456")
    assert call.ask("identity.send_code") == Told("sent")
    assert len(texts()) == 1
    second = line()
    second.ask("identity.claim_number", number())
    for _try in range(3):
        second.ask("identity.verify_pin", "975311")
    assert second.ask("identity.send_code") == Told("sent")
    assert len(texts()) == 1


def test_a_locked_person_gets_no_code_and_cannot_use_one(
    verified: Any, texts: Make, clock: Any, session: Session
) -> None:
    call, made = verified
    call.ask("identity.send_code")
    session.add(
        Lock(
            scope="person",
            subject_hash=made.number_hash,
            until=clock.now + timedelta(hours=1),
            reason="failures",
        )
    )
    assert call.ask("identity.verify_code", texts()[0].code) == Told("failed_1")
    clock.forward(minutes=2)
    call.ask("identity.send_code")
    assert len(texts()) == 1
