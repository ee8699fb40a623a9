"""Changing the query PIN: after a texted code only, twice the same, and not one that others could guess."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ivr.services import claims
from ivr.store.tables import Claim, Person
from menus.events import Told

Make = Callable[..., Any]

OLD, NEW = "246813", "730518"
GONE = Told("code_needed")


@pytest.fixture
def owner(person: Make, number: Make) -> Person:
    made: Person = person(number=number(date(1952, 4, 5), 999), pin=OLD, card="A99000781234")
    return made


@pytest.fixture
def by_code(line: Make, number: Make, owner: Person, texts: Make) -> Any:
    """Return a line verified by number and texted code."""
    call = line()
    call.ask("identity.claim_number", number(date(1952, 4, 5), 999))
    call.ask("identity.send_code")
    call.ask("identity.verify_code", texts()[0].code)
    return call


@pytest.fixture
def by_pin(line: Make, number: Make, owner: Person) -> Any:
    """Return a line verified by number and PIN."""
    call = line(caller="+8610000000002")
    call.ask("identity.claim_number", number(date(1952, 4, 5), 999))
    call.ask("identity.verify_pin", OLD)
    return call


def opens(line: Make, number: Make, pin: str) -> bool:
    """Call and try a PIN."""
    call = line(caller="+8610000000003")
    call.ask("identity.claim_number", number(date(1952, 4, 5), 999))
    told: Told = call.ask("identity.verify_pin", pin)
    return told.outcome == "verified"


def test_decision_18_a_new_pin_is_set_after_a_code_and_opens_from_then_on(
    by_code: Any, line: Make, number: Make, owner: Person, clock: Any
) -> None:
    owner.pin_weak = True
    assert by_code.ask("pins.begin") == Told("ok")
    assert by_code.ask("pins.first", NEW) == Told("good")
    assert by_code.ask("pins.second", NEW) == Told("set")
    assert (owner.pin_weak, owner.pin_set_at) == (False, clock.now)
    assert opens(line, number, NEW)
    assert not opens(line, number, OLD)


def test_decision_18_the_old_pin_alone_changes_nothing(by_pin: Any, line: Make, number: Make) -> None:
    assert by_pin.ask("pins.begin") == Told("code_needed")
    assert by_pin.ask("pins.first", NEW) == GONE
    assert by_pin.ask("pins.second", NEW) == GONE
    assert opens(line, number, OLD)


def test_decision_18_who_came_in_by_pin_may_bring_a_code_later(by_pin: Any, texts: Make) -> None:
    by_pin.ask("identity.send_code")
    assert by_pin.ask("identity.verify_code", texts()[0].code).outcome == "verified"
    assert by_pin.ask("pins.begin") == Told("ok")


@pytest.mark.parametrize(
    "pin",
    ["123456", "000000", "777777", "654321", "890123", "520405", "195204", "05999X", "059990", "781234"],
)
def test_sec_03_default_and_derived_pins_cannot_be_set(by_code: Any, pin: str) -> None:
    assert by_code.ask("pins.first", pin) == Told("weak")
    assert by_code.ask("pins.second", pin) == Told("different")


@pytest.mark.parametrize("pin", ["", "73051", "7305181", "73051*", "七三零五一八", "٧٣٠٥١٨"])
def test_what_is_not_six_digits_cannot_be_set(by_code: Any, pin: str) -> None:
    assert by_code.ask("pins.first", pin) == Told("weak")


def test_two_different_pins_set_nothing_and_both_are_forgotten(
    by_code: Any, line: Make, number: Make
) -> None:
    by_code.ask("pins.first", NEW)
    assert by_code.ask("pins.second", "730519") == Told("different")
    assert by_code.ask("pins.second", NEW) == Told("different")
    assert opens(line, number, OLD)


def test_a_pin_keyed_in_two_parts_is_joined_without_losing_the_first(by_code: Any) -> None:
    by_code.ask("pins.first", NEW)
    by_code.ask("entry.keep", NEW[:2])
    joined = by_code.ask("entry.join", NEW[2:])
    assert joined.values["keys"].keys == NEW
    assert by_code.ask("pins.second", joined.values["keys"].keys) == Told("set")


def test_sec_05_after_ten_minutes_no_pin_can_be_set(
    by_code: Any, clock: Any, line: Make, number: Make
) -> None:
    by_code.ask("pins.first", NEW)
    clock.forward(seconds=601)
    assert by_code.ask("pins.begin") == Told("code_needed")
    assert by_code.ask("pins.second", NEW) == GONE


def test_without_any_claim_no_pin_can_be_set(line: Make) -> None:
    call = line()
    assert call.ask("pins.begin") == Told("code_needed")
    assert call.ask("pins.first", NEW) == GONE


def test_what_waits_to_be_keyed_again_is_sealed(by_code: Any, session: Session, context: Make) -> None:
    by_code.ask("pins.first", NEW)
    claim = session.query(Claim).populate_existing().one()
    assert claim.kept_sealed is not None
    assert NEW.encode() not in claim.kept_sealed
    at = context(like=by_code.like)
    assert NEW not in repr(claims.kept(at, claim))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.from_regex(r"\A[0-9]{6}\Z"), second=st.from_regex(r"\A[0-9]{6}\Z"), same=st.booleans())
def test_only_a_good_pin_keyed_twice_is_set(
    by_code: Any, owner: Person, first: str, second: str, same: bool
) -> None:
    before = owner.pin_hash
    good = by_code.ask("pins.first", first) == Told("good")
    again = first if same else second
    is_set = by_code.ask("pins.second", again) == Told("set")
    assert is_set == (good and first == again)
    assert (owner.pin_hash != before) == is_set
