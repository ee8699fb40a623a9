"""Statements that every turn runs: compiled once, then handed to the driver as they are.

SQLAlchemy takes several times as long to prepare such a statement as SQLite to run it, and does so every time
(docs/bench). What it would do for these is done once: their words, and how values and columns are converted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Insert, Select
from sqlalchemy.exc import IntegrityError

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What a driver is given: words with named values, values that never change, and conversions."""

    words: str
    fixed: Mapping[str, Any]
    given: Sequence[tuple[str, Convert]]
    found: Sequence[tuple[int, Convert]]


class Direct:
    """One statement with named values, to be run within a transaction.

    An insert is given a value for every column but the id, which the database counts.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert) -> None:
        self._statement = statement

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """Return the first row that a select finds."""
        compiled = _compiled(self._statement, connection.dialect)
        cursor = _run(connection, compiled, values)
        row = cursor.fetchone()
        cursor.close()
        if row is None:
            return None
        found = list(row)
        for index, convert in compiled.found:
            found[index] = convert(found[index])
        return found

    def add(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run an insert; IntegrityError, as of any other statement, if a constraint forbids the row."""
        dialect = connection.dialect
        try:
            _run(connection, _compiled(self._statement, dialect), values).close()
        except dialect.loaded_dbapi.IntegrityError as error:
            raise IntegrityError(None, None, error) from error


def _run(connection: Connection, compiled: _Compiled, values: Mapping[str, Any]) -> Any:
    given = {**compiled.fixed, **values}
    for name, convert in compiled.given:
        given[name] = convert(given[name])
    cursor = connection.connection.cursor()
    cursor.execute(compiled.words, given)
    return cursor


@lru_cache(maxsize=64)
def _compiled(statement: Select[*tuple[Any, ...]] | Insert, dialect: Dialect) -> _Compiled:
    kind: Any = type(dialect)
    # SQLite's driver takes named values as well, which spares us their order.
    named = kind(paramstyle="named") if dialect.name == "sqlite" else dialect
    names = _added(statement)
    compiled: Any = statement.compile(dialect=named, column_keys=names)
    given = ((name, bound.type.dialect_impl(dialect)) for name, bound in compiled.binds.items())
    found = (column.type.dialect_impl(dialect) for column in _found(statement))
    into = ((name, form.bind_processor(dialect)) for name, form in given)
    out_of = enumerate(form.result_processor(dialect, None) for form in found)
    return _Compiled(
        words=compiled.string,
        fixed={} if names else compiled.params,
        given=[(name, convert) for name, convert in into if convert],
        found=[(index, convert) for index, convert in out_of if convert],
    )


def _added(statement: Select[*tuple[Any, ...]] | Insert) -> list[str] | None:
    if not isinstance(statement, Insert):
        return None
    return [column.name for column in statement.table.columns if not column.primary_key]


def _found(statement: Select[*tuple[Any, ...]] | Insert) -> Iterable[ColumnElement[Any]]:
    return () if isinstance(statement, Insert) else statement.selected_columns
