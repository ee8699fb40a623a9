"""What holds for every file: it is reported and never raised, and importing it again changes nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from import_samples import FAMILY, HEADERS, HUANG, LI, WANG, WEI, binding, movement
from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from ivr.store.tables import Account, Binding, BindingEvent, LedgerEntry, Person
from ivr.tools.importing import KINDS, Importing, Kind, import_file

pytestmark = pytest.mark.filterwarnings("error")
# What an import may write to.
WRITTEN = [each.__table__ for each in (Person, Account, LedgerEntry, Binding, BindingEvent)]
few = settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose transaction each example begins and ends itself."""
    with engine.connect() as connection:
        yield connection


class World:
    """A database with the family in it, and imports of texts into it, for one example."""

    def __init__(self, connection: Connection, tools: Importing, folder: Path) -> None:
        self.session = Session(connection, join_transaction_mode="create_savepoint")
        self._tools = tools
        self._path = folder / "file.csv"

    def imports(self, kind: Kind, content: bytes | list[str], *, dry_run: bool = False) -> Any:
        if isinstance(content, list):
            content = "\n".join((HEADERS[kind], *content)).encode()
        self._path.write_bytes(content)
        return import_file(kind, self._path, self.session, self._tools, dry_run=dry_run)

    def everything(self) -> dict[str, list[Any]]:
        return {table.name: sorted(self.session.execute(table.select()).all(), key=repr) for table in WRITTEN}


@pytest.fixture
def world(connection: Connection, tools: Importing, tmp_path: Path) -> Any:
    """Run something in a world that ends with it."""

    def run(example: Any) -> None:
        with connection.begin() as transaction:
            one = World(connection, tools, tmp_path)
            with one.session:
                assert not one.imports("people", list(FAMILY)).faults
                example(one)
            transaction.rollback()

    return run


# --- any bytes

cell = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [HUANG, WEI, LI, WANG, "", '"', '""', ",", "\n", "\x00", "450100", "2026-11-01", "-1.5", "true"]
    ),
)
line = st.lists(cell, max_size=14).map(",".join)
text = st.one_of(
    st.binary(max_size=200),
    st.tuples(st.sampled_from([*HEADERS.values(), ""]), st.lists(line, max_size=5)).map(
        lambda parts: "\n".join((parts[0], *parts[1])).encode("utf-8", "surrogatepass")
    ),
)


@given(kind=st.sampled_from(KINDS), content=text)
@example("people", b"PK\x03\x04")
@example("people", b"\xd0\xcf\x11\xe0")
@example("ledger", b"\xff\xfe\x00")
@example("bindings", b"a\r\rb\r\n\x00")
@few
def test_any_bytes_are_reported_and_never_raised(world: Any, kind: Kind, content: bytes) -> None:
    def run(one: World) -> None:
        before = one.everything()
        report = one.imports(kind, content)
        assert report.faults or report.rows == report.added + report.changed + report.unchanged
        if report.faults:
            assert (report.added, report.changed, report.unchanged) == (0, 0, 0)
            assert one.everything() == before

    world(run)


# --- files without faults

people = st.lists(st.sampled_from(FAMILY), unique=True)
movements = st.lists(
    st.builds(
        lambda number, day, kind, fen, other: movement(
            id_number=number,
            date=day.isoformat(),
            kind=kind,
            amount=f"{fen // 100}.{fen % 100:02}"
            if kind != "share_lock"
            else f"-{fen // 100 + 1}.{fen % 100:02}",
            counterparty_id_number=other,
        ),
        st.sampled_from([HUANG, LI]),
        st.dates(date(2026, 10, 1), date(2026, 10, 3)),
        st.sampled_from(["opening", "monthly_credit", "share_lock", "interest", "adjust"]),
        st.integers(0, 300),
        st.sampled_from(["", WEI]),
    ),
    max_size=8,
)
pairs = st.permutations([HUANG, WEI, LI, WANG]).map(lambda people: (people[0], people[1]))
bindings = st.lists(pairs, unique=True, max_size=6).flatmap(
    lambda found: st.tuples(
        *(
            st.builds(
                lambda relation, quota, pair=pair: binding(
                    authoriser_id_number=pair[0],
                    beneficiary_id_number=pair[1],
                    relation=relation,
                    quota=quota,
                ),
                st.sampled_from(["spouse", "child", "parent"]),
                st.sampled_from(["", "0", "500.00"]),
            )
            for pair in found
        )
    ).map(list)
)
files = st.one_of(
    st.tuples(st.just("people"), people.map(list)),
    st.tuples(st.just("ledger"), movements),
    st.tuples(st.just("bindings"), bindings),
)


@given(files)
@few
def test_importing_twice_changes_nothing(world: Any, file: tuple[Kind, list[str]]) -> None:
    kind, rows = file

    def run(one: World) -> None:
        first = one.imports(kind, rows)
        assert (first.rows, first.faults) == (len(rows), ())
        before = one.everything()
        again = one.imports(kind, list(reversed(rows)))
        assert (again.added, again.changed, again.unchanged) == (0, 0, len(rows))
        assert one.everything() == before

    world(run)


@given(files)
@few
def test_a_dry_run_tells_what_would_be_and_changes_nothing(world: Any, file: tuple[Kind, list[str]]) -> None:
    kind, rows = file

    def run(one: World) -> None:
        before = one.everything()
        dry = one.imports(kind, rows, dry_run=True)
        assert one.everything() == before
        assert one.imports(kind, rows) == dry

    world(run)


@given(st.lists(movements, min_size=1, max_size=3))
@few
def test_every_balance_is_the_sum_of_its_movements(world: Any, several: list[list[str]]) -> None:
    def run(one: World) -> None:
        for rows in several:
            assert not one.imports("ledger", rows).faults
        for account in one.session.scalars(select(Account)):
            entries = one.session.scalars(
                select(LedgerEntry).where(LedgerEntry.person_id == account.person_id)
            ).all()
            of_locked = [entry for entry in entries if entry.kind.startswith("share_")]
            balance = sum(entry.amount_fen for entry in entries if entry not in of_locked)
            assert (account.balance_fen, account.locked_fen) == (
                balance,
                -sum(entry.amount_fen for entry in of_locked),
            )
            if entries:
                assert account.as_of == max(entry.day for entry in entries)

    world(run)
