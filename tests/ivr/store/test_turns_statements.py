"""Looking up a turn: by whatever key of ours it was written under, and without reading all open calls."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, insert

from ivr.store import turns
from ivr.store.engine import connect
from ivr.store.tables import MenusVersion, Table
from ivr.store.turns import Opening

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(insert(MenusVersion).values(digest="v", content=b"", author="", published_at=NOW))
        yield connection
        connection.rollback()


def opened(connection: Connection, key: str, *causes: str) -> int:
    """Open a conversation with a turn for each cause; return its id."""
    conversation = turns.open_conversation(connection, Opening(key, "voice", "v", "caller", None, NOW))
    for number, cause in enumerate(causes, start=1):
        turns.add_turn(
            connection,
            {
                "conversation_id": conversation,
                "number": number,
                "cause": cause,
                "event": "Pressed",
                "menu": "main",
                "record_sealed": cause.encode(),
                "at": NOW,
            },
        )
    return conversation


def test_a_turn_is_found_under_whichever_hash_it_was_written(connection: Connection) -> None:
    conversation = opened(connection, "old hash", "old cause 1", "old cause 2")
    keys, causes = ["new hash", "old hash"], ["new cause 1", "old cause 1"]
    last = turns.last_of_open(connection, keys)
    assert last
    assert (last.conversation_id, last.number, last.record_sealed, last.at) == (
        conversation,
        2,
        b"old cause 2",
        NOW,
    )
    first = turns.by_cause(connection, causes)
    assert first
    assert first.number == 1
    assert turns.by_number(connection, conversation, 1) == first
    assert turns.last_of_any(connection, keys) == last


def test_what_is_over_is_no_longer_open_but_still_the_last(connection: Connection) -> None:
    opened(connection, "somebody else", "x")
    assert turns.last_of_any(connection, ["hash"]) is None
    before = opened(connection, "hash", "a")
    turns.close_conversation(connection, before, NOW)
    assert turns.last_of_open(connection, ["hash"]) is None
    again = opened(connection, "hash", "b", "c")
    for look in (turns.last_of_open, turns.last_of_any):
        found = look(connection, ["hash"])
        assert found
        assert (found.conversation_id, found.number) == (again, 2)
    assert turns.by_number(connection, again, 3) is None


def test_sqlite_finds_the_open_call_through_its_index(tmp_path: Path) -> None:
    """Not by reading all that are open: the words of the partial index must be those of the statement."""
    engine = connect(f"sqlite:///{tmp_path / 'hotline.db'}")
    Table.metadata.create_all(engine)
    asked: list[tuple[str, tuple[object, ...]]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _note(_c: object, _cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        asked.append((statement, values))

    with engine.connect() as connection:
        turns.last_of_open(connection, ["hash"])
        statement, values = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).scalars(3).all()
    engine.dispose()
    assert any("uq_conversations_open" in line for line in plan)
    assert not any("SCAN" in line for line in plan)
