"""The outbox in SQL, equal on both databases: every step is one statement that names the state before it.

waiting -> sending -> accepted -> sent -> delivered -> read       what the provider tells
              |          |          `---> undelivered | failed | canceled
              |          `-> waiting      a receipt goes once more
              |-> waiting                 refused for the moment
              |-> failed                  refused for good
              `-> unknown -> accepted     perhaps sent: never sent again, perhaps the provider tells
waiting -> expired                        a code nobody can use any more
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.orm import Session

from ivr.store.inserting import insert
from ivr.store.tables import Caller, Message
from ivr.texts.reports import Lost

# The kind of keyed hash of a telephone number, be it a registered mobile's or a caller's.
MOBILE = "mobile"
# Places of what is sealed.
MOBILE_PLACE = "outbox.mobile"
BODY_PLACE = "outbox.body"

# Taken by a worker, and the provider has not answered, or did so when it was given up.
IN_FLIGHT = ("sending", "unknown")
# The kind of a row that only keeps a status of a text we do not know (yet).
STRAY = "status"


class Attempt(NamedTuple):
    """One try to send one text: a result that comes late must not be taken for that of a later try."""

    id: int
    number: int

    def __str__(self) -> str:
        return f"{self.id}-{self.number}"


class Taken(NamedTuple):
    """A text that this worker and no other is about to send; contents still sealed."""

    id: int
    attempts: int
    template: str
    mobile_sealed: bytes
    body_sealed: bytes
    created_at: datetime
    expires_at: datetime | None

    @property
    def attempt(self) -> Attempt:
        """Return which try this is."""
        return Attempt(self.id, self.attempts)


def take(session: Session, now: datetime) -> Taken | None:
    """Take the next due text; codes first, for somebody is waiting on the line.

    `due_at` becomes the time it was taken.
    """
    due = (
        select(Message.id)
        .where(
            Message.state == "waiting",
            Message.due_at <= now,
            or_(Message.expires_at.is_(None), Message.expires_at >= now),
        )
        .order_by(Message.kind != "code", Message.due_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite knows no such thing and needs none: it has one writer
        .scalar_subquery()
    )
    statement = (
        update(Message)
        .where(Message.id == due, Message.state == "waiting")  # named twice: nothing may be sent twice
        .values(state="sending", attempts=Message.attempts + 1, due_at=now)
        .returning(*(getattr(Message, column) for column in Taken._fields))
        .execution_options(synchronize_session=False)
    )
    row = session.execute(statement).first()
    return Taken(*row) if row else None


def of_attempt(attempt: Attempt) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which the result of this try still counts."""
    return (
        Message.id == attempt.id,
        Message.attempts == attempt.number,
        Message.state.in_(IN_FLIGHT),
    )


def move(session: Session, where: Sequence[ColumnElement[bool]], **values: Any) -> list[Lost]:
    """Update the rows that are as named and return what may be told of each: none if another was faster."""
    statement = (
        update(Message)
        .where(*where)
        .values(**values)
        .returning(Message.id, Message.kind, Message.template, Message.mobile_hash)
        .execution_options(synchronize_session=False)
    )
    return [Lost(*row) for row in session.execute(statement)]


def final(state: str, error: str, now: datetime) -> dict[str, Any]:
    """Return the columns of a text that is over: nobody needs the mobile and the body any more."""
    return {
        "state": state,
        "error": error[:80],
        "finished_at": now,
        "mobile_sealed": None,
        "body_sealed": None,
    }


def insert_once(session: Session, **row: Any) -> bool:
    """Insert a row of the outbox; False and nothing done if its business key or provider's id is there."""
    result = session.execute(insert(session, Message).values(row).on_conflict_do_nothing())
    return cast("CursorResult[Any]", result).rowcount == 1


def notices_are_off(session: Session, hashes: list[str]) -> bool:
    """Say whether the owner of the mobile with these hashes asked for no more notices."""
    wish = select(Caller.notices_off).where(Caller.caller_hash.in_(hashes), Caller.notices_off.is_(True))
    return session.scalar(wish.limit(1)) is not None


def stop_notices(session: Session, mobile_hash: str) -> None:
    """Remember that this mobile wants no notices; receipts, codes and warnings still go (decisions 25)."""
    row = {"caller_hash": mobile_hash, "notices_off": True}
    statement = insert(session, Caller).values(row)
    session.execute(
        statement.on_conflict_do_update(index_elements=["caller_hash"], set_={"notices_off": True})
    )
