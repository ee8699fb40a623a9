"""Conversations and turns as rows: one open conversation a key, one turn a cause, none changed later."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from ivr.store import turns
from ivr.store.tables import Conversation, MenusVersion, TurnRow
from ivr.store.turns import Opening, Stored

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def opened(connection: Connection, key: str = "k" * 64) -> int:
    if connection.execute(select(MenusVersion.digest)).first() is None:
        row = {"digest": "v", "content": b"", "author": "", "reason": "", "published_at": NOW}
        connection.execute(insert(MenusVersion), row)
    return turns.open_conversation(connection, Opening(key, "voice", "v", "c" * 64, None, NOW))


def added(connection: Connection, conversation: int, number: int, cause: str = "") -> None:
    values: dict[str, object] = {
        "conversation_id": conversation,
        "number": number,
        "cause": cause or f"{conversation}/{number}",
        "event": "Pressed",
        "menu": "main",
        "record_sealed": b"sealed",
        "at": NOW + timedelta(seconds=number),
    }
    turns.add_turn(connection, values)


def test_the_last_turn_is_found_by_any_of_the_keys_hashes(engine: Engine) -> None:
    with engine.begin() as connection:
        one = opened(connection)
        for number in (1, 2, 3):
            added(connection, one, number)
        expected = Stored(one, "v", 3, f"{one}/3", b"sealed", NOW + timedelta(seconds=3))
        assert turns.last_of_open(connection, ["x" * 64, "k" * 64]) == expected
        assert turns.last_of_open(connection, ["x" * 64]) is None
        assert turns.last_of_any(connection, ["k" * 64]) == expected
        assert turns.by_cause(connection, ["no", f"{one}/2"]) == turns.by_number(connection, one, 2)
        assert turns.by_number(connection, one, 4) is None
        assert turns.by_cause(connection, ["no"]) is None


def test_a_closed_conversation_is_found_only_as_any_and_the_newest_counts(engine: Engine) -> None:
    with engine.begin() as connection:
        first = opened(connection)
        added(connection, first, 1)
        turns.close_conversation(connection, first, NOW)
        assert turns.last_of_open(connection, ["k" * 64]) is None
        second = opened(connection)
        added(connection, second, 1)
        turns.close_conversation(connection, second, NOW)
        last = turns.last_of_any(connection, ["k" * 64])
        assert last is not None
        assert last.conversation_id == second


def test_a_conversation_ends_when_it_ended_first(engine: Engine) -> None:
    with engine.begin() as connection:
        one = opened(connection)
        turns.close_conversation(connection, one, NOW)
        turns.close_conversation(connection, one, NOW + timedelta(hours=1))
        assert connection.execute(select(Conversation.open, Conversation.ended_at)).one() == (False, NOW)


def test_a_key_has_one_open_conversation(engine: Engine) -> None:
    with engine.begin() as connection:
        opened(connection)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        opened(connection)


def test_sec_31_a_cause_brings_about_one_turn_and_a_number_is_taken_once(engine: Engine) -> None:
    with engine.begin() as connection:
        one, other = opened(connection), opened(connection, "l" * 64)
        added(connection, one, 1, "cause")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        added(connection, other, 1, "cause")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        added(connection, one, 1, "another cause")
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(TurnRow)).scalar_one() == 1
