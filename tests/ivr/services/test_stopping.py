"""Not now, not me, and somebody makes me: cancelling, locking, tickets."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from region_samples import BY_PHONE
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.services import acts
from ivr.store.tables import Act, Binding, BindingEvent, Code, Person, Ticket
from menus.events import Told
from menus.values import Reference

Make = Callable[..., Any]
SHARED = "+8610000000011"


@pytest.fixture
def authoriser(person: Make) -> Person:
    found: Person = person(mobile=SHARED, region=BY_PHONE, balance=102251)
    return found


@pytest.fixture
def binding(authoriser: Person, person: Make, bind: Make) -> Binding:
    found: Binding = bind(authoriser, person(mobile=None))
    return found


@pytest.fixture
def asked(authoriser: Person, binding: Binding, verified: Make) -> Any:
    """Return the line on which the authoriser has asked to unbind and got a code."""
    line = verified(authoriser)
    assert line.ask("unbinding.request", binding=Reference(binding.id)).outcome == "sent"
    return line


def states(session: Session) -> list[str]:
    return [act.state for act in session.scalars(select(Act).order_by(Act.id))]


def tickets(session: Session) -> list[tuple[str, int | None, str]]:
    return [(ticket.kind, ticket.person_id, ticket.note) for ticket in session.scalars(select(Ticket))]


# --- not now


def test_not_now_cancels_and_the_code_is_worth_nothing(asked: Any, session: Session, texts: Make) -> None:
    code = texts()[-1].code
    assert asked.ask("unbinding.cancel") == Told("cancelled")
    assert asked.ask("unbinding.cancel") == Told("none")
    assert asked.ask("unbinding.confirm", code) == Told("none")
    assert states(session) == ["cancelled"]
    assert session.scalars(select(Code.state)).all() == ["revoked"]
    assert session.scalars(select(BindingEvent.what).order_by(BindingEvent.id)).all() == [
        "requested",
        "cancelled",
    ]


def test_who_is_no_longer_verified_can_still_stop_what_this_call_began(
    asked: Any, clock: Any, session: Session
) -> None:
    clock.forward(minutes=10, seconds=1)
    assert asked.ask("unbinding.cancel") == Told("cancelled")
    assert states(session) == ["cancelled"]


def test_a_verified_person_stops_what_another_call_began(
    asked: Any, authoriser: Person, verified: Make
) -> None:
    assert verified(authoriser).ask("unbinding.cancel") == Told("cancelled")
    assert asked.ask("unbinding.cancel") == Told("none")


@pytest.mark.usefixtures("asked")
def test_strangers_stop_nothing(line: Make, verified: Make, person: Make, session: Session) -> None:
    assert line().ask("unbinding.cancel") == Told("none")
    assert verified(person()).ask("unbinding.cancel") == Told("none")
    for caller in ("+8610000000099", ""):
        assert line(channel="text", caller=caller).ask("unbinding.cancel") == Told("none")
        assert line(channel="text", caller=caller).ask("unbinding.not_me") == Told("none")
    assert states(session) == ["requested"]


@pytest.mark.usefixtures("asked")
def test_zero_by_text_cancels_the_act_of_that_mobile(line: Make, session: Session) -> None:
    assert line(channel="text", caller=SHARED).ask("unbinding.cancel") == Told("cancelled")
    assert states(session) == ["cancelled"]


# --- not me


@pytest.mark.usefixtures("asked")
def test_sec_20_not_me_cancels_locks_and_opens_a_ticket(
    authoriser: Person, line: Make, session: Session, clock: Any
) -> None:
    text = line(channel="text", caller=SHARED)
    assert [text.ask("unbinding.not_me") for _ in range(2)] == [Told("locked")] * 2
    assert states(session) == ["cancelled"]
    assert authoriser.unbinding_locked_until == clock.now + timedelta(hours=24)
    assert tickets(session) == [("not_me", authoriser.id, "somebody else asked to unbind")]


def test_a_lock_ends_after_a_day_and_is_not_shortened(
    asked: Any, authoriser: Person, verified: Make, session: Session, clock: Any
) -> None:
    asked.ask("unbinding.not_me")
    clock.forward(hours=24, seconds=-1)
    assert verified(authoriser).ask("unbinding.choices") == Told("locked")
    clock.forward(seconds=1)
    assert verified(authoriser).ask("unbinding.choices").outcome == "ok"
    longer = clock.now + timedelta(days=9)
    authoriser.unbinding_locked_until = longer
    session.flush()
    verified(authoriser).ask("unbinding.not_me")
    assert authoriser.unbinding_locked_until == longer


def test_not_me_without_an_act_locks_whoever_registered_the_mobile(
    authoriser: Person, person: Make, line: Make, session: Session
) -> None:
    child, stranger = person(mobile=SHARED), person(mobile="+8610000000099")
    assert line(channel="text", caller=SHARED).ask("unbinding.not_me") == Told("locked")
    assert authoriser.unbinding_locked_until is not None
    assert child.unbinding_locked_until is not None
    assert stranger.unbinding_locked_until is None
    assert sorted(str(who) for _, who, _ in tickets(session)) == sorted([str(authoriser.id), str(child.id)])


@pytest.mark.usefixtures("asked")
def test_not_me_about_an_act_leaves_others_of_the_mobile_alone(
    authoriser: Person, person: Make, line: Make
) -> None:
    child = person(mobile=SHARED)
    line(channel="text", caller=SHARED).ask("unbinding.not_me")
    assert authoriser.unbinding_locked_until is not None
    assert child.unbinding_locked_until is None


def test_by_phone_only_a_verified_caller_is_not_me(
    authoriser: Person, line: Make, verified: Make, session: Session
) -> None:
    assert line(caller=SHARED).ask("unbinding.not_me") == Told("none")
    assert verified(authoriser).ask("unbinding.not_me") == Told("locked")
    assert tickets(session) == [("not_me", authoriser.id, "somebody else asked to unbind")]


# --- somebody makes me


def test_sec_41_coercion_cancels_locks_and_opens_a_fraud_ticket(
    asked: Any, authoriser: Person, session: Session
) -> None:
    assert asked.ask("unbinding.report_coercion") == Told("reported")
    assert states(session) == ["cancelled"]
    assert authoriser.unbinding_locked_until is not None
    assert tickets(session) == [("fraud", authoriser.id, "may be made to unbind")]


def test_coercion_told_by_nobody_we_know_is_a_ticket_all_the_same(line: Make, session: Session) -> None:
    assert line().ask("unbinding.report_coercion") == Told("reported")
    assert tickets(session) == [("fraud", None, "may be made to unbind")]


# --- the state machine itself


def test_an_act_goes_only_where_its_table_says(asked: Any, session: Session) -> None:
    act = session.scalars(select(Act)).one()
    context = asked.context(like=asked.like)
    for before, after in (("requested", "confirmed"), ("confirmed", "requested"), ("unknown", "cancelled")):
        with pytest.raises(ValueError, match="no act goes from"):
            acts.move(context, act, before, after)  # type: ignore[arg-type]
    assert acts.move(context, act, "unknown", "confirmed") is False
    assert states(session) == ["requested"]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("minutes", "seconds", "expired"), [(20, 0, 0), (20, 1, 1)])
def test_the_worker_expires_what_no_call_can_still_confirm(
    session: Session, clock: Any, minutes: int, seconds: int, expired: int
) -> None:
    now = clock.forward(minutes=minutes, seconds=seconds)
    assert acts.expire_overdue(session, now, timedelta(minutes=15)) == expired
    session.expire_all()
    assert states(session) == ["expired" if expired else "requested"]
