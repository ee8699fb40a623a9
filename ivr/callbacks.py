"""Who wants to be called back, and what became of it: the work list of the people at the desk.

A call that reaches nobody is tried three times, each in another half day; then the request is closed and
keeps the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.callback_windows import windows
from ivr.desk_hours import DeskHours
from ivr.store.sealed import Vault
from ivr.store.tables import Person, Ticket
from menus.masking import masked_name, masked_phone

MOST_TRIES = 3
LONGEST_REASON = 200


class NoSuchRequest(LookupError):  # noqa: N818 - says what it is
    """There is no open request of this id; the sentence says so."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """One open request as its list shows it: number and name are masked, `name` is empty if unknown."""

    id: int
    number: str
    name: str
    asked_at: datetime
    begins: datetime | None
    ends: datetime | None
    tries: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a request that reached nobody: how often it was tried, and when the next try is."""

    tries: int
    is_open: bool
    begins: datetime | None
    ends: datetime | None


def waiting(session: Session, vault: Vault) -> Sequence[CallBack]:
    """Return every open request, those whose time comes first at the top; any time comes by its age."""
    rows = session.execute(
        select(Ticket, Person.name_sealed)
        .outerjoin(Person, Ticket.person_id == Person.id)
        .where(Ticket.kind == "call_back", Ticket.state == "open")
    ).all()
    found = [
        CallBack(
            ticket.id,
            masked_phone(_number(ticket, vault)),
            masked_name(vault.open(name, "people.name")) if name else "",
            ticket.at,
            ticket.window_begins,
            ticket.window_ends,
            ticket.tries,
        )
        for ticket, name in rows
    ]
    return sorted(found, key=lambda each: (each.begins or each.asked_at, each.id))


def number_of(session: Session, vault: Vault, request: int) -> str:
    """Return the whole number of an open request, E.164, to be dialled; NoSuchRequest if there is none."""
    return _number(_open(session, request), vault)


def done(session: Session, request: int, now: datetime) -> None:
    """Close a request: the caller was reached. NoSuchRequest if it is not open."""
    _close(_open(session, request), "done", now)
    session.flush()


def failed(session: Session, request: int, now: datetime, desk: DeskHours, reason: str = "") -> Tried:
    """Note that nobody was reached and why, and put the request into the next half day; NoSuchRequest.

    The third time closes it. `reason` is cut at 200 characters.
    """
    ticket = _open(session, request)
    ticket.tries += 1
    ticket.reason = reason[:LONGEST_REASON] or ticket.reason
    if ticket.tries >= MOST_TRIES:
        _close(ticket, "failed", now)
    else:
        later = next((each for each in windows(desk, now) if each.begins > now), None)
        ticket.window_begins = later.begins if later else None
        ticket.window_ends = later.ends if later else None
    session.flush()
    return Tried(ticket.tries, ticket.state == "open", ticket.window_begins, ticket.window_ends)


def _close(ticket: Ticket, state: str, now: datetime) -> None:
    ticket.state, ticket.finished_at = state, now


def _open(session: Session, request: int) -> Ticket:
    """Return an open request, locked: of two people who note something about it, one waits."""
    found = session.scalar(
        select(Ticket)
        .where(Ticket.id == request, Ticket.kind == "call_back", Ticket.state == "open")
        .with_for_update()
    )
    if found is None:
        raise NoSuchRequest(f"no call-back {request} is open; list them with: hotline callbacks")
    return found


def _number(ticket: Ticket, vault: Vault) -> str:
    return vault.open(ticket.caller_sealed, "tickets.caller") if ticket.caller_sealed else ""
