"""What the writers of people, ledger and bindings share: keys, clock, one transaction, and who is who."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.services.context import CHINA
from ivr.services.pin_hasher import PinHasher
from ivr.store.sealed import Vault
from ivr.store.tables import Account, Person
from ivr.tools.seen import Seen


@dataclass(frozen=True, slots=True)
class Importing:
    """What an import needs of the hotline. `mobiles` may be sent texts; `now` is the time of the import."""

    vault: Vault = field(repr=False)
    pins: PinHasher = field(repr=False)
    mobiles: re.Pattern[str]
    now: datetime

    @property
    def today(self) -> date:
        """Return the day it is in China."""
        return self.now.astimezone(CHINA).date()


@dataclass(frozen=True, slots=True)
class Work:
    """One import under way."""

    session: Session
    tools: Importing
    seen: Seen


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody in the database."""

    id: int
    has_account: bool


def known_people(work: Work, numbers: Iterable[str]) -> Mapping[str, Known]:
    """Return who has these identity numbers, under whichever key their hash was written."""
    hashes = hashes_of(work, numbers)
    rows = work.session.execute(
        select(Person.number_hash, Person.id, Account.person_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.number_hash.in_(list(hashes)))
    ).all()
    return {hashes[number_hash]: Known(key, account is not None) for number_hash, key, account in rows}


def hashes_of(work: Work, numbers: Iterable[str]) -> dict[str, str]:
    """Return the identity numbers by each hash they may stand under."""
    return {hashed: number for number in set(numbers) for hashed in work.tools.vault.hashes(number, "number")}
