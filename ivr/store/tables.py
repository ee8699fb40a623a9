"""Every table of the hotline.

Money is integer fen. Times are UTC and carry their zone. Columns ending in `_sealed` hold what
`ivr.store.sealed` sealed for the place `<table>.<column without _sealed>`; columns ending in `_hash` hold its
keyed hashes. Nothing else in here identifies a person.
"""

from datetime import UTC, date, datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

HASH = String(64)
# SQLite counts rows only in a column declared exactly INTEGER.
KEY = BigInteger().with_variant(Integer, "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC; a naive time is a bug."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without its zone cannot be stored")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time with its zone."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Table(DeclarativeBase):
    """What all tables share: names for constraints, so that migrations can find them, and column types."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, bytes: LargeBinary, int: KEY}  # noqa: RUF012


class Person(Table):
    """A person insured somewhere, with the enrolment, the registered mobile and the query PIN."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    number_hash: Mapped[str] = mapped_column(HASH, unique=True)
    number_sealed: Mapped[bytes]
    name_sealed: Mapped[bytes]
    region: Mapped[str] = mapped_column(String(6))
    agency: Mapped[str] = mapped_column(String(40), default="")
    member_type: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    special_scheme: Mapped[str] = mapped_column(String(30), default="none")
    credit_zone: Mapped[str] = mapped_column(String(20), default="medical")
    remote_care_filed: Mapped[bool] = mapped_column(default=False)
    mobile_hash: Mapped[str | None] = mapped_column(HASH, index=True)
    mobile_sealed: Mapped[bytes | None]
    mobile_registered_on: Mapped[date | None]
    card_hash: Mapped[str | None] = mapped_column(HASH, unique=True)
    card_sealed: Mapped[bytes | None]
    computer_number_sealed: Mapped[bytes | None]
    card_lost_at: Mapped[datetime | None]
    pin_hash: Mapped[str | None] = mapped_column(String(200))  # argon2id over the peppered PIN
    pin_weak: Mapped[bool] = mapped_column(default=False)  # default or derived: never a factor (SEC-03)
    pin_set_at: Mapped[datetime | None]
    unbinding_locked_until: Mapped[datetime | None]


class Account(Table):
    """A personal account. No row means no account, which is not the same as zero."""

    __tablename__ = "accounts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    balance_fen: Mapped[int]
    locked_fen: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[date]


class LedgerEntry(Table):
    """One movement of an account; the sum of all but share_lock and share_return is the balance."""

    __tablename__ = "ledger"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int]
    institution: Mapped[str] = mapped_column(String(80), default="")
    counterparty_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reference: Mapped[str] = mapped_column(String(80), unique=True)


class Binding(Table):
    """The authoriser's account pays for the beneficiary, who is the authoriser's `relation`."""

    __tablename__ = "bindings"
    __table_args__ = (
        Index(
            "uq_bindings_active",
            "authoriser_id",
            "beneficiary_id",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    authoriser_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    beneficiary_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    relation: Mapped[str] = mapped_column(String(30))
    priority: Mapped[int | None]
    bound_on: Mapped[date]
    quota_fen: Mapped[int | None]
    quota_used_fen: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(20), default="active")  # active, released
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str] = mapped_column(String(30), default="")


class BindingEvent(Table):
    """What happened to a binding, append-only; kept when the binding is long released (SEC-45)."""

    __tablename__ = "binding_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    binding_id: Mapped[int] = mapped_column(ForeignKey("bindings.id"), index=True)
    act_id: Mapped[int | None] = mapped_column(ForeignKey("acts.id"))
    what: Mapped[str] = mapped_column(String(30))
    via: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


class Act(Table):
    """Something a person asked to be done and must confirm: requested, then one of the final states.

    Final are confirmed, refused, cancelled and expired; unknown waits for reconciliation (decisions 27).
    """

    __tablename__ = "acts"
    __table_args__ = (
        Index(
            "uq_acts_pending",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'requested'"),
            postgresql_where=text("state = 'requested'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    binding_id: Mapped[int | None] = mapped_column(ForeignKey("bindings.id"))
    state: Mapped[str] = mapped_column(String(20), default="requested")
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)


class ErrandRow(Table):
    """What a conversation last asked a core system; `act_id` is the act that was to be done, if one was."""

    __tablename__ = "errands"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32))  # of this errand and no other of the conversation
    act_id: Mapped[int | None] = mapped_column(ForeignKey("acts.id"))
    state: Mapped[str] = mapped_column(String(10), default="out")  # out, answered, failed
    sent_at: Mapped[datetime]


