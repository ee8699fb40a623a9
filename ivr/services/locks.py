"""Failed verifications, and the locks that follow from them (SEC-04).

Failures count per person and per caller, over a day; three different numbers that failed within an hour lock
the caller. A number that this caller has verified since is not one of the three, so a family that mistypes
before getting each parent right is never locked (decisions 17); nothing else resets a count.
"""

import statistics
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select, update
from sqlalchemy.orm import Session

from ivr.services.alarms import raise_alarm
from ivr.services.context import Context
from ivr.store.inserting import insert
from ivr.store.tables import Failure, Lock, Message, Person

Scope = Literal["person", "caller"]

# How failures are recorded that do not count everywhere:
LOCKED = "locked"  # not for the person: nothing was compared, and a lock must not prolong itself
UNHEARD = "unheard"  # for nobody: the caller was locked, or the call's tries were used up
FORGIVEN = "forgiven"  # not as one of three different numbers: the caller has verified it since

_NOTHING = 0  # no row has it
_FEW = 20  # failures an hour that are no alarm on the quietest hotline


@dataclass(frozen=True, slots=True)
class Failures:
    """How often this person and this caller failed before, and with how many other numbers."""

    of_person: int
    of_caller: int
    other_numbers: int


def locked(context: Context, subjects: Collection[str]) -> frozenset[str]:
    """Return what is locked now of "person" and "caller"; subjects are the hashes of one person's number."""
    scopes = context.session.scalars(
        select(Lock.scope).where(
            Lock.until > context.now,
            or_(
                and_(Lock.scope == "person", Lock.subject_hash.in_(subjects)),
                and_(Lock.scope == "caller", Lock.subject_hash == context.party.caller_hash),
            ),
        )
    )
    return frozenset(scopes)


def failures(context: Context, subjects: Collection[str]) -> Failures:
    """Return what failed before now, in one statement whatever there is."""
    limits, now = context.hotline.limits, context.now
    person = Failure.number_hash.in_(subjects)
    caller = Failure.caller_hash == context.party.caller_hash
    day = now - timedelta(hours=max(limits.person_lock_hours, limits.caller_lock_hours))
    row = context.session.execute(
        select(
            _count(person, Failure.method != LOCKED, _since(now, limits.person_lock_hours)),
            _count(caller, _since(now, limits.caller_lock_hours)),
            _count_numbers(
                caller, ~person, Failure.method != FORGIVEN, _since(now, limits.caller_failed_numbers_hours)
            ),
        ).where(or_(person, caller), Failure.method != UNHEARD, Failure.at > day)
    ).one()
    return Failures(*row)


def fail(context: Context, subject: str, method: str, before: Failures, person: Person | None) -> None:
    """Record a failure and set the locks it leads to."""
    context.session.add(
        Failure(number_hash=subject, caller_hash=context.party.caller_hash, method=method, at=context.now)
    )
    context.session.flush()
    if method == UNHEARD:
        return
    limits = context.hotline.limits
    if method != LOCKED and before.of_person + 1 >= limits.person_failures:
        _lock(context, "person", subject, limits.person_lock_hours, "failures")
        _warn(context, person)
    if before.other_numbers + 1 >= limits.caller_failed_numbers:
        _lock(context, "caller", context.party.caller_hash, limits.caller_lock_hours, "different_numbers")
        raise_alarm(
            context.session, context.now, "different_numbers", "one caller failed with several numbers"
        )
    elif before.of_caller + 1 >= limits.caller_failures:
        _lock(context, "caller", context.party.caller_hash, limits.caller_lock_hours, "failures")


def forgive(context: Context, subjects: Collection[str]) -> None:
    """Let what this caller mistyped of a number verified now not count as a failed number."""
    context.session.execute(
        update(Failure)
        .where(
            Failure.number_hash.in_(subjects),
            Failure.caller_hash == context.party.caller_hash,
            Failure.method.not_in((LOCKED, UNHEARD)),
            _since(context.now, context.hotline.limits.caller_failed_numbers_hours),
        )
        .values(method=FORGIVEN)
        .execution_options(synchronize_session=False)
    )


def watch_failure_rate(session: Session, now: datetime) -> bool:
    """Raise an alarm where the last hour saw more than three times the failures of the median hour of a week.

    The worker calls it every few minutes.
    """
    times = session.scalars(select(Failure.at).where(Failure.at > now - timedelta(days=7), Failure.at <= now))
    hours = Counter((now - at) // timedelta(hours=1) for at in times)
    usual = statistics.median(hours[hour] for hour in range(1, 7 * 24))
    if hours[0] <= max(3 * usual, _FEW):
        return False
    raise_alarm(
        session, now, "failure_rate", f"{hours[0]} failed verifications in an hour, usually {usual:g}"
    )
    return True


def _since(now: datetime, hours: int) -> ColumnElement[bool]:
    return Failure.at > now - timedelta(hours=hours)


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((and_(*conditions), Failure.id)))


def _count_numbers(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(distinct(case((and_(*conditions), Failure.number_hash))))


def _lock(context: Context, scope: Scope, subject: str, hours: int, reason: str) -> None:
    columns = {"until": context.now + timedelta(hours=hours), "reason": reason}
    context.session.execute(
        insert(context.session, Lock)
        .values({"scope": scope, "subject_hash": subject} | columns)
        .on_conflict_do_update(index_elements=["scope", "subject_hash"], set_=columns)
    )


def _warn(context: Context, person: Person | None) -> None:
    """Tell the registered mobile that somebody failed too often; the caller hears nothing of it."""
    if person is None or person.mobile_sealed is None:
        context.session.execute(select(Message.id).where(Message.id == _NOTHING))  # costs what a text costs
    else:
        context.outbox.write(
            context.session,
            template="SMS09_locked",
            values={},
            mobile=context.vault.open(person.mobile_sealed, "people.mobile"),
            kind="warning",
            business_key=f"locked/{person.id}/{context.now:%Y%m%dT%H%M%S}",
            now=context.now,
        )
