"""What time does to texts: codes expire, sends that never ended are given up, contents are erased."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ivr.store.tables import Message
from ivr.texts.reports import alarm, receipt_ticket
from ivr.texts.rows import IN_FLIGHT, STRAY, final, move

# Longer than any send takes (ten seconds to connect, ten for the answer): only a worker that died leaves a
# text in the middle of it.
SEND_TAKES = timedelta(minutes=2)
# The provider itself gives up after ten hours; where a carrier sends no receipts, `sent` is the last we hear.
PROVIDER_TAKES = timedelta(hours=24)


def sweep(session: Session, now: datetime) -> None:
    """Bring every text to the state its time demands. Harmless to repeat and to run in several workers."""
    move(session, (Message.state == "waiting", Message.expires_at < now), **final("expired", "", now))
    for lost in move(
        session, (Message.state == "sending", Message.due_at < now - SEND_TAKES), state="unknown"
    ):
        receipt_ticket(session, lost, "perhaps sent: the worker stopped", now)
        alarm(session, "text_unknown", f"{lost.template}, text {lost.id}: the worker stopped", now)
    _settle(session, now)
    session.execute(delete(Message).where(Message.kind == STRAY, Message.created_at < now - PROVIDER_TAKES))


def _settle(session: Session, now: datetime) -> None:
    """Erase what the provider has not spoken of for a day; the state stays what it was."""
    where = (
        Message.state.in_((*IN_FLIGHT, "accepted", "sent")),
        Message.finished_at.is_(None),
        Message.due_at < now - PROVIDER_TAKES,
    )
    move(session, where, finished_at=now, mobile_sealed=None, body_sealed=None)
