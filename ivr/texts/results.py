"""What becomes of a text that the provider did not take."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ivr.texts.failures import OPERATORS, OPTED_OUT
from ivr.texts.reports import alarm, receipt_ticket
from ivr.texts.rows import Attempt, Taken, final, move, of_attempt, stop_notices
from ivr.texts.senders import SendingFailed

_TRIED_FOR = timedelta(hours=24)
_LONGEST_PAUSE = 300.0


def backoff(attempt: Attempt) -> timedelta:
    """Return the pause after a refused try: 2, 4, 8 ... 300 seconds, a quarter more or less to part texts."""
    spread = 0.75 + attempt.id * 2654435761 % 1024 / 2048
    return timedelta(seconds=min(2.0 ** min(attempt.number, 16), _LONGEST_PAUSE) * spread)


def not_taken(session: Session, taken: Taken, failure: SendingFailed, now: datetime) -> None:
    """Write down a failed try: again later if the provider surely did nothing, in doubt never again."""
    if failure.kind == "unknown":
        _end(session, taken, now, {"state": "unknown", "error": failure.code[:80]}, "text_unknown")
    elif failure.kind == "permanent":
        kind = "text_settings" if failure.code in OPERATORS else ""
        _end(session, taken, now, final("failed", failure.code, now), kind)
    elif now < taken.created_at + _TRIED_FOR:
        due_at = now + backoff(taken.attempt)
        move(session, of_attempt(taken.attempt), state="waiting", due_at=due_at, error=failure.code[:80])
    else:
        _end(session, taken, now, final("failed", failure.code, now), "text_unsent")


def _end(session: Session, taken: Taken, now: datetime, values: dict[str, object], alarm_kind: str) -> None:
    for lost in move(session, of_attempt(taken.attempt), **values):
        why = f"{values['state']} {values['error']}"
        receipt_ticket(session, lost, why, now)
        if values["error"] == OPTED_OUT:
            stop_notices(session, lost.mobile_hash)
        if alarm_kind:
            alarm(session, alarm_kind, f"{lost.template}, text {lost.id}: {why}", now)
