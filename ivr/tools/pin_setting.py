"""Setting the PINs of a file, for people who have none; argon2 is slow on purpose, so all cores work."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from sqlalchemy import update

from ivr.store.tables import Person
from ivr.tools.people import stored_people
from ivr.tools.rows import PersonRow
from ivr.tools.work import Work
from menus.identity_number import derived_pins


def set_pins(work: Work, lines: Sequence[tuple[int, PersonRow]]) -> int:
    """Hash and keep the PINs of some rows and return how many; who has a PIN keeps it.

    A PIN that is easy or made of the person's numbers is kept as weak: it verifies nobody (SEC-03).
    """
    rows = {row.id_number: row for _, row in lines if row.query_pin}
    people = stored_people(work, rows)
    without = {number: person.id for number, person in people.items() if person.pin_hash is None}
    with ThreadPoolExecutor(cpu_count()) as pool:
        hashes = pool.map(work.tools.pins.hash, [rows[number].query_pin or "" for number in without])
        changes = [
            {
                "id": person_id,
                "pin_hash": pin_hash,
                "pin_weak": rows[number].query_pin in derived_pins(number, rows[number].card_number or ""),
                "pin_set_at": work.tools.now,
            }
            for (number, person_id), pin_hash in zip(without.items(), hashes, strict=True)
        ]
    if changes:
        work.session.execute(update(Person), changes)
    return len(changes)
