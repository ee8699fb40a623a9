"""Acts: what a person asked to be done and must confirm, from request to end.

    requested -> unknown -> confirmed | refused
    requested -> cancelled | expired

An act is `unknown` from when it is handed to the keeper of the accounts until the keeper's verdict. Only one
call or text can hand it over: every step is an UPDATE that names the state before it (SEC-18). Whoever
touches a person's acts or codes locks the person first, so that two of them wait instead of deadlocking.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import CursorResult, Select, select, update
from sqlalchemy.orm import Session

from ivr.services.context import Context
from ivr.store.tables import Act, Binding, BindingEvent, Code, Person

State = Literal["requested", "unknown", "confirmed", "refused", "cancelled", "expired"]

STEPS: Mapping[State, frozenset[State]] = {
    "requested": frozenset({"unknown", "cancelled", "expired"}),
    "unknown": frozenset({"confirmed", "refused"}),
    "confirmed": frozenset(),
    "refused": frozenset(),
    "cancelled": frozenset(),
    "expired": frozenset(),
}


def move(context: Context, act: Act, before: State, after: State) -> bool:
    """Take an act one step further; False where another call or text was there first."""
    if after not in STEPS[before]:
        raise ValueError(f"no act goes from {before} to {after}")
    finished_at = None if after == "unknown" else context.now
    result = context.session.execute(
        update(Act)
        .where(Act.id == act.id, Act.state == before)
        .values(state=after, finished_at=finished_at)
        .execution_options(synchronize_session=False)
    )
    context.session.refresh(act)
    return cast("CursorResult[object]", result).rowcount == 1


def overdue(act: Act, now: datetime) -> bool:
    """Return whether the time to confirm is over; at its last instant it is not."""
    return now > act.expires_at


def requested(context: Context, person: Person) -> Act | None:
    """Return the act the person has not confirmed yet, overdue or not."""
    return context.session.scalar(_requested().where(Act.person_id == person.id))


def standing(context: Context, person: Person) -> bool:
    """Return whether a new act must wait: one can still be confirmed, or one has no verdict yet."""
    acts = context.session.scalars(
        select(Act)
        .where(Act.person_id == person.id, Act.state.in_(("requested", "unknown")))
        .execution_options(populate_existing=True)
    )
    return any(act.state == "unknown" or not overdue(act, context.now) for act in acts)


def of_conversation(context: Context) -> Sequence[Act]:
    """Return what was asked for in this conversation and not confirmed yet."""
    return context.session.scalars(
        _requested().where(Act.conversation_id == context.party.conversation_id)
    ).all()


def of_mobile(context: Context) -> Sequence[Act]:
    """Return the acts not confirmed yet whose code went to the number that writes to us (SEC-17)."""
    if not context.party.caller:
        return []
    hashes = context.vault.hashes(context.party.caller, "mobile")
    codes = select(Code.act_id).where(Code.purpose == "unbind", Code.mobile_hash.in_(hashes))
    return context.session.scalars(_requested().where(Act.id.in_(codes)).order_by(Act.person_id)).all()


def hold(context: Context, person_id: int) -> None:
    """Keep others from the person's acts until this transaction ends; SQLite has one writer anyway."""
    context.session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def begin(context: Context, person: Person, binding: Binding) -> Act | None:
    """Write down that the person wants to end the binding; None where another act still stands."""
    hold(context, person.id)
    if standing(context, person):
        return None
    stale = requested(context, person)
    if stale is not None:
        end(context, stale, "expired")
    act = Act(
        kind="unbind",
        person_id=person.id,
        binding_id=binding.id,
        requested_at=context.now,
        expires_at=_confirmable_until(context),
        conversation_id=context.party.conversation_id,
        idempotency_key=secrets.token_hex(16),
    )
    context.session.add(act)
    context.session.flush()
    note(context, act, "requested")
    return act


def prolong(context: Context, act: Act) -> None:
    """Let a new code be given back as long as the first one could."""
    context.session.execute(
        update(Act)
        .where(Act.id == act.id, Act.state == "requested")
        .values(expires_at=_confirmable_until(context))
        .execution_options(synchronize_session=False)
    )


def end(context: Context, act: Act, state: Literal["cancelled", "expired"]) -> bool:
    """End an act that was not confirmed, and make its code worthless."""
    hold(context, act.person_id)
    if not move(context, act, "requested", state):
        return False
    context.session.execute(
        update(Code)
        .where(Code.act_id == act.id, Code.state == "issued")
        .values(state="revoked")
        .execution_options(synchronize_session=False)
    )
    note(context, act, state)
    return True


def note(context: Context, act: Act, what: str) -> None:
    """Add to the history of the act's binding (SEC-45)."""
    context.session.add(
        BindingEvent(
            binding_id=act.binding_id, act_id=act.id, what=what, via=context.party.channel, at=context.now
        )
    )


def expire_overdue(session: Session, now: datetime, grace: timedelta) -> int:
    """Expire what nobody confirmed in time and return how many acts that were; the worker calls it.

    `grace` is the time in which a caller still on the line may ask for a new code: the longest call.
    """
    result = session.execute(
        update(Act)
        .where(Act.state == "requested", Act.expires_at < now - grace)
        .values(state="expired", finished_at=now)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[object]", result).rowcount


def _requested() -> Select[Act]:
    # What stands in memory may be older than what another call or text has written since.
    return select(Act).where(Act.state == "requested").execution_options(populate_existing=True)


def _confirmable_until(context: Context) -> datetime:
    return context.now + timedelta(minutes=context.hotline.limits.code_minutes)