class Code(Table):
    """A one-time code, as a keyed hash, bound to a person, a purpose, a mobile and at most one act."""

    __tablename__ = "codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))  # verify, unbind
    act_id: Mapped[int | None] = mapped_column(ForeignKey("acts.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    mobile_hash: Mapped[str] = mapped_column(HASH, index=True)
    code_hash: Mapped[str] = mapped_column(HASH)
    state: Mapped[str] = mapped_column(String(20), default="issued")  # used, expired, revoked, exhausted
    attempts: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class CodeRequest(Table):
    """Somebody asked for a code, whether or not one was sent: what the limits of SEC-14 count."""

    __tablename__ = "code_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    number_hash: Mapped[str] = mapped_column(HASH, index=True)
    mobile_hash: Mapped[str | None] = mapped_column(HASH, index=True)
    caller_hash: Mapped[str] = mapped_column(HASH, index=True)
    sent: Mapped[bool]
    at: Mapped[datetime] = mapped_column(index=True)


class Claim(Table):
    """Who a conversation claims to be, and whether that was verified: services believe only this row."""

    __tablename__ = "claims"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    number_hash: Mapped[str | None] = mapped_column(HASH)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    verified_at: Mapped[datetime | None]
    method: Mapped[str] = mapped_column(String(20), default="")
    failures: Mapped[int] = mapped_column(default=0)
    kept_sealed: Mapped[bytes | None]  # keys of an entry that goes on, or the first of two equal PINs


class Failure(Table):
    """A failed verification: what the limits of SEC-04 count, across calls, numbers and texts."""

    __tablename__ = "failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    number_hash: Mapped[str] = mapped_column(HASH, index=True)
    caller_hash: Mapped[str] = mapped_column(HASH, index=True)
    method: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(index=True)


class Lock(Table):
    """A number of a person or of a caller that may not verify until a time."""

    __tablename__ = "locks"
    __table_args__ = (UniqueConstraint("scope", "subject_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(20))  # person, caller
    subject_hash: Mapped[str] = mapped_column(HASH)
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(40))


class Caller(Table):
    """What is remembered of a telephone number: its pace, its last greeting, its wish for no notices."""

    __tablename__ = "callers"

    caller_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    pace: Mapped[str] = mapped_column(String(10), default="normal")
    greeted_on: Mapped[date | None]
    notices_off: Mapped[bool] = mapped_column(default=False)


class Ticket(Table):
    """Work for a person at the office: not me, fraud, call-back, lost card, failed receipt.

    A call-back has a window in which the caller wants to be called, how often that was tried, and in the end
    why it could not be done; without a window any time will do.
    """

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="open")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    caller_sealed: Mapped[bytes | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    window_begins: Mapped[datetime | None]
    window_ends: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str] = mapped_column(String(200), default="")
    finished_at: Mapped[datetime | None]


class Alarm(Table):
    """Something the operators must look at; also a log line and a metric."""

    __tablename__ = "alarms"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(index=True)


class Message(Table):
    """A text to be sent, written in the transaction of what it reports; the outbox."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    business_key: Mapped[str] = mapped_column(String(80), unique=True)
    template: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))  # code, receipt, warning, notice, answer
    mobile_hash: Mapped[str] = mapped_column(HASH)
    mobile_sealed: Mapped[bytes | None]  # erased when final
    body_sealed: Mapped[bytes | None]
    segments: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    rank: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    error: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # a code that is no longer valid is not sent
    finished_at: Mapped[datetime | None]


class MenusVersion(Table):
    """A published version of menus and wording, by the hash of its content; never changed."""

    __tablename__ = "menus_versions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes]  # zlib of the JSON of every file: path -> text
    author: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(200), default="")
    published_at: Mapped[datetime] = mapped_column(index=True)
    live_at: Mapped[datetime | None]  # when calls first began with it, or again; null: it waits to be spoken


class Conversation(Table):
    """One call, or one exchange of texts, from its first turn to its last."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(
            "uq_conversations_open",
            "key",
            unique=True,
            sqlite_where=text("open"),
            postgresql_where=text("open"),
        ),
        Index("ix_conversations_started", "open", "started_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(10))
    menus_version: Mapped[str] = mapped_column(ForeignKey("menus_versions.digest"))
    open: Mapped[bool] = mapped_column(default=True)
    caller_hash: Mapped[str] = mapped_column(HASH)
    caller_sealed: Mapped[bytes | None]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class TurnRow(Table):
    """One turn, append-only. `record_sealed` is the JSON of event, actions and state after it."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    number: Mapped[int] = mapped_column(Integer)
    cause: Mapped[str] = mapped_column(String(80), unique=True)
    event: Mapped[str] = mapped_column(String(20))  # its kind only, for counting
    menu: Mapped[str] = mapped_column(String(60))  # where the turn ended, for counting
    record_sealed: Mapped[bytes]
    at: Mapped[datetime]


class StoredSecret(Table):
    """A value that must survive the rotation of HOTLINE_SECRET_KEY, such as the pepper of PINs."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value_sealed: Mapped[bytes]


class SchemaNote(Table):
    """Free-form facts about this database, such as the day its demo people were made."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
