"""Reaching a person: now, later, or to report fraud."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.hotline import Hotline
from ivr.services import claims
from ivr.store.tables import Person, Ticket
from menus.events import Told
from menus.values import Moment, Word

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("hour", "minute", "outcome"),
    [(0, 59, "closed"), (1, 0, "open"), (3, 59, "open"), (4, 0, "closed"), (8, 59, "open"), (9, 0, "closed")],
)
def test_the_desk_is_open_in_its_hours_to_the_minute(
    line: Make, clock: Any, hour: int, minute: int, outcome: str
) -> None:
    clock.now = clock.now.replace(hour=hour, minute=minute)  # UTC: nine o'clock in China is one
    told = line().ask("desk.person")
    assert told.outcome == outcome
    if outcome == "closed":
        hours = told.values["hours"]
        assert isinstance(hours, Word)
        assert hours.spoken.startswith("周一到周五")


@pytest.mark.parametrize(
    ("day", "opens", "holiday"),
    [
        (datetime(2026, 10, 1, 2, tzinfo=UTC), Moment(datetime(2026, 10, 8, 1, tzinfo=UTC)), True),
        (datetime(2026, 10, 7, 12, tzinfo=UTC), Word("明天上午九点"), True),
        (datetime(2026, 10, 9, 12, tzinfo=UTC), Word("明天上午九点"), False),  # the 10th is made up
    ],
)
def test_where_a_holiday_makes_the_hours_untrue_the_next_opening_is_told(
    line: Make, clock: Any, day: datetime, opens: Any, holiday: bool
) -> None:
    clock.now = day
    told = line().ask("desk.person")
    assert told.outcome == "closed"
    assert told.values["opens"] == opens
    assert ("holiday" in told.values) is holiday


def test_a_desk_that_never_opens_is_unmanned(line: Make, rooms: dict[str, Any], hotline: Hotline) -> None:
    rooms["hotline"] = hotline.model_copy(update={"agent": hotline.agent.model_copy(update={"shifts": ()})})
    assert line().ask("desk.person") == Told("unmanned")


def test_without_a_number_nobody_can_be_put_through(
    line: Make, rooms: dict[str, Any], hotline: Hotline
) -> None:
    rooms["hotline"] = hotline.model_copy(update={"agent": hotline.agent.model_copy(update={"number": ""})})
    assert line().ask("desk.person") == Told("unmanned")


def locked(session: Session, owner: Person, now: Any) -> bool:
    session.refresh(owner)
    return owner.unbinding_locked_until == now + timedelta(hours=24)


def test_who_reports_fraud_verified_is_locked(
    verified: Make, person: Make, session: Session, clock: Any
) -> None:
    owner = person()
    assert verified(owner).ask("desk.report_fraud") == Told("noted")
    assert locked(session, owner, clock.now)
    (ticket,) = session.scalars(select(Ticket))
    assert (ticket.kind, ticket.person_id) == ("fraud", owner.id)


def test_who_only_keyed_a_number_in_is_locked_too(
    line: Make, person: Make, number: Make, session: Session, clock: Any
) -> None:
    owner = person(number=number())
    call = line()
    call.ask("identity.claim_number", number())
    assert call.ask("desk.report_fraud") == Told("noted")
    assert locked(session, owner, clock.now)


def test_a_number_that_is_nobodys_leaves_a_ticket_about_nobody(
    line: Make, number: Make, session: Session
) -> None:
    call = line(caller="")
    call.ask("identity.claim_number", number())
    assert call.ask("desk.report_fraud") == Told("noted")
    (ticket,) = session.scalars(select(Ticket))
    assert (ticket.person_id, ticket.caller_sealed) == (None, None)


def test_a_verification_that_is_over_still_says_who_it_was_about(
    verified: Make, person: Make, session: Session, clock: Any
) -> None:
    owner = person()
    call = verified(owner)
    clock.forward(minutes=11)
    call.ask("desk.report_fraud")
    assert locked(session, owner, clock.now)
    assert claims.verified_person(call.context(like=call.like)) is None
