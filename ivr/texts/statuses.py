"""What the provider tells of a text it took: repeated, out of order, sometimes before its own answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ivr.store.tables import Message
from ivr.texts.failures import ONCE_MORE, OPERATORS
from ivr.texts.reports import alarm, receipt_ticket
from ivr.texts.rows import STRAY, Attempt, final, insert_once, move, of_attempt

_ONCE_MORE_AFTER = timedelta(minutes=15)
_REFERENCE = re.compile(r"(\d{1,18})-(\d{1,9})", re.ASCII)
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Meaning:
    """The state a status stands for, and its rank: a text never goes back to a lower one."""

    state: str
    rank: int


# Twilio's statuses; `receiving` and `received` are of texts to us.
STATUSES: Mapping[str, Meaning] = {
    "accepted": Meaning("accepted", 0),
    "scheduled": Meaning("accepted", 0),
    "queued": Meaning("accepted", 1),
    "sending": Meaning("accepted", 2),
    "sent": Meaning("sent", 3),
    "delivered": Meaning("delivered", 4),
    "partially_delivered": Meaning("delivered", 4),
    "undelivered": Meaning("undelivered", 4),
    "failed": Meaning("failed", 4),
    "canceled": Meaning("canceled", 4),
    "read": Meaning("read", 5),
}
_FINAL_RANK = 4
_NOT_DELIVERED = ("undelivered", "failed", "canceled")


def record_status(
    session: Session, provider_id: str, status: str, error: str, now: datetime, reference: str = ""
) -> None:
    """Write down one status callback; never an error, whatever its order, repetition or unknown id.

    `error` is the provider's code or nothing. `reference` is what the callback's address carries under that
    name: the try this belongs to, should we never have learned the id. A status of an id that nobody knows is
    kept for a day, in case it belongs to a text that is being sent this very moment.
    """
    meaning = STATUSES.get(status)
    if meaning is None or not 0 < len(provider_id) <= _LONGEST_ID:
        return
    if _advance(session, provider_id, meaning, error, now):
        return
    if _bind(session, reference, provider_id) or not _keep(session, provider_id, meaning, error, now):
        _advance(session, provider_id, meaning, error, now)


def accept(session: Session, attempt: Attempt, provider_id: str, status: str, now: datetime) -> None:
    """Write down that the provider took the text, and what it may already have told of it.

    IntegrityError if a callback is keeping a status of this id just now: once more will do.
    """
    strays = session.execute(
        delete(Message)
        .where(Message.provider_id == provider_id, Message.kind == STRAY)
        .returning(Message.state, Message.rank, Message.error)
        .execution_options(synchronize_session=False)
    ).all()
    move(session, of_attempt(attempt), state="accepted", provider_id=provider_id)
    _advance(session, provider_id, STATUSES.get(status, STATUSES["accepted"]), "", now)
    for state, rank, error in strays:
        _advance(session, provider_id, Meaning(state, rank), error, now)


def _advance(session: Session, provider_id: str, meaning: Meaning, error: str, now: datetime) -> bool:
    where = (Message.provider_id == provider_id, Message.rank < meaning.rank)
    if meaning.rank < _FINAL_RANK:
        return bool(move(session, where, state=meaning.state, rank=meaning.rank))
    if (
        meaning.state in _NOT_DELIVERED
        and error in ONCE_MORE
        and _sent_again(session, provider_id, error, now)
    ):
        return True
    moved = move(session, where, rank=meaning.rank, **final(meaning.state, error, now))
    if meaning.state in _NOT_DELIVERED:
        for lost in moved:
            why = f"{meaning.state} {error}"
            receipt_ticket(session, lost, why, now)
            if error in OPERATORS and lost.kind != STRAY:
                alarm(session, "text_settings", f"{lost.template}, text {lost.id}: {why}", now)
    return bool(moved)


def _sent_again(session: Session, provider_id: str, error: str, now: datetime) -> bool:
    """Put a receipt or a warning back for its one more try (SEC-21); a code is never sent twice."""
    where = (
        Message.provider_id == provider_id,
        Message.kind.in_(("receipt", "warning")),
        Message.attempts == 1,
        Message.body_sealed.is_not(None),  # neither final nor forgotten
    )
    due_at = now + _ONCE_MORE_AFTER
    again = move(session, where, state="waiting", rank=0, provider_id=None, error=error, due_at=due_at)
    return bool(again)


def _bind(session: Session, reference: str, provider_id: str) -> bool:
    parts = _REFERENCE.fullmatch(reference)
    if parts is None:
        return False
    attempt = Attempt(int(parts[1]), int(parts[2]))
    return bool(move(session, of_attempt(attempt), state="accepted", provider_id=provider_id))


def _keep(session: Session, provider_id: str, meaning: Meaning, error: str, now: datetime) -> bool:
    """Keep a status of an unknown id; False if the id is known after all, perhaps since an instant."""
    return insert_once(
        session,
        business_key=f"{STRAY}/{provider_id}",
        template="",
        kind=STRAY,
        mobile_hash="",
        segments=0,
        state=meaning.state,
        rank=meaning.rank,
        error=error[:80],
        provider_id=provider_id,
        created_at=now,
        due_at=now,
    )
