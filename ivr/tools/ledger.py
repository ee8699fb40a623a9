"""Writing the ledger: movements are added and never changed, and the sums of their accounts follow."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from sqlalchemy import bindparam, case, func, insert, select, update

from ivr.store.tables import Account, LedgerEntry
from ivr.tools.report import Numbered, Tally
from ivr.tools.rows import LedgerRow
from ivr.tools.work import Known, Work, known_people

# These move what is locked for the family and not the balance (decisions 36).
_OF_LOCKED_SUM = ("share_lock", "share_return")
_UNKNOWN = "nobody has this number; import the people first, or correct it"


@dataclass(frozen=True, slots=True)
class _Movement:
    """A row whose people were found; `reference` is the file's, or made of the content."""

    person_id: int
    day: date
    kind: str
    amount_fen: int
    institution: str
    counterparty_id: int | None
    reference: str

    def columns(self) -> dict[str, object]:
        """Return what the table keeps."""
        return {name: getattr(self, name) for name in self.__slots__}

    def content(self) -> str:
        """Return 64 characters for everything but the reference; they are made of no number of a person."""
        parts = (self.person_id, self.day, self.kind, self.amount_fen, self.institution, self.counterparty_id)
        return sha256("\0".join(map(str, parts)).encode()).hexdigest()


Lines = Sequence[tuple[int, LedgerRow]]
Movements = Sequence[tuple[int, _Movement]]


def write(work: Work, lines: Lines) -> Tally:
    """Add the movements of some rows that are not in the ledger yet; rows with faults are left out."""
    people = known_people(work, _numbers(lines))
    faults = list(_strangers(lines, people))
    wrong = {line for line, _ in faults}
    found = [(line, _movement(row, people)) for line, row in lines if line not in wrong]
    named = [(line, movement) for line, movement in found if movement.reference]
    nameless = [(line, movement) for line, movement in found if not movement.reference]
    faults += _twice(work, named)
    movements = [*named, *_numbered(work, nameless)]
    stored = _stored(work, [movement.reference for _, movement in movements])
    faults += _contradictions(movements, stored)
    new = {m.reference: m for _, m in movements if m.reference not in stored}
    if new:
        work.session.execute(insert(LedgerEntry), [movement.columns() for movement in new.values()])
        _sum_up(work, {movement.person_id for movement in new.values()})
    return Tally(len(new), 0, len(movements) - len(new), 0, faults)


def _numbers(lines: Lines) -> Iterator[str]:
    for _, row in lines:
        yield row.id_number
        if row.counterparty_id_number:
            yield row.counterparty_id_number


def _strangers(lines: Lines, people: Mapping[str, Known]) -> Iterator[Numbered]:
    for line, row in lines:
        person, counterparty = people.get(row.id_number), row.counterparty_id_number
        if person is None:
            yield line, f"id_number: {_UNKNOWN}"
        elif not person.has_account:
            yield (
                line,
                "id_number: this person has no account; take the row away, or correct member_type first",
            )
        if counterparty and counterparty not in people:
            yield line, f"counterparty_id_number: {_UNKNOWN}"


def _movement(row: LedgerRow, people: Mapping[str, Known]) -> _Movement:
    other = row.counterparty_id_number
    return _Movement(
        person_id=people[row.id_number].id,
        day=row.date,
        kind=row.kind,
        amount_fen=row.amount,
        institution=row.institution,
        counterparty_id=people[other].id if other else None,
        reference=row.reference,
    )


def _twice(work: Work, named: Movements) -> Iterator[Numbered]:
    keys = [(f"ref:{movement.reference}", line) for line, movement in named]
    for (line, _), before in zip(named, work.seen.note(keys), strict=True):
        if before.times:
            yield line, f"reference: line {before.line} has the same; give every movement its own"


def _numbered(work: Work, nameless: Movements) -> Iterator[tuple[int, _Movement]]:
    """Give movements a reference of their content and its how-manieth occurrence in the file."""
    contents = [movement.content() for _, movement in nameless]
    keys = [(content, line) for content, (line, _) in zip(contents, nameless, strict=True)]
    for content, (line, movement), before in zip(contents, nameless, work.seen.note(keys), strict=True):
        yield line, replace(movement, reference=f"row:{content}:{before.times + 1}")


def _stored(work: Work, references: Collection[str]) -> Mapping[str, str]:
    """Return the content of the movements in the ledger by their references."""
    columns = [getattr(LedgerEntry, name) for name in _Movement.__slots__]
    rows = work.session.execute(select(*columns).where(LedgerEntry.reference.in_(references)))
    return {row.reference: _Movement(*row).content() for row in rows}


def _contradictions(movements: Movements, stored: Mapping[str, str]) -> Iterator[Numbered]:
    for line, movement in movements:
        if stored.get(movement.reference, content := movement.content()) != content:
            yield (
                line,
                "reference: the ledger has another movement under this one; "
                "it is never changed, so correct it by a row of kind adjust",
            )


def _sum_up(work: Work, people: Collection[int]) -> None:
    """Make balance, locked sum and day of these accounts what their movements say."""
    # Locked first and summed by a later statement, which sees what another transaction has just returned.
    work.session.execute(
        select(Account.person_id)
        .where(Account.person_id.in_(people))
        .order_by(Account.person_id)
        .with_for_update()
    ).all()
    of_locked = LedgerEntry.kind.in_(_OF_LOCKED_SUM)
    sums = work.session.execute(
        select(
            LedgerEntry.person_id.label("person"),
            func.sum(case((of_locked, 0), else_=LedgerEntry.amount_fen)).label("balance"),
            func.sum(case((of_locked, -LedgerEntry.amount_fen), else_=0)).label("locked"),
            func.max(LedgerEntry.day).label("latest"),
        )
        .where(LedgerEntry.person_id.in_(people))
        .group_by(LedgerEntry.person_id)
    )
    work.session.connection().execute(
        update(Account)
        .where(Account.person_id == bindparam("person"))
        .values(balance_fen=bindparam("balance"), locked_fen=bindparam("locked"), as_of=bindparam("latest")),
        [dict(row) for row in sums.mappings()],
    )
