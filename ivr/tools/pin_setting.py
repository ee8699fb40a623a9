"""Setting the PINs of a file, for people who have none; argon2 is slow on purpose, so all cores work."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from sqlalchemy import bindparam, update

from ivr.store.tables import Person
from ivr.tools.people import stored_people
from ivr.tools.rows import PersonRow
from ivr.tools.work import Work
from menus.identity_number import derived_pins


def set_pins(work: Work, lines: Sequence[tuple[int, PersonRow]]) -> int:
    """Hash and keep the PINs of some rows and return how many; who has a PIN keeps it.

    A PIN that is easy or made of the person's numbers is kept as weak: it verifies nobody (SEC-03).
    """
    given = {row.id_number: (row.query_pin, row.card_number or "") for _, row in lines if row.query_pin}
    people = stored_people(work, given)
    without = {number: person.id for number, person in people.items() if not person.pin_hash}
    if not without:
        return 0
    with ThreadPoolExecutor(cpu_count()) as pool:
        hashes = list(pool.map(work.tools.pins.hash, [given[number][0] for number in without]))
    changes = [
        {
            "person": person_id,
            "hash": pin_hash,
            "weak": given[number][0] in derived_pins(number, given[number][1]),
            "at": work.tools.now,
        }
        for (number, person_id), pin_hash in zip(without.items(), hashes, strict=True)
    ]
    # A caller may have set a PIN since it was looked for: theirs counts.
    statement = (
        update(Person)
        .where(Person.id == bindparam("person"), Person.pin_hash.is_(None))
        .values(pin_hash=bindparam("hash"), pin_weak=bindparam("weak"), pin_set_at=bindparam("at"))
    )
    work.session.connection().execute(statement, changes)
    return len(changes)
