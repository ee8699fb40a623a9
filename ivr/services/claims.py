"""Who a conversation claims to be, and whether that was verified: the row that services believe.

The menus' own idea of the assurance is not asked here. A claim is made with a keyed hash; only a verification
puts a person beside it, and for ten minutes at most (SEC-05).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import exists, or_, select

from ivr.services import people
from ivr.services.context import Context
from ivr.store.inserting import insert
from ivr.store.tables import Claim, Lock, Person

Method = Literal["pin", "code", "reply", "desk"]

_PLACE = "claims.kept"
_NOT_SERVED = frozenset({"deceased", "frozen"})


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """What a claim keeps sealed for its next entries; the repr shows nothing of it.

    `hashes` are the claimed number's under every key: the person may still stand under an older one.
    """

    keys: str = ""
    first_pin: str = ""
    hashes: tuple[str, ...] = ()


def claim(context: Context) -> Claim | None:
    """Return the claim of this conversation as it stands in the database; None where none was made."""
    return context.session.get(Claim, context.party.conversation_id, populate_existing=True)


def note(context: Context, text: str, kind: Literal["number", "card"]) -> None:
    """Claim to be whoever has this number; nobody is looked up, and an earlier verification is over.

    The failures of this conversation stay: three tries a call are three whoever they were for.
    """
    hashes = context.vault.hashes(text, kind)
    kept = _sealed(context, Kept(hashes=tuple(hashes)))
    _write(context, number_hash=hashes[0], person_id=None, verified_at=None, method="", kept_sealed=kept)


def kept(context: Context, claimed: Claim | None) -> Kept:
    """Return what the claim keeps; empty where it keeps nothing or nothing was claimed."""
    if claimed is None or claimed.kept_sealed is None:
        return Kept()
    data = json.loads(context.vault.open(claimed.kept_sealed, _PLACE))
    return Kept(data["keys"], data["first_pin"], tuple(data["hashes"]))


def keep(context: Context, what: Kept) -> None:
    """Keep this and nothing else."""
    _write(context, kept_sealed=_sealed(context, what))


def verify(context: Context, person: Person, method: Method) -> None:
    """Put the person beside the claim, from now on."""
    _write(
        context,
        number_hash=person.number_hash,
        person_id=person.id,
        verified_at=context.now,
        method=method,
        kept_sealed=None,
    )


def void(context: Context) -> None:
    """End the verification, as after a talk with a person at the desk (SEC-05)."""
    _write(context, person_id=None, verified_at=None, method="")


def assurance(context: Context) -> int:
    """Return what this conversation may hear now: 0, 1 (a number was claimed) or 2 (verified and served)."""
    if verified_person(context) is not None:
        return 2
    claimed = claim(context)
    return 0 if claimed is None or claimed.number_hash is None else 1


def verified_person(context: Context) -> Person | None:
    """Return who was verified in this conversation, at most ten minutes ago, and may be served now."""
    since = context.now - timedelta(minutes=context.hotline.limits.verified_minutes)
    lock = exists().where(
        Lock.scope == "person", Lock.subject_hash == Person.number_hash, Lock.until > context.now
    )
    person = context.session.scalar(
        select(Person)
        .join(Claim, Claim.person_id == Person.id)
        .where(Claim.conversation_id == context.party.conversation_id, Claim.verified_at >= since, ~lock)
        .execution_options(populate_existing=True)
    )
    return person if person is not None and served(context, person) else None


def claimed_person(context: Context, hashes: Collection[str]) -> Person | None:
    """Return whose number or card has one of these hashes; locked, so that of two tries one waits."""
    return context.session.scalars(
        select(Person)
        .where(or_(Person.number_hash.in_(hashes), Person.card_hash.in_(hashes)))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()


def served(context: Context, person: Person) -> bool:
    """Return whether the person may serve themselves: not dead, frozen or too young (SEC-07)."""
    if person.status in _NOT_SERVED:
        return False
    age = people.age(context, person)
    return age is not None and age >= context.hotline.limits.minimum_age


def _write(context: Context, **columns: Any) -> None:
    row: dict[str, Any] = {"conversation_id": context.party.conversation_id, "method": "", "failures": 0}
    context.session.execute(
        insert(context.session, Claim)
        .values(row | columns)
        .on_conflict_do_update(index_elements=["conversation_id"], set_=columns)
    )


def _sealed(context: Context, what: Kept) -> bytes:
    data = {"keys": what.keys, "first_pin": what.first_pin, "hashes": what.hashes}
    return context.vault.seal(json.dumps(data), _PLACE)
