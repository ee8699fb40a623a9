"""Importing people, their ledgers and their bindings from a file: all rows of it or none."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from ivr.tools import bindings, ledger, people
from ivr.tools.checks import Rules
from ivr.tools.pin_setting import set_pins
from ivr.tools.reading import Reading
from ivr.tools.report import Fault, Numbered, Progress, Report, Tally, nothing
from ivr.tools.rows import BindingRow, LedgerRow, PersonRow, Row
from ivr.tools.seen import Seen
from ivr.tools.work import Importing, Work

__all__ = ["KINDS", "Fault", "Importing", "Kind", "Report", "import_file"]

Kind = Literal["people", "ledger", "bindings"]
Item = TypeVar("Item")

# Rows a statement: bounds memory, and keeps below the parameters a statement may have.
_ROWS = 1000
# PINs between two steps of the progress bar; one takes some hundredths of a second.
_PINS = 50
# Any number that nothing else here locks.
_ADVISORY_LOCK = 12333


@dataclass(frozen=True, slots=True)
class _Way:
    row: type[Row]
    write: Callable[[Work, Any], Tally]


_WAYS: Mapping[Kind, _Way] = {
    "people": _Way(PersonRow, people.write),
    "ledger": _Way(LedgerRow, ledger.write),
    "bindings": _Way(BindingRow, bindings.write),
}
KINDS: tuple[Kind, ...] = tuple(_WAYS)


def import_file(
    kind: Kind,
    path: Path,
    session: Session,
    tools: Importing,
    progress: Progress = nothing,
    dry_run: bool = False,
) -> Report:
    """Import a CSV or XLSX file (contract, Files to import) and report; the caller commits.

    With faults, or when dry, nothing is left written. A second import of the same file changes nothing.
    Raises OSError if there is no such file. `progress` is told lines, and PINs to hash after them.
    """
    with session.begin_nested() as savepoint:
        _one_at_a_time(session)
        report = _Run(_WAYS[kind], path, Work(session, tools, Seen(session)), progress).report(dry_run)
        if report.faults or dry_run:
            savepoint.rollback()
    return report


class _Run:
    """One import: what it read and wrote so far."""

    def __init__(self, way: _Way, path: Path, work: Work, progress: Progress) -> None:
        self._way = way
        self._path = path
        self._work = work
        self._progress = progress
        self._reading = self._read()
        self._tallies: list[Tally] = []

    def report(self, dry_run: bool) -> Report:
        """Read and write everything, the PINs only if it stays written, and report."""
        for lines in _batches(self._reading.lines(), _ROWS):
            self._tallies.append(self._way.write(self._work, lines))
            self._progress(lines[-1][0], self._reading.last_line)
        self._progress(self._reading.last_line, self._reading.last_line)
        faults = self._faults()
        if faults:
            return Report(self._reading.rows, 0, 0, 0, faults)
        if not dry_run:
            self._set_pins()
        self._work.seen.close()
        return Report(
            self._reading.rows, self._sum("added"), self._sum("changed"), self._sum("unchanged"), faults
        )

    def _set_pins(self) -> None:
        pins, done, read = self._sum("pins"), 0, self._reading.last_line
        lines: Iterable[Any] = self._read().lines() if pins else ()
        for some in _batches(lines, _PINS):
            done += set_pins(self._work, some)
            self._progress(read + done, read + pins)

    def _read(self) -> Reading[Row]:
        rules = Rules(self._work.tools.today, self._work.tools.mobiles)
        return Reading(self._path, self._way.row, rules)

    def _sum(self, count: str) -> int:
        return sum(getattr(tally, count) for tally in self._tallies)

    def _faults(self) -> tuple[Fault, ...]:
        found: list[Numbered] = [*self._reading.faults]
        for tally in self._tallies:
            found += tally.faults
        return tuple(sorted(Fault(str(self._path), line, what) for line, what in found))


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def _one_at_a_time(session: Session) -> None:
    """Wait for another import to end; on SQLite the transaction itself has done so."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
