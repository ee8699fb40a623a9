"""Conversations and their turns: append-only, one turn a cause, one open conversation a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from ivr.store.tables import Conversation, TurnRow


@dataclass(frozen=True, slots=True)
class Stored:
    """A turn as it stands in the database, with what its conversation row says."""

    conversation_id: int
    version: str
    open: bool
    started_at: datetime
    number: int
    cause: str
    record_sealed: bytes
    at: datetime


_COLUMNS = (
    Conversation.id,
    Conversation.menus_version,
    Conversation.open,
    Conversation.started_at,
    TurnRow.number,
    TurnRow.cause,
    TurnRow.record_sealed,
    TurnRow.at,
)
_TURNS = select(*_COLUMNS).join(TurnRow, TurnRow.conversation_id == Conversation.id)
_NEWEST_FIRST = TurnRow.number.desc()


def last_of_open(connection: Connection, keys: Sequence[str]) -> Stored | None:
    """Return the last turn of the open conversation of a key (its hash under any of our keys)."""
    wanted = Conversation.key.in_(keys), Conversation.open
    return _first(connection.execute(_TURNS.where(*wanted).order_by(_NEWEST_FIRST).limit(1)).first())


def last_of_any(connection: Connection, keys: Sequence[str]) -> Stored | None:
    """Return the last turn of the newest conversation of a key, open or over."""
    newest = Conversation.id.desc(), _NEWEST_FIRST
    wanted = Conversation.key.in_(keys)
    return _first(connection.execute(_TURNS.where(wanted).order_by(*newest).limit(1)).first())


def by_cause(connection: Connection, causes: Sequence[str]) -> Stored | None:
    """Return the turn that a cause has already brought about."""
    return _first(connection.execute(_TURNS.where(TurnRow.cause.in_(causes)).limit(1)).first())


def by_number(connection: Connection, conversation_id: int, number: int) -> Stored | None:
    """Return one turn of a conversation."""
    wanted = TurnRow.conversation_id == conversation_id, TurnRow.number == number
    return _first(connection.execute(_TURNS.where(*wanted)).first())


def _first(row: Sequence[Any] | None) -> Stored | None:
    return Stored(*row) if row else None


@dataclass(frozen=True, slots=True)
class Opening:
    """A conversation about to be written: who, by which channel, on which version of the menus."""

    key: str
    channel: str
    version: str
    caller_hash: str
    caller_sealed: bytes | None
    at: datetime


def open_conversation(connection: Connection, opening: Opening) -> int:
    """Write a new open conversation and return its id; IntegrityError if the key has one already."""
    values = {
        "key": opening.key,
        "channel": opening.channel,
        "menus_version": opening.version,
        "open": True,
        "caller_hash": opening.caller_hash,
        "caller_sealed": opening.caller_sealed,
        "started_at": opening.at,
    }
    written = connection.execute(insert(Conversation).values(values).returning(Conversation.id))
    return int(written.scalar_one())


def close_conversation(connection: Connection, conversation_id: int, at: datetime) -> None:
    """End a conversation; its key is free for a new one."""
    closing = update(Conversation).where(Conversation.id == conversation_id, Conversation.open)
    connection.execute(closing.values(open=False, ended_at=at))


_ADD = insert(TurnRow)


def add_turn(connection: Connection, values: dict[str, object]) -> None:
    """Append a turn; IntegrityError if its cause or its number is taken."""
    connection.execute(_ADD, values)
