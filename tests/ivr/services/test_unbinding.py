"""Ending a sharing: who may, and what is asked for."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from family_sample import MINE, Family, act_of, events
from region_samples import COUNTER, NOT_BY_AUTHORISER
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.regions import Regions
from ivr.store.tables import (
    Act,
    Code,
)
from menus.events import Told
from menus.values import Count, Items, Name, Reference, Word

Make = Callable[..., Any]


# --- may this person?


def test_the_choices_are_the_persons_own_bindings(family: Family, person: Make, bind: Make) -> None:
    child = bind(family.authoriser, person(name="黄国"), "child", bound_on=date(2024, 1, 1))
    bind(person(), family.authoriser)  # somebody else's money: not the caller's to end in this version
    spouse = {"relation": Word("爱人"), "name": Name("陈*英"), "binding": Reference(family.binding.id)}
    younger = {"relation": Word("孩子"), "name": Name("黄*"), "binding": Reference(child.id)}
    told = family.line.ask("unbinding.choices")
    assert told == Told("ok", {"choices": Items((younger, spouse))})


def _without_bindings(family: Family, _now: Any) -> None:
    family.binding.state = "released"


def _disabled_soldier(family: Family, _now: Any) -> None:
    family.authoriser.region, family.authoriser.special_scheme = COUNTER, "disabled_soldier_1_6"


def _only_at_the_counter(family: Family, _now: Any) -> None:
    family.authoriser.region = COUNTER


def _not_the_authorisers_to_end(family: Family, _now: Any) -> None:
    family.authoriser.region = NOT_BY_AUTHORISER


def _locked(family: Family, now: Any) -> None:
    family.authoriser.unbinding_locked_until = now + timedelta(seconds=1)


def _without_mobile(family: Family, _now: Any) -> None:
    family.authoriser.mobile_sealed = family.authoriser.mobile_hash = None


def _new_mobile(family: Family, _now: Any) -> None:
    family.authoriser.mobile_registered_on = date(2026, 11, 17)


def _mobile_of_unknown_age(family: Family, _now: Any) -> None:
    family.authoriser.mobile_registered_on = None


REFUSED = [
    (_without_bindings, Told("none")),
    (_disabled_soldier, Told("disabled")),
    (_only_at_the_counter, Told("counter", {"region": Word("乙市")})),
    (_not_the_authorisers_to_end, Told("counter", {"region": Word("戊市")})),
    (_locked, Told("locked")),
    (_without_mobile, Told("no_phone")),
    (_new_mobile, Told("new_phone")),
    (_mobile_of_unknown_age, Told("new_phone")),
]


@pytest.mark.parametrize(("hinder", "told"), REFUSED)
def test_what_is_refused_in_the_choice_is_refused_in_the_request(
    family: Family, session: Session, clock: Any, hinder: Make, told: Told
) -> None:
    hinder(family, clock.now)
    session.flush()
    assert family.line.ask("unbinding.choices") == told
    assert family.request() == told
    assert session.scalar(select(Act)) is None
    assert family.texts() == []


def test_a_disabled_soldier_elsewhere_is_not_excluded(family: Family, session: Session) -> None:
    family.authoriser.special_scheme = "disabled_soldier_1_6"
    session.flush()
    assert family.line.ask("unbinding.choices").outcome == "ok"


@pytest.mark.parametrize("region", ["450100", "440300", "110000", "460000", "310000"])
def test_decisions_1_no_shipped_region_keeps_anybody_from_unbinding_by_phone(
    family: Family, rooms: dict[str, Any], session: Session, region: str
) -> None:
    rooms["regions"] = Regions.load(Path(__file__).parents[3] / "config" / "regions")
    family.authoriser.region = region
    session.flush()
    assert family.line.ask("unbinding.choices").outcome == "ok"


def test_a_lock_and_a_new_mobile_end_on_time(family: Family, session: Session, clock: Any) -> None:
    family.authoriser.unbinding_locked_until = clock.now
    family.authoriser.mobile_registered_on = date(2026, 11, 16)  # seven days ago
    session.flush()
    assert family.line.ask("unbinding.choices").outcome == "ok"


@pytest.mark.parametrize(
    "case",
    [
        (1, 0, "authoriser", "ok"),
        (2, 0, "authoriser", "often"),
        (2, 86399, "authoriser", "often"),
        (2, 86400, "authoriser", "ok"),
        (2, 0, "enrollment_change", "ok"),
    ],
)
def test_sec_42_a_third_release_in_a_day_goes_to_a_person(
    family: Family, person: Make, bind: Make, clock: Any, case: Any
) -> None:
    released, seconds, reason, outcome = case
    released_at = clock.now - timedelta(seconds=seconds)
    for _ in range(released):
        gone = bind(family.authoriser, person(), state="released", released_at=released_at)
        gone.release_reason = reason
    assert family.line.ask("unbinding.choices").outcome == outcome


# --- asking for it


def test_a_request_is_an_act_and_a_text_that_names_what_it_does(
    family: Family, session: Session, clock: Any
) -> None:
    assert family.request() == Told("sent", {"relation": Word("爱人"), "name": Name("陈*英")})
    act = act_of(session)
    assert (act.state, act.kind, act.person_id) == ("requested", "unbind", family.authoriser.id)
    assert act.binding_id == family.binding.id
    assert act.conversation_id == family.line.like.party.conversation_id
    assert act.expires_at == clock.now + timedelta(minutes=5)
    (text,) = family.texts()
    assert (text.template, text.mobile, text.kind) == ("SMS02_unbind_code", MINE, "code")
    assert "陈*英" in text.body
    (code,) = session.scalars(select(Code))
    assert (code.purpose, code.act_id, code.expires_at) == ("unbind", act.id, act.expires_at)
    assert family.binding.state == "active"
    assert events(session) == [("requested", "voice")]


def test_another_persons_binding_is_refused_however_it_is_forged(
    family: Family, person: Make, bind: Make, session: Session
) -> None:
    stranger, mother = person(), person()
    foreign = bind(stranger, mother)
    received = bind(stranger, family.authoriser)
    for binding in (foreign.id, received.id, 0, 999999):
        assert family.line.ask("unbinding.request", binding=Reference(binding)) == Told("none")
    assert family.line.ask("unbinding.request", binding=Count(family.binding.id)) == Told("none")
    assert family.line.ask("unbinding.request") == Told("none")
    assert session.scalar(select(Act)) is None


def test_a_text_names_the_binding_by_its_number_in_the_list(
    family: Family, person: Make, bind: Make, verified: Make, session: Session
) -> None:
    older = bind(family.authoriser, person(name="黄国"), "child", bound_on=date(2024, 1, 1))
    line = verified(family.authoriser, channel="text", caller=MINE)
    for number in (0, 3):
        assert line.ask("unbinding.request", number=Count(number)) == Told("none")
    told = line.ask("unbinding.request", number=Count(1))
    assert told.values["name"] == Name("黄*")
    assert act_of(session).binding_id == older.id
    assert events(session) == [("requested", "text")]


def test_a_second_act_waits_for_the_first(
    family: Family, person: Make, bind: Make, verified: Make, session: Session
) -> None:
    second = bind(family.authoriser, person())
    family.code()
    for line in (family.line, verified(family.authoriser)):
        assert line.ask("unbinding.choices") == Told("pending")
        assert line.ask("unbinding.request", binding=Reference(second.id)) == Told("pending")
    assert act_of(session).binding_id == family.binding.id


@pytest.mark.parametrize(("seconds", "outcome"), [(299, "pending"), (300, "pending"), (301, "sent")])
def test_an_act_nobody_confirmed_makes_room_for_another(
    family: Family, session: Session, clock: Any, seconds: int, outcome: str
) -> None:
    family.code()
    clock.forward(seconds=seconds)
    assert family.request().outcome == outcome
    states = [act.state for act in session.scalars(select(Act).order_by(Act.id))]
    assert states == (["expired", "requested"] if outcome == "sent" else ["requested"])


def test_too_many_codes_leave_no_act(family: Family, session: Session, clock: Any) -> None:
    family.code()
    assert family.line.ask("unbinding.cancel") == Told("cancelled")
    clock.forward(seconds=59)
    assert family.request() == Told("limit")
    states = [act.state for act in session.scalars(select(Act).order_by(Act.id))]
    assert states == ["cancelled", "cancelled"]
    clock.forward(seconds=1)
    assert family.request().outcome == "sent"
