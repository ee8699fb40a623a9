"""Writing people: who is new is added, who differs is changed, and nobody is ever taken away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, insert, literal, select, update

from ivr.store.tables import Account, Person
from ivr.tools.report import Numbered, Tally
from ivr.tools.rows import PersonRow
from ivr.tools.work import Work, hashes_of
from menus.masking import card_digits

# Who has a personal account. Who changes over to something else keeps theirs: the money stays their own.
_WITH_ACCOUNT = ("employed", "retired")
_PLAIN = (
    "region",
    "member_type",
    "status",
    "special_scheme",
    "credit_zone",
    "remote_care_filed",
    "mobile_registered_on",
)
_SEALED = (
    "name_sealed",
    "mobile_hash",
    "mobile_sealed",
    "card_hash",
    "card_sealed",
    "card_lost_at",
    "computer_number_sealed",
)
Lines = Sequence[tuple[int, PersonRow]]


def write(work: Work, lines: Lines) -> Tally:
    """Add or change the people of some rows, without their PINs; rows with faults are left out."""
    stored = stored_people(work, [row.id_number for _, row in lines])
    faults = [*_twice(work, lines), *_cards_of_others(work, lines, stored)]
    wrong = {line for line, _ in faults}
    rows = [row for line, row in lines if line not in wrong]
    known = [(row, stored[row.id_number]) for row in rows if row.id_number in stored]
    new = [row for row in rows if row.id_number not in stored]
    changes = [_change(work, person, row) for row, person in known]
    _execute(work, insert(Person), [_added(work, row) for row in new])
    _execute(work, update(Person), [change for change in changes if change])
    _open_accounts(work, [row.id_number for row in rows])
    pins = [bool(row.query_pin) and person.pin_hash is None for row, person in known]
    changed = sum(1 for change, pin in zip(changes, pins, strict=True) if change or pin)
    waiting = sum(pins) + sum(1 for row in new if row.query_pin)
    return Tally(len(new), changed, len(known) - changed, waiting, faults)


def stored_people(work: Work, numbers: Iterable[str]) -> dict[str, Person]:
    """Return the people with these identity numbers as they stand in the database."""
    hashes = hashes_of(work, numbers)
    people = work.session.scalars(
        select(Person).where(Person.number_hash.in_(list(hashes))).execution_options(populate_existing=True)
    )
    return {hashes[person.number_hash]: person for person in people}


def _execute(work: Work, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        work.session.execute(statement, rows)


def _twice(work: Work, lines: Lines) -> Iterator[Numbered]:
    vault = work.tools.vault
    people = [(vault.hash(row.id_number, "number"), line) for line, row in lines]
    for (_, line), before in zip(people, work.seen.note(people), strict=True):
        if before.times:
            yield line, f"id_number: this person stands in line {before.line} already; leave one of the two"
    cards = [
        ("card:" + vault.hash(card_digits(row.card_number), "card"), line)
        for line, row in lines
        if row.card_number
    ]
    for (_, line), before in zip(cards, work.seen.note(cards), strict=True):
        if before.times:
            yield (
                line,
                f"card_number: the card in line {before.line} has the same digits; correct one of them",
            )


def _cards_of_others(work: Work, lines: Lines, stored: Mapping[str, Person]) -> Iterator[Numbered]:
    hashes = {
        hashed: (line, row)
        for line, row in lines
        if row.card_number
        for hashed in work.tools.vault.hashes(card_digits(row.card_number), "card")
    }
    owners = work.session.execute(
        select(Person.card_hash, Person.id).where(Person.card_hash.in_(list(hashes)))
    ).all()
    for card_hash, owner in owners:
        line, row = hashes[card_hash or ""]
        person = stored.get(row.id_number)
        if person is None or person.id != owner:
            yield line, "card_number: somebody else has a card with these digits; correct it, or theirs first"


def _added(work: Work, row: PersonRow) -> dict[str, Any]:
    vault = work.tools.vault
    return {
        "number_hash": vault.hash(row.id_number, "number"),
        "number_sealed": vault.seal(row.id_number, "people.number"),
        "agency": row.agency or "",
        **{name: getattr(row, name) for name in _PLAIN},
        **_name(work, row),
        **_mobile(work, row),
        **_card(work, row),
        **_computer_number(work, row),
    }


def _change(work: Work, person: Person, row: PersonRow) -> dict[str, Any]:
    """Return all columns an update writes, or nothing if the row says what is stored.

    What a column says already keeps its bytes: locks and codes name the hashes that were written then.
    """
    wanted = {name: getattr(row, name) for name in _PLAIN}
    if row.agency is not None:
        wanted["agency"] = row.agency
    before = {name: getattr(person, name) for name in wanted}
    sealed = _changed_seals(work, person, row)
    if wanted == before and not sealed:
        return {}
    kept = {name: getattr(person, name) for name in _SEALED}
    return {"id": person.id, "agency": person.agency, **kept, **wanted, **sealed}


def _changed_seals(work: Work, person: Person, row: PersonRow) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if _opened(work, person.name_sealed, "people.name") != row.name:
        changed |= _name(work, row)
    if _opened(work, person.mobile_sealed, "people.mobile") != row.mobile:
        changed |= _mobile(work, row)
    card = _opened(work, person.card_sealed, "people.card")
    if card != row.card_number:
        changed |= _card(work, row)
        if card_digits(card or "") != card_digits(row.card_number or ""):
            changed["card_lost_at"] = None  # the one that was lost is another card
    if _opened(work, person.computer_number_sealed, "people.computer_number") != row.computer_number:
        changed |= _computer_number(work, row)
    return changed


def _opened(work: Work, sealed: bytes | None, place: str) -> str | None:
    return work.tools.vault.open(sealed, place) if sealed is not None else None


def _name(work: Work, row: PersonRow) -> dict[str, Any]:
    return {"name_sealed": work.tools.vault.seal(row.name, "people.name")}


def _mobile(work: Work, row: PersonRow) -> dict[str, Any]:
    vault, mobile = work.tools.vault, row.mobile
    return {
        "mobile_hash": vault.hash(mobile, "mobile") if mobile else None,
        "mobile_sealed": vault.seal(mobile, "people.mobile") if mobile else None,
    }


def _card(work: Work, row: PersonRow) -> dict[str, Any]:
    vault, card = work.tools.vault, row.card_number
    return {
        "card_hash": vault.hash(card_digits(card), "card") if card else None,
        "card_sealed": vault.seal(card, "people.card") if card else None,
    }


def _computer_number(work: Work, row: PersonRow) -> dict[str, Any]:
    number = row.computer_number
    sealed = work.tools.vault.seal(number, "people.computer_number") if number else None
    return {"computer_number_sealed": sealed}


def _open_accounts(work: Work, numbers: Iterable[str]) -> None:
    """Give an empty account to everybody here who should have one and has none."""
    without = select(Person.id, literal(0), literal(0), literal(work.tools.today)).where(
        Person.number_hash.in_(list(hashes_of(work, numbers))),
        Person.member_type.in_(_WITH_ACCOUNT),
        ~exists().where(Account.person_id == Person.id),
    )
    columns = ["person_id", "balance_fen", "locked_fen", "as_of"]
    work.session.execute(insert(Account).from_select(columns, without))
