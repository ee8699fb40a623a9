"""Entries that go on: what is kept, for how long, and that nobody can read it."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ivr.services.keying import keyed
from ivr.store.tables import Claim
from menus.events import Told
from menus.values import Count, Secret

Make = Callable[..., Any]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.text("0123456789*", max_size=18), rest=st.text("0123456789*", max_size=18))
def test_what_was_kept_comes_back_in_front_once(line: Make, kept: str, rest: str) -> None:
    call = line()
    assert call.ask("entry.keep", kept) == Told("kept")
    assert call.ask("entry.join", rest) == Told("joined", {"keys": Secret(kept + rest)})
    assert call.ask("entry.join", rest) == Told("joined", {"keys": Secret(rest)})


def test_a_second_start_replaces_the_first(line: Make) -> None:
    call = line()
    call.ask("entry.keep", "111")
    call.ask("entry.keep", "4501")
    assert call.ask("entry.join", "99") == Told("joined", {"keys": Secret("450199")})


def test_another_call_keeps_its_own(line: Make) -> None:
    one, two = line(), line()
    one.ask("entry.keep", "4501")
    assert two.ask("entry.join", "99") == Told("joined", {"keys": Secret("99")})


def test_what_is_kept_is_sealed(line: Make, session: Session) -> None:
    line().ask("entry.keep", "450199195503")
    kept = session.query(Claim).one().kept_sealed
    assert kept is not None
    assert b"450199195503" not in kept


def test_keeping_changes_neither_claim_nor_verification(line: Make, person: Make, number: Make) -> None:
    person(number=number(), pin="246813")
    call = line()
    call.ask("identity.claim_number", number())
    call.ask("entry.keep", "24")
    joined = call.ask("entry.join", "6813").values["keys"]
    assert call.ask("identity.verify_pin", joined.keys) == Told("verified", assurance=2)


def test_where_no_keys_are_passed_there_are_none() -> None:
    assert keyed({}) == ""
    assert keyed({"keys": Count(4)}) == ""
    assert keyed({"keys": Secret("12")}) == "12"
