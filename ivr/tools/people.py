"""Writing people: who is new is added, who differs is changed, and nobody is ever taken away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import exists, insert, literal, select, update

from ivr.store.tables import Account, Person
from ivr.tools import person_columns
from ivr.tools.report import Numbered, Tally
from ivr.tools.rows import PersonRow
from ivr.tools.work import Work, hashes_of
from menus.masking import card_digits

# Who has a personal account. Who changes over to something else keeps theirs: the money stays their own.
_WITH_ACCOUNT = ("employed", "retired")
Lines = Sequence[tuple[int, PersonRow]]


def write(work: Work, lines: Lines) -> Tally:
    """Add or change the people of some rows, without their PINs; rows with faults are left out."""
    stored = stored_people(work, [row.id_number for _, row in lines])
    faults = [*_twice(work, lines), *_cards_of_others(work, lines, stored)]
    wrong = {line for line, _ in faults}
    rows = [row for line, row in lines if line not in wrong]
    new = [row for row in rows if row.id_number not in stored]
    known = [(stored[row.id_number], row) for row in rows if row.id_number in stored]
    _add(work, new)
    changed = _change(work, known)
    _open_accounts(work, [row.id_number for row in rows])
    pins = {person.id for person, row in known if row.query_pin and person.pin_hash is None}
    return Tally(
        added=len(new),
        changed=len(changed | pins),
        unchanged=len(known) - len(changed | pins),
        pins=len(pins) + sum(bool(row.query_pin) for row in new),
        faults=faults,
    )


def stored_people(work: Work, numbers: Iterable[str]) -> dict[str, Person]:
    """Return the people with these identity numbers as they stand in the database."""
    hashes = hashes_of(work, numbers)
    people = work.session.scalars(
        select(Person).where(Person.number_hash.in_(list(hashes))).execution_options(populate_existing=True)
    )
    return {hashes[person.number_hash]: person for person in people}


def _twice(work: Work, lines: Lines) -> Iterator[Numbered]:
    vault = work.tools.vault
    people = [(vault.hash(row.id_number, "number"), line) for line, row in lines]
    for (_, line), before in zip(people, work.seen.note(people), strict=True):
        if before.times:
            yield line, f"id_number: this person stands in line {before.line} already; leave one of the two"
    cards = [("card:" + hashed, line) for line, row in lines for hashed in _card_hashes(work, row)[:1]]
    for (_, line), before in zip(cards, work.seen.note(cards), strict=True):
        if before.times:
            yield (
                line,
                f"card_number: the card in line {before.line} has the same digits; correct one",
            )


def _cards_of_others(work: Work, lines: Lines, stored: Mapping[str, Person]) -> Iterator[Numbered]:
    cards = {hashed: (line, row) for line, row in lines for hashed in _card_hashes(work, row)}
    owners = work.session.execute(
        select(Person.card_hash, Person.id).where(Person.card_hash.in_(list(cards)))
    ).all()
    for card_hash, owner in owners:
        line, row = cards[card_hash or ""]
        person = stored.get(row.id_number)
        if person is None or person.id != owner:
            yield line, "card_number: somebody else has a card with these digits; correct it, or theirs first"


def _card_hashes(work: Work, row: PersonRow) -> list[str]:
    """Return the hashes of the row's card under every key, the writing key's first; none without a card."""
    return work.tools.vault.hashes(card_digits(row.card_number), "card") if row.card_number else []


def _add(work: Work, rows: Sequence[PersonRow]) -> None:
    if rows:
        work.session.execute(insert(Person), [person_columns.added(work.tools.vault, row) for row in rows])


def _change(work: Work, known: Sequence[tuple[Person, PersonRow]]) -> set[int]:
    """Change who differs from the row and return their ids."""
    columns = {person.id: person_columns.changed(work.tools.vault, person, row) for person, row in known}
    changes = [{"id": person_id, **changed} for person_id, changed in columns.items() if changed]
    changes.sort(key=sorted)  # equal columns together go into one statement
    if changes:
        work.session.execute(update(Person), changes)
    return {change["id"] for change in changes}


def _open_accounts(work: Work, numbers: Iterable[str]) -> None:
    """Give an empty account to everybody here who should have one and has none."""
    without = select(Person.id, literal(0), literal(0), literal(work.tools.today)).where(
        Person.number_hash.in_(list(hashes_of(work, numbers))),
        Person.member_type.in_(_WITH_ACCOUNT),
        ~exists().where(Account.person_id == Person.id),
    )
    columns = ["person_id", "balance_fen", "locked_fen", "as_of"]
    work.session.execute(insert(Account).from_select(columns, without))
