"""Stopping: cancel what waits for confirmation, and keep anybody from unbinding for a day."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from ivr.services import acts, claims
from ivr.services.context import Context
from ivr.services.tickets import Kind, open_ticket
from ivr.store.tables import Act, Person


def cancel(context: Context) -> int:
    """Cancel whatever this call or this mobile could confirm, and return how many acts that were.

    It needs no verification: nobody can do harm by stopping.
    """
    return sum(acts.end(context, act, "cancelled") for act in _waiting(context))


def lock(context: Context, people: Sequence[Person], ticket: Kind, note: str) -> None:
    """Cancel the people's acts, lock their unbinding (24 h by configuration) and open a ticket for each."""
    until = context.now + timedelta(hours=context.hotline.limits.unbinding_lock_hours)
    for person in people:
        act = acts.requested(context, person)
        if act is not None:
            acts.end(context, act, "cancelled")
        person.unbinding_locked_until = max(until, person.unbinding_locked_until or until)
        open_ticket(context, ticket, person.id, note)
    context.session.flush()


def report_fraud(context: Context, note: str) -> None:
    """Open a fraud ticket, and lock whoever this conversation is about, verified or not.

    A stranger who knows a number can so lock its owner's unbinding for a day, and hears nothing from which to
    learn whether there is an owner. The other mistake would let a thief go on.
    """
    people = concerned(context) or _claimed(context)
    if people:
        lock(context, people, "fraud", note)
    else:
        open_ticket(context, "fraud", note=note)


def concerned(context: Context) -> Sequence[Person]:
    """Return for whom a warning speaks: whose acts wait here, else who is verified or owns this mobile."""
    waiting = [act.person_id for act in _waiting(context)]
    if waiting:
        return context.session.scalars(select(Person).where(Person.id.in_(waiting)).order_by(Person.id)).all()
    person = claims.verified_person(context)
    if person is not None:
        return [person]
    return _owners(context) if context.party.channel == "text" else []


def _claimed(context: Context) -> Sequence[Person]:
    claimed = claims.claim(context)
    if claimed is None or claimed.number_hash is None:
        return []
    hashes = claims.kept(context, claimed).hashes or (claimed.number_hash,)
    person = claims.claimed_person(context, hashes)
    return [] if person is None else [person]


def _waiting(context: Context) -> Sequence[Act]:
    if context.party.channel == "text":
        return acts.of_mobile(context)
    here = list(acts.of_conversation(context))
    person = claims.verified_person(context)
    elsewhere = None if person is None else acts.requested(context, person)
    return here if elsewhere is None or elsewhere in here else [*here, elsewhere]


def _owners(context: Context) -> Sequence[Person]:
    """Return the people who registered the mobile that writes to us."""
    if not context.party.caller:
        return []
    hashes = context.vault.hashes(context.party.caller, "mobile")
    return context.session.scalars(
        select(Person).where(Person.mobile_hash.in_(hashes)).order_by(Person.id)
    ).all()
