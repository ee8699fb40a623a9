"""Writing bindings: who is new is added, what differs is changed, and what was ended stays ended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, tuple_, update

from ivr.services.context import CHINA
from ivr.store.tables import Binding, BindingEvent
from ivr.tools.report import Numbered, Tally
from ivr.tools.rows import BindingRow
from ivr.tools.work import Known, Work, known_people

_COLUMNS = ("relation", "priority", "bound_on", "quota_fen")
Lines = Sequence[tuple[int, BindingRow]]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Before:
    """The bindings of two people: the one in force, and the ended ones as (bound on, ended on)."""

    active: Binding | None
    ended: tuple[tuple[date, date], ...]

    def is_over(self, bound_on: date) -> bool:
        """Return whether a binding of that day is one that was ended here."""
        return any(bound_on < ended_on or bound_on == began_on for began_on, ended_on in self.ended)


def write(work: Work, lines: Lines) -> Tally:
    """Add or change the bindings of some rows; rows with faults are left out."""
    people = known_people(work, _numbers(lines))
    faults = list(_strangers(lines, people))
    wrong = {line for line, _ in faults}
    wanted = [(line, _wanted(row, people)) for line, row in lines if line not in wrong]
    faults += _twice(work, wanted)
    rows = {_pair(row): row for _, row in wanted}
    before = _before(work, rows)
    new = [row for pair, row in rows.items() if _is_new(row, before[pair])]
    changed = [change for pair, row in rows.items() if (change := _change(row, before[pair].active))]
    if new:
        ids = work.session.scalars(insert(Binding).returning(Binding.id), new).all()
        _note(work, ids, "bound")
    if changed:
        work.session.execute(update(Binding), changed)
        _note(work, [change["id"] for change in changed], "changed")
    return Tally(len(new), len(changed), len(rows) - len(new) - len(changed), 0, faults)


def _numbers(lines: Lines) -> Iterator[str]:
    for _, row in lines:
        yield row.authoriser_id_number
        yield row.beneficiary_id_number


def _strangers(lines: Lines, people: Mapping[str, Known]) -> Iterator[Numbered]:
    for line, row in lines:
        for column in ("authoriser_id_number", "beneficiary_id_number"):
            if getattr(row, column) not in people:
                yield line, f"{column}: nobody has this number; import the people first, or correct it"


def _wanted(row: BindingRow, people: Mapping[str, Known]) -> dict[str, Any]:
    return {
        "authoriser_id": people[row.authoriser_id_number].id,
        "beneficiary_id": people[row.beneficiary_id_number].id,
        "relation": row.relation,
        "priority": row.priority,
        "bound_on": row.bound_on,
        "quota_fen": row.quota,
    }


def _pair(row: Mapping[str, Any]) -> Pair:
    return row["authoriser_id"], row["beneficiary_id"]


def _twice(work: Work, wanted: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Numbered]:
    keys = [("{}:{}".format(*_pair(row)), line) for line, row in wanted]
    for (_, line), before in zip(keys, work.seen.note(keys), strict=True):
        if before.times:
            yield line, f"beneficiary_id_number: line {before.line} binds the same two; leave one of them"


def _before(work: Work, pairs: Mapping[Pair, object]) -> Mapping[Pair, _Before]:
    found = work.session.scalars(
        select(Binding)
        .where(tuple_(Binding.authoriser_id, Binding.beneficiary_id).in_(list(pairs)))
        .execution_options(populate_existing=True)
    )
    of_two: dict[Pair, list[Binding]] = {pair: [] for pair in pairs}
    for binding in found:
        of_two[binding.authoriser_id, binding.beneficiary_id].append(binding)
    return {pair: _of_two(bindings) for pair, bindings in of_two.items()}


def _of_two(bindings: Sequence[Binding]) -> _Before:
    active = next((binding for binding in bindings if binding.state == "active"), None)
    ended = tuple(
        (binding.bound_on, binding.released_at.astimezone(CHINA).date())
        for binding in bindings
        if binding.released_at is not None
    )
    return _Before(active, ended)


def _is_new(row: Mapping[str, Any], before: _Before) -> bool:
    return before.active is None and not before.is_over(row["bound_on"])


def _change(row: Mapping[str, Any], active: Binding | None) -> dict[str, Any] | None:
    if active is None:
        return None
    wanted = {name: row[name] for name in _COLUMNS}
    return {"id": active.id, **wanted} if any(getattr(active, n) != v for n, v in wanted.items()) else None


def _note(work: Work, ids: Sequence[int], what: str) -> None:
    """Add to the history of bindings (SEC-45)."""
    rows = [{"binding_id": key, "what": what, "via": "import", "at": work.tools.now} for key in ids]
    work.session.execute(insert(BindingEvent), rows)
