"""Conversations and their turns: append-only, one turn a cause, one open conversation a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, text, update

from ivr.store.direct import Direct
from ivr.store.tables import Conversation, TurnRow


@dataclass(frozen=True, slots=True)
class Stored:
    """A turn as it stands in the database, with the version of the menus its conversation began with."""

    conversation_id: int
    version: str
    number: int
    cause: str
    record_sealed: bytes
    at: datetime


_COLUMNS = (
    Conversation.id,
    Conversation.menus_version,
    TurnRow.number,
    TurnRow.cause,
    TurnRow.record_sealed,
    TurnRow.at,
)
_TURNS = select(*_COLUMNS).join(TurnRow, TurnRow.conversation_id == Conversation.id)
_OF_KEY = _TURNS.where(Conversation.key == bindparam("hash"))
_NEWEST_FIRST = TurnRow.number.desc()
# As the index of open conversations is worded, or SQLite does not see that it fits ("open = 1" does not).
_LAST_OF_OPEN = Direct(_OF_KEY.where(text("conversations.open")).order_by(_NEWEST_FIRST).limit(1))
_LAST_OF_ANY = Direct(_OF_KEY.order_by(Conversation.id.desc(), _NEWEST_FIRST).limit(1))
_BY_CAUSE = Direct(_TURNS.where(TurnRow.cause == bindparam("hash")))
_BY_NUMBER = Direct(
    _TURNS.where(
        TurnRow.conversation_id == bindparam("conversation_id"), TurnRow.number == bindparam("number")
    )
)


def last_of_open(connection: Connection, keys: Sequence[str]) -> Stored | None:
    """Return the last turn of the open conversation of a key (its hashes, the writing key's first)."""
    return _first(connection, _LAST_OF_OPEN, keys)


def last_of_any(connection: Connection, keys: Sequence[str]) -> Stored | None:
    """Return the last turn of the newest conversation of a key, open or over."""
    return _first(connection, _LAST_OF_ANY, keys)


def by_cause(connection: Connection, causes: Sequence[str]) -> Stored | None:
    """Return the turn that a cause has already brought about."""
    return _first(connection, _BY_CAUSE, causes)


def by_number(connection: Connection, conversation_id: int, number: int) -> Stored | None:
    """Return one turn of a conversation."""
    row = _BY_NUMBER.first(connection, {"conversation_id": conversation_id, "number": number})
    return Stored(*row) if row else None


def _first(connection: Connection, wanted: Direct, hashes: Sequence[str]) -> Stored | None:
    """Return what is found under the newest of our keys that finds anything; nearly always there is one."""
    for one in hashes:
        if row := wanted.first(connection, {"hash": one}):
            return Stored(*row)
    return None


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


_ADD = Direct(insert(TurnRow).inline())


def add_turn(connection: Connection, values: dict[str, object]) -> None:
    """Append a turn; IntegrityError if its cause or its number is taken."""
    _ADD.add(connection, values)
