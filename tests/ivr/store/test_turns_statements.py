"""What the statements of turns cost: looking up an open call does not read all that are open."""

from pathlib import Path

from ivr.store import turns
from ivr.store.engine import connect
from ivr.store.tables import Table


def test_sqlite_finds_the_open_call_through_its_index(tmp_path: Path) -> None:
    """The words of the partial index must be those of the statement, or SQLite does not see that it fits."""
    engine = connect(f"sqlite:///{tmp_path / 'hotline.db'}")
    Table.metadata.create_all(engine)
    asked: list[str] = []
    with engine.begin() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.set_trace_callback(asked.append)
        turns.last_of_open(connection, ["hash"])
        driver.set_trace_callback(None)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}").scalars(3).all()
    engine.dispose()
    assert any("uq_conversations_open" in line for line in plan)
    assert not any("SCAN" in line for line in plan)
