"""Asking to be called back: on the number that called, in a half day in which somebody is there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.hotline import Hotline
from ivr.store.sealed import Vault
from ivr.store.tables import Ticket
from menus.events import Told
from menus.values import Digits, Items, Moment, Word

Make = Callable[..., Any]


def windows_of(told: Told) -> list[tuple[str, datetime, datetime]]:
    listed = told.values["windows"]
    assert isinstance(listed, Items)
    return [(each["window"].spoken, each["begins"].at, each["ends"].at) for each in listed.items]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("caller", "said"),
    [
        ("+8613800138000", "13800138000"),
        ("+867712800185", "07712800185"),
        ("+861065120000", "01065120000"),
    ],
)
def test_the_number_is_told_as_people_dial_it(line: Make, caller: str, said: str) -> None:
    assert line(caller=caller).ask("callbacks.number") == Told(
        "known", {"caller_number": Digits(said, "phone")}
    )


@pytest.mark.parametrize("caller", ["", "+85212345678", "+19005550100", "anonymous"])
def test_nobody_is_called_back_abroad_or_without_a_number(line: Make, session: Session, caller: str) -> None:
    call = line(caller=caller)
    assert call.ask("callbacks.number") == call.ask("desk.call_back") == Told("no_number")
    assert session.scalar(select(Ticket)) is None


def test_the_next_half_days_are_offered(line: Make, clock: Any) -> None:
    offered = windows_of(line().ask("callbacks.windows"))
    assert [name for name, _, _ in offered] == ["今天上午", "今天下午", "明天上午"]
    nine = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert offered[0][1:] == (nine, nine + timedelta(hours=3))
    assert offered[1][1:] == (nine + timedelta(hours=4), nine + timedelta(hours=8))


def test_where_nobody_says_when_they_are_there_no_time_is_offered(
    line: Make, rooms: dict[str, Any], hotline: Hotline
) -> None:
    rooms["hotline"] = hotline.model_copy(update={"agent": hotline.agent.model_copy(update={"shifts": ()})})
    assert line().ask("callbacks.windows") == Told("none")


def test_a_call_back_is_one_ticket_with_the_number_sealed(line: Make, session: Session, vault: Vault) -> None:
    call = line(caller="+867712800185")
    assert [call.ask("desk.call_back") for _ in range(2)] == [Told("noted")] * 2
    (ticket,) = session.scalars(select(Ticket))
    assert (ticket.kind, ticket.state, ticket.person_id) == ("call_back", "open", None)
    assert (ticket.window_begins, ticket.window_ends, ticket.tries, ticket.reason) == (None, None, 0, "")
    assert ticket.caller_sealed is not None
    assert b"2800185" not in ticket.caller_sealed
    assert vault.open(ticket.caller_sealed, "tickets.caller") == "+867712800185"


def test_who_asks_again_in_another_call_changes_the_time(line: Make, session: Session, clock: Any) -> None:
    begins, ends = clock.now, clock.now + timedelta(hours=3)
    line().ask("desk.call_back", begins=Moment(begins), ends=Moment(ends))
    later = {"begins": Moment(ends), "ends": Moment(ends + timedelta(hours=1))}
    assert line().ask("desk.call_back", **later) == Told("noted")
    (ticket,) = session.scalars(select(Ticket))
    assert (ticket.window_begins, ticket.window_ends) == (ends, ends + timedelta(hours=1))
    ticket.state = "done"
    session.flush()
    line().ask("desk.call_back")
    assert len(session.scalars(select(Ticket)).all()) == 2


def test_another_number_is_another_request(line: Make, session: Session) -> None:
    for caller in ("+8610000000001", "+8610000000002"):
        line(caller=caller).ask("desk.call_back")
    assert len(session.scalars(select(Ticket)).all()) == 2


def test_a_ticket_for_something_else_is_left_alone(line: Make, session: Session) -> None:
    call = line()
    call.ask("desk.report_fraud")
    call.ask("desk.call_back")
    assert sorted(ticket.kind for ticket in session.scalars(select(Ticket))) == ["call_back", "fraud"]


def test_who_is_verified_is_named_on_the_ticket(
    line: Make, verified: Make, person: Make, session: Session
) -> None:
    owner = person()
    line().ask("desk.call_back")
    verified(owner).ask("desk.call_back")
    (ticket,) = session.scalars(select(Ticket))
    assert ticket.person_id == owner.id


def test_what_is_no_time_counts_as_none(line: Make, session: Session) -> None:
    line().ask("desk.call_back", begins=Word("明天"))
    (ticket,) = session.scalars(select(Ticket))
    assert ticket.window_begins is None
