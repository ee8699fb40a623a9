"""What a text that went wrong leaves for people: an alarm for operators, a ticket for a lost receipt."""

import logging
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.store.tables import Alarm, Person, Ticket

_log = logging.getLogger(__name__)


class Lost(NamedTuple):
    """A text that was not delivered, or nobody knows: what may be told of it."""

    id: int
    kind: str
    template: str
    mobile_hash: str


def alarm(session: Session, kind: str, detail: str, now: datetime) -> None:
    """Raise an alarm: a row and a log line. The detail names nobody and has at most 200 characters."""
    session.add(Alarm(kind=kind, detail=detail[:200], at=now))
    _log.warning("alarm %s: %s", kind, detail)


def receipt_ticket(session: Session, lost: Lost, why: str, now: datetime) -> None:
    """Open a ticket if the lost text was the receipt of an act: both sides must hear of it (SEC-21)."""
    if lost.kind != "receipt":
        return
    # One mobile may be registered for several people; then the desk finds out from the act.
    owners = session.scalars(select(Person.id).where(Person.mobile_hash == lost.mobile_hash).limit(2)).all()
    session.add(
        Ticket(
            kind="failed_receipt",
            person_id=owners[0] if len(owners) == 1 else None,
            note=f"{lost.template}, text {lost.id}: {why}"[:200],
            at=now,
        )
    )
