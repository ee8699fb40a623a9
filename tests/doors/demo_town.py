"""The demo hotline as it is shipped, with its demo people in it, on a database that is soon new again.

What nobody may hear of whom is read from the database itself once everybody has moved in.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from argon2 import PasswordHasher
from beeping import short_beeps
from house import CONFIG, START, House
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Session

from ivr.app import Assembly, shelf
from ivr.channels.shelf import Shelf
from ivr.conversation import Conversations
from ivr.hotline import allowed_mobiles
from ivr.services.pin_hasher import PinHasher
from ivr.settings import Settings
from ivr.store.sealed import Vault
from ivr.store.tables import (
    Account,
    Binding,
    LedgerEntry,
    MenusVersion,
    Person,
    StoredSecret,
    Table,
)
from ivr.tools.demo_people import fill_session
from ivr.tools.demo_persons import CALLERS
from ivr.tools.importing import Importing
from menus.identity_number import Fault, read
from speech.repertoire import Repertoire

FAMILY = "+8610000000015"
STRANGER = "+8610000000099"
_KEPT = {MenusVersion.__table__, StoredSecret.__table__}
CODE = re.compile(r"(?<![\d-])\d{6}(?![\d-])")


@dataclass(frozen=True)
class Resident:
    """Somebody who lives in the demo, and everything about them that others must not hear."""

    id: int
    name: str
    number: str
    mobile: str
    card: str
    pin: str
    may_verify: bool
    weak: bool
    amounts: frozenset[int]
    relatives: frozenset[int]

    @property
    def keys(self) -> tuple[str, ...]:
        """What one presses to claim to be them."""
        number = self.number.replace("X", "*")
        return (number, self.card + "#") if self.card else (number,)

    @property
    def masked(self) -> str:
        return f"{self.name[0]}*{self.name[-1]}" if len(self.name) > 2 else f"{self.name[0]}*"


class CountedHasher(PasswordHasher):
    """Argon2 at the price of a test, which counts how often it computed."""

    __slots__ = ("computed",)

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.computed = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.computed += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.computed += 1
        return super().verify(hash, password)


@dataclass
class Town(House):
    """The demo on one database; `prompts` is play or say.

    Who plays has a voice that beeps, and has rendered everything: how it sounds is no matter at the doors.
    """

    prompts: str = "say"

    @cached_property
    def settings(self) -> Settings:
        read: Settings = House.settings.func(self)  # type: ignore[attr-defined]
        return replace(read, prompts=self.prompts, config=CONFIG)  # type: ignore[arg-type]

    @cached_property
    def built(self) -> Assembly:
        """Everything real; only that a PIN costs thousands of times less to check."""
        built: Assembly = House.built.func(self)  # type: ignore[attr-defined]
        pins = PinHasher(built.consulting.pins.pepper, self.argon2)
        consulting = replace(built.consulting, pins=pins)
        talking = Conversations(
            built.engine, built.versions, consulting, built.clock, facts=lambda _now: ("demo",)
        )
        return replace(
            built, consulting=consulting, conversations=talking, repertoire=self._repertoire(built)
        )

    def _repertoire(self, built: Assembly) -> Repertoire | None:
        if self.prompts == "say":
            return None
        studio = short_beeps(self.folder / "sounds")
        studio.render(built.everything_said(built.newest_menus()))
        return Repertoire([studio])

    @cached_property
    def argon2(self) -> "CountedHasher":
        return CountedHasher()

    @cached_property
    def shelf(self) -> Shelf | None:
        return shelf(self.built)

    @cached_property
    def residents(self) -> Mapping[int, Resident]:
        """Everybody, by the row of people, as they move in."""
        self.anew()
        with self.session() as session:
            return {person.id: _resident(session, self.built.vault, person) for person in _people(session)}

    @cached_property
    def callers(self) -> tuple[Resident, ...]:
        """Whom one can call as, in the order of the table of the demo."""
        order = [person.identity_number for person in CALLERS.values()]
        found = [each for each in self.residents.values() if each.number in order]
        return tuple(sorted(found, key=lambda each: order.index(each.number)))

    def called(self, key: str) -> Resident:
        """Return who stands under a name among the demo people."""
        return next(each for each in self.callers if each.number == CALLERS[key].identity_number)

    @cached_property
    def nobodys_number(self) -> str:
        """An identity number that is well made and nobody's, here or anywhere."""
        taken = {each.number for each in self.residents.values()}
        made = ("45019919500101" + f"{sequence}" for sequence in (999, 998, 997, 996))
        today = START.date()
        whole = (stem + check for stem in made for check in "0123456789")
        return next(each for each in whole if each not in taken and not isinstance(read(each, today), Fault))

    def anew(self) -> None:
        """Make it the town in which nothing has happened yet."""
        self.clock.now = START
        self.texts.unlink(missing_ok=True)
        settled = self._settled
        with self.built.engine.begin() as connection:
            for table in reversed(Table.metadata.sorted_tables):
                if table not in _KEPT:
                    connection.execute(delete(table))
            for table, rows in settled:
                connection.execute(insert(table), rows)

    def sent_texts(self) -> list[dict[str, Any]]:
        """Every text that went out so far, the oldest first."""
        lines = self.texts.read_text("utf-8").splitlines() if self.texts.exists() else []
        return [json.loads(line) for line in lines]

    def rows(self) -> int:
        """How many rows there are of anything."""
        counts = [select(func.count()).select_from(table).scalar_subquery() for table in _TABLES]
        with self.built.engine.connect() as connection:
            return sum(connection.execute(select(*counts)).one())

    @cached_property
    def _settled(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        with self.built.sessions.begin() as session:
            for table in reversed(Table.metadata.sorted_tables):
                if table not in _KEPT:
                    session.execute(delete(table))
        mobiles = allowed_mobiles(self.built.hotline, self.settings)
        tools = Importing(self.built.vault, self.built.consulting.pins, mobiles, self.clock())
        with self.built.sessions.begin() as session:
            fill_session(session, tools, tools.today)
        with self.built.engine.connect() as connection:
            return list(_filled(connection))


_TABLES = Table.metadata.sorted_tables
# The town on "sqlite" or "postgresql" that speaks by "say" or "play".
MakeTown = Callable[[str, str], Town]


def codes_of(texts: list[dict[str, Any]]) -> Mapping[str, set[str]]:
    """Every code by the mobile it was texted to."""
    codes: dict[str, set[str]] = defaultdict(set)
    for each in texts:
        codes[each["to"]].update(CODE.findall(each["body"]))
    return codes


def plain(text: str) -> str:
    """A text in one width without what people put between digits."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


def _filled(connection: Connection) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    for table in Table.metadata.sorted_tables:
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        if rows and table not in _KEPT:
            yield table, rows


def _people(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).order_by(Person.id)))


def _resident(session: Session, vault: Vault, person: Person) -> Resident:
    number = vault.open(person.number_sealed, "people.number")
    card = vault.open(person.card_sealed, "people.card") if person.card_sealed else ""
    return Resident(
        id=person.id,
        name=vault.open(person.name_sealed, "people.name"),
        number=number,
        mobile=vault.open(person.mobile_sealed, "people.mobile") if person.mobile_sealed else "",
        card=re.sub(r"\D", "", card),
        pin=next((each.pin for each in CALLERS.values() if each.identity_number == number), ""),
        may_verify=person.status not in ("deceased", "frozen") and _is_grown(number),
        weak=person.pin_weak,
        amounts=frozenset(_amounts(session, person.id)),
        relatives=frozenset(_relatives(session, person.id)),
    )


def _is_grown(number: str) -> bool:
    return int(number[6:14]) + 14_00_00 <= int(f"{START:%Y%m%d}")


def _amounts(session: Session, person: int) -> Iterator[int]:
    """Everything in fen that a person may be told of their own account."""
    account = session.get(Account, person)
    if account:
        yield from (account.balance_fen, account.locked_fen, account.balance_fen - account.locked_fen)
    for fen in session.scalars(select(LedgerEntry.amount_fen).where(LedgerEntry.person_id == person)):
        yield abs(fen)


def _relatives(session: Session, person: int) -> Iterator[int]:
    pairs = session.execute(select(Binding.authoriser_id, Binding.beneficiary_id)).all()
    yield from (two for one, two in pairs if one == person)
    yield from (one for one, two in pairs if two == person)
