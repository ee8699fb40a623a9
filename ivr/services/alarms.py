"""Alarms that may come in crowds: one of a kind in ten minutes is enough to make somebody look."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.store.tables import Alarm
from ivr.texts.reports import alarm

_QUIET = timedelta(minutes=10)


def raise_alarm(session: Session, now: datetime, kind: str, detail: str) -> None:
    """Raise an alarm unless one of its kind is less than ten minutes old; `detail` names nobody."""
    last = session.scalar(select(Alarm.id).where(Alarm.kind == kind, Alarm.at > now - _QUIET).limit(1))
    if last is None:
        alarm(session, kind, detail, now)
        session.flush()
