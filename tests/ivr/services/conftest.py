"""Real databases, an adjustable clock, and people who do not exist."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pytest
import yaml
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from family_sample import MINE, THEIRS, Family
from region_samples import BY_PHONE, sample_regions
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_2

from ivr.hotline import Hotline, constants
from ivr.regions import Regions
from ivr.services import claims
from ivr.services.context import Context, Party
from ivr.services.pin_hasher import PinHasher
from ivr.services.register import SERVICES
from ivr.store.engine import connect
from ivr.store.sealed import Vault
from ivr.store.tables import (
    Account,
    Binding,
    Caller,
    Conversation,
    MenusVersion,
    Message,
    Person,
    Table,
)
from ivr.texts.outbox import Outbox
from ivr.wording import written
from menus.catalogue import EXPIRED, FAILED, WAITING
from menus.events import Told
from menus.identity_number import derived_pins
from menus.masking import card_digits
from menus.values import Secret, Value, Values

POSTGRESQL = os.environ.get(
    "HOTLINE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # a Monday, half past nine in China
CONFIG = Path(__file__).parents[3] / "config"
MOBILE = "+8613800138000"
SECRET_KEY = "c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE="  # 32 bytes that protect nobody


@dataclass
class Clock:
    """The time of a test; `forward(minutes=5)` moves it."""

    now: datetime = START

    def forward(self, **distance: float) -> datetime:
        self.now += timedelta(**distance)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# --- databases


def _postgresql(schema: str) -> Engine:
    owner = create_engine(POSTGRESQL, connect_args={"connect_timeout": 3})
    try:
        with owner.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError:
        if "postgresql" in os.environ.get("HOTLINE_REQUIRE", ""):
            raise
        pytest.skip(f"no PostgreSQL answers at {owner.url.host}:{owner.url.port}")
    finally:
        owner.dispose()
    return connect(f"{POSTGRESQL}?options=-csearch_path%3D{schema}")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def _tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    schema = f"hotline_test_{uuid4().hex[:12]}"
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path_factory.mktemp('database') / 'hotline.db'}")
    else:
        engine = _postgresql(schema)
    Table.metadata.create_all(engine)
    yield engine
    if request.param == "postgresql":
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def database(_tables: Engine) -> Iterator[Engine]:
    """An engine on empty tables; every test runs once on SQLite and once on PostgreSQL."""
    yield _tables
    with _tables.begin() as connection:
        for table in reversed(Table.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """One session, rolled back at the end; commit in a test to let another connection see."""
    with Session(database) as session:
        yield session
        session.rollback()


@dataclass
class Statements:
    """The SQL that was executed since `clear`, transaction control left out."""

    seen: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.seen.clear()


@pytest.fixture
def statements(database: Engine) -> Iterator[Statements]:
    counted = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            counted.seen.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield counted
    event.remove(database, "before_cursor_execute", note)


# --- what a context holds


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(SECRET_KEY)


class CountingHasher(PasswordHasher):
    """Argon2 at the price of a test, counting its computations."""

    __slots__ = ("computed",)

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.computed = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.computed += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        try:
            right = super().verify(hash, password)
        except VerifyMismatchError:
            self.computed += 1
            raise
        self.computed += 1  # an unreadable hash never comes here: nothing is computed for it
        return right


@pytest.fixture
def argon2() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def pins(argon2: CountingHasher) -> PinHasher:
    return PinHasher(b"p" * 32, argon2)


@pytest.fixture(scope="session")
def hotline() -> Hotline:
    """What is set in the shipped hotline.yaml; `hotline.limits` are the limits."""
    return Hotline.load(CONFIG / "hotline.yaml")


@pytest.fixture(scope="session")
def regions() -> Regions:
    """What the regions of region_samples.py allow and forbid, none of them real."""
    return sample_regions()


@pytest.fixture(scope="session")
def outbox(vault: Vault, hotline: Hotline) -> Outbox:
    """Return the real outbox with the shipped wording; test mobiles may be sent texts."""
    wording = yaml.safe_load((CONFIG / "texts" / "zh-CN.yaml").read_text("utf-8"))
    known = constants(hotline, demo=True, now=START)

    def body(template: str, values: Values) -> str:
        return written(wording[template], values, known)

    return Outbox(vault, body, re.compile(r"\A\+86(?:1[3-9]\d{9}|100\d{8})\Z", re.ASCII))


@dataclass(frozen=True)
class Sent:
    """One text in the outbox, unsealed."""

    template: str
    kind: str
    mobile: str
    body: str
    expires_at: datetime | None

    @property
    def code(self) -> str:
        """Return the six digits in the body."""
        (code,) = re.findall(r"(?<!\d)\d{6}(?!\d)", self.body)
        return str(code)


@pytest.fixture
def texts(session: Session, vault: Vault) -> Callable[[], list[Sent]]:
    """Return what was written to be sent so far, the oldest first."""

    def unsealed(message: Message) -> Sent:
        assert message.mobile_sealed
        assert message.body_sealed
        return Sent(
            message.template,
            message.kind,
            vault.open(message.mobile_sealed, "outbox.mobile"),
            vault.open(message.body_sealed, "outbox.body"),
            message.expires_at,
        )

    return lambda: [unsealed(message) for message in session.query(Message).order_by(Message.id)]


@pytest.fixture
def rooms(vault: Vault, hotline: Any, regions: Any, outbox: Any, pins: PinHasher) -> dict[str, Any]:
    """Return what every context of a test shares, by field."""
    return {"vault": vault, "hotline": hotline, "regions": regions, "outbox": outbox, "pins": pins}


@pytest.fixture
def context(session: Session, clock: Clock, rooms: dict[str, Any]) -> Callable[..., Context]:
    """Make a context: of a new conversation, or with `like=` of the same one, at the clock's time.

    context(caller="+8610000000001", channel="text") - context(like=before) - context(session=other)
    """

    def make(
        *,
        caller: str = "+8610000000001",
        channel: str = "voice",
        like: Context | None = None,
        session: Session = session,
    ) -> Context:
        party = like.party if like else _party(session, rooms["vault"], clock, caller, channel)
        return Context(session=session, now=clock.now, party=party, **rooms)

    return make


@dataclass
class Line:
    """One conversation of a test: every question is asked at the clock's time, its answer as declared.

    line = line(caller="+8610000000001"); line.ask("identity.claim_number", number)
    """

    context: Callable[..., Context]
    like: Context

    def ask(self, name: str, /, keys: str = "", **arguments: Value) -> Told:
        service = SERVICES[name]
        told = service.answer(self.context(like=self.like), {"keys": Secret(keys), **arguments})
        if told.outcome not in {EXPIRED, FAILED, WAITING}:
            outcome = service.declaration.outcomes[told.outcome]
            assert set(told.values) <= set(outcome.values), told
            assert told.assurance is None or told.assurance == outcome.gives, told
        return told


@pytest.fixture
def line(context: Callable[..., Context]) -> Callable[..., Line]:
    """Make a line: line(caller="+8610000000001", channel="text")."""
    return lambda **party: Line(context, context(**party))


@pytest.fixture
def verified(line: Callable[..., Line]) -> Callable[..., Line]:
    """Make a line on which a person is verified from now on: verified(person, caller="+8610000000001")."""

    def make(person: Person, **party: str) -> Line:
        made = line(**party)
        claims.verify(made.context(like=made.like), person, "pin")
        return made

    return make


def _party(session: Session, vault: Vault, clock: Clock, caller: str, channel: Any) -> Party:
    if session.get(MenusVersion, "test") is None:
        session.add(MenusVersion(digest="test", content=b"", author="test", published_at=clock.now))
        session.flush()
    conversation = Conversation(
        key=f"test/{uuid4().hex}",
        channel=channel,
        menus_version="test",
        caller_hash=vault.hash(caller, "mobile"),
        caller_sealed=vault.seal(caller, "conversations.caller"),
        started_at=clock.now,
    )
    session.add(conversation)
    session.flush()
    return Party(conversation.id, channel, caller, conversation.caller_hash)


# --- people who do not exist


def _number(born: date = date(1955, 3, 17), sequence: int = 998, area: str = "450199") -> str:
    """Return a valid number that no person can have: an unassigned county and a reserved sequence."""
    assert area.endswith("99")
    assert 996 <= sequence <= 999
    seventeen = f"{area}{born:%Y%m%d}{sequence}"
    return seventeen + str(mod_11_2.calc_check_digit(seventeen))


@pytest.fixture
def number() -> Callable[..., str]:
    """Make a valid number that nobody can have: number(born=date(1955, 3, 17), sequence=998)."""
    return _number


@pytest.fixture
def person(session: Session, vault: Vault, pins: PinHasher, clock: Clock) -> Callable[..., Person]:
    """Make a person, each with another number; `number`, `card` and `pin` are given in clear.

    person(name="陈小英", mobile=None, pin="246813", region="440300", status="frozen", balance=102251)
    """
    days = count()

    def make(
        *,
        number: str = "",
        name: str = "黄建国",
        mobile: str | None = MOBILE,
        pin: str | None = None,
        card: str | None = None,
        balance: int | None = None,
        **columns: Any,
    ) -> Person:
        number = number or _number(date(1949, 10, 1) + timedelta(days=next(days)))
        columns = {
            "region": "450100",
            "member_type": "employed",
            "status": "active",
            "mobile_registered_on": date(2020, 1, 1) if mobile else None,
        } | columns
        row = Person(
            number_hash=vault.hash(number, "number"),
            number_sealed=vault.seal(number, "people.number"),
            name_sealed=vault.seal(name, "people.name"),
            mobile_hash=mobile and vault.hash(mobile, "mobile"),
            mobile_sealed=vault.seal(mobile, "people.mobile") if mobile else None,
            card_hash=card and vault.hash(card_digits(card), "card"),
            card_sealed=vault.seal(card, "people.card") if card else None,
            pin_hash=pins.hash(pin) if pin else None,
            pin_weak=bool(pin) and pin in derived_pins(number, card or ""),
            **columns,
        )
        session.add(row)
        session.flush()
        if balance is not None:
            session.add(Account(person_id=row.id, balance_fen=balance, as_of=clock.now.date()))
            session.flush()
        return row

    return make


@pytest.fixture
def bind(session: Session) -> Callable[..., Binding]:
    """Let an account pay for somebody: bind(authoriser, beneficiary, "child", quota_fen=50000)."""

    def make(authoriser: Person, beneficiary: Person, relation: str = "spouse", **columns: Any) -> Binding:
        binding = Binding(
            authoriser_id=authoriser.id,
            beneficiary_id=beneficiary.id,
            relation=relation,
            **{"bound_on": date(2025, 5, 6)} | columns,
        )
        session.add(binding)
        session.flush()
        return binding

    return make


@pytest.fixture
def family(
    person: Callable[..., Person],
    bind: Callable[..., Binding],
    verified: Callable[..., Line],
    texts: Callable[[], list[Sent]],
) -> Family:
    """Return 黄建国, verified on a line, who shares with 陈小英 in a region that unbinds by phone."""
    authoriser = person(name="黄建国", mobile=MINE, region=BY_PHONE, balance=102251)
    beneficiary = person(name="陈小英", mobile=THEIRS, region=BY_PHONE)
    return Family(authoriser, beneficiary, bind(authoriser, beneficiary), verified(authoriser), texts)


@pytest.fixture
def opted_out(session: Session, vault: Vault) -> Callable[[str], None]:
    """Let a number want no notices."""

    def wish(mobile: str) -> None:
        session.add(Caller(caller_hash=vault.hash(mobile, "mobile"), notices_off=True))
        session.flush()

    return wish
