"""What a provider knows of its dealings with us, and what the database holds of them."""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

from demo_town import Town
from door_laws import HANG_UP
from knocking import Knock
from sqlalchemy import text

from ivr.channels.phone.document import Document
from ivr.channels.phone.verbs import Gather
from ivr.store.engine import reading

_STANDING = text(
    """
    SELECT c.open, claims.person_id, claims.method,
           count(*) AS turns, min(number) AS first, max(number) AS last
    FROM conversations AS c
    JOIN turns ON turns.conversation_id = c.id
    LEFT JOIN claims ON claims.conversation_id = c.id
    WHERE c.id = (SELECT max(id) FROM conversations WHERE key = :key)
    GROUP BY c.id, c.open, claims.person_id, claims.method
    """
)


LAST, NO_TURN = 0, -1
"""What is asked for where no turn is named, and where something is that cannot be one."""


@dataclass
class Call:
    """What the provider knows of one call. `settled` are answers by the number of their turn."""

    sid: str
    caller: str = "+8613800138000"
    called: str = "+867710000000"
    shown: set[str] = field(default_factory=set)
    settled: dict[int, bytes] = field(default_factory=dict)
    turns: int = 0
    over: bool = False
    document: Document | None = None
    keys: str = ""
    entered: set[str] = field(default_factory=set)
    verified: set[int] = field(default_factory=set)
    knocks: list[Knock] = field(default_factory=list)
    last_at: datetime | None = None

    @property
    def gather(self) -> Gather | None:
        found = [verb for verb in self.document.verbs if isinstance(verb, Gather)] if self.document else []
        return found[0] if found else None

    def expected(self, number: int, begins: bool) -> bytes | None:
        """Return what a request for this turn must be answered, None if that is a turn still to be taken."""
        if number in self.settled:
            return self.settled[number]
        if not self.turns:
            return None if begins else HANG_UP
        if self.over:
            # Behind a stream the last turn is asked for: a goodbye, unless the caller hung up.
            return self.settled.get(self.turns, HANG_UP) if number == LAST else HANG_UP
        return None if number == self.turns + 1 else self.settled[self.turns]


@dataclass
class Correspondence:
    """What the provider knows of the texts between two numbers; answers by the id of their text."""

    mobile: str
    to: str
    settled: dict[str, bytes] = field(default_factory=dict)
    written: str = ""
    verified: set[int] = field(default_factory=set)
    knocks: list[Knock] = field(default_factory=list)


@dataclass(frozen=True)
class Standing:
    """What the database holds of the newest conversation under a key."""

    open: bool
    turns: int
    person: int | None
    method: str


def standing_of(town: Town, key: str) -> Standing | None:
    """Return how the newest conversation under a key stands; None if there never was one."""
    hashed = town.built.vault.hash(key, "conversation")
    with reading(town.built.engine).connect() as connection:
        row = connection.execute(_STANDING, {"key": hashed}).first()
    if row is None:
        return None
    assert (row.first, row.last) == (1, row.turns), "turns are numbered without gaps"
    return Standing(bool(row.open), row.turns, row.person_id, row.method or "")


class Watch:
    """Says something else after every change to the database."""

    def __init__(self, town: Town) -> None:
        url = town.built.engine.url
        self._town = town
        self._file = sqlite3.connect(str(url.database)) if url.drivername == "sqlite" else None

    def __call__(self) -> int:
        if self._file is None:
            return self._town.rows()
        return int(self._file.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
