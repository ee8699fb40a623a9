"""How many codes may go out: per person, per mobile, per caller, and in all (SEC-14).

What was sent counts for persons, mobiles and all; what was asked for counts for callers, so that asking for
strangers has an end and nobody can use up a stranger's codes without a text reaching that stranger.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from ivr.services.alarms import raise_alarm
from ivr.services.context import Context
from ivr.store.tables import Code, CodeRequest, Person

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
# Codes that nobody enters are the mark of texts sent for the sender's profit: over 80 % of at least 50.
_ANSWER_WINDOW = timedelta(minutes=10)
_ENOUGH = 50
_TOO_MANY_UNANSWERED = 0.8


def within(context: Context, number_hash: str, person: Person | None, purpose: str) -> bool:
    """Return whether one more code may be sent; the same two statements whoever it is for."""
    requests = _requests_allow(context, number_hash, person.mobile_hash if person else None)
    codes = _codes_allow(context, person.id if person else 0, purpose)
    return requests and codes


def _requests_allow(context: Context, number_hash: str, mobile_hash: str | None) -> bool:
    limits, day = context.hotline.limits, context.now - _DAY
    sent = CodeRequest.sent.is_(True)
    of_person, of_mobile, of_caller, in_minute, in_day = context.session.execute(
        select(
            _count(sent, CodeRequest.number_hash == number_hash),
            _count(sent, CodeRequest.mobile_hash == mobile_hash),
            _count(CodeRequest.caller_hash == context.party.caller_hash),
            _count(sent, CodeRequest.at > context.now - _MINUTE),
            _count(sent),
        ).where(CodeRequest.at > day)
    ).one()
    if in_minute >= limits.codes_per_minute or in_day >= limits.codes_per_day:
        raise_alarm(context.session, context.now, "codes_budget", f"{in_minute} a minute, {in_day} a day")
        return False
    return bool(
        of_person < limits.codes_per_person_day
        and of_mobile < limits.codes_per_mobile_day
        and of_caller < limits.codes_per_caller_day
    )


def _codes_allow(context: Context, person_id: int, purpose: str) -> bool:
    """Look at the person's last code of the purpose, and at how many of all codes came back.

    The gap is per purpose: who has just been verified by a code must be able to unbind with another.
    """
    gap = timedelta(seconds=context.hotline.limits.code_gap_seconds)
    ended = and_(Code.expires_at > context.now - _ANSWER_WINDOW, Code.expires_at <= context.now)
    last = and_(Code.person_id == person_id, Code.purpose == purpose, Code.issued_at > context.now - gap)
    recent, over, answered = context.session.execute(
        select(_count_codes(last), _count_codes(ended), _count_codes(ended, Code.state == "used")).where(
            or_(last, ended)
        )
    ).one()
    if over >= _ENOUGH and over - answered > _TOO_MANY_UNANSWERED * over:
        raise_alarm(context.session, context.now, "codes_unanswered", f"{over - answered} of {over}")
        return False
    return bool(recent == 0)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(*conditions), CodeRequest.id)))


def _count_codes(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(*conditions), Code.id)))
