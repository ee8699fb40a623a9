"""The demo people as the files an authority would send: people, ledger and bindings, seen from one day."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from ivr.tools.demo_person import DemoPerson
from ivr.tools.demo_persons import CALLERS
from ivr.tools.demo_relatives import BINDINGS, RELATIVES
from ivr.tools.importing import Kind
from ivr.tools.rows import BindingRow, LedgerRow, PersonRow, Row

_MONTHS = 12
_PLACES = {"spend_own": "演示大药房", "spend_family": "演示市人民医院"}
_PEOPLE = {**CALLERS, **RELATIVES}
_Cells = dict[str, object]


def files(today: date) -> Iterator[tuple[Kind, str]]:
    """Return the kinds in the order of importing, each with its file as CSV."""
    yield "people", _csv(PersonRow, (_person(person, today) for person in _PEOPLE.values()))
    yield "ledger", _csv(LedgerRow, (row for person in _PEOPLE.values() for row in _ledger(person, today)))
    yield "bindings", _csv(BindingRow, _bindings(today))


def _csv(kind: type[Row], rows: Iterable[_Cells]) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, kind.columns().known, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def _person(person: DemoPerson, today: date) -> _Cells:
    return {
        "id_number": person.identity_number,
        "name": person.name,
        "region": person.region,
        "member_type": person.member_type,
        "status": person.status,
        "mobile": person.mobile,
        "mobile_registered_on": today - timedelta(days=person.mobile_days) if person.mobile else "",
        "card_number": person.card,
        "query_pin": person.pin,
        "special_scheme": person.special_scheme,
        "credit_zone": "medical",
        "remote_care_filed": "false",
        "agency": person.agency,
    }


def _ledger(person: DemoPerson, today: date) -> Iterator[_Cells]:
    """Return a year of movements that come to the person's balance, the oldest first."""
    if person.balance is None:
        return
    months = [_first_of_month(today, ago) for ago in range(_MONTHS, -1, -1)]
    credited = months[1:-1] if person.late else months[1:]
    spent = sum(fen for _, _, fen, _ in person.spent)
    opening = person.balance - person.credits * len(credited) + spent
    yield _movement(person, months[0], "opening", opening)
    for day in credited if person.credits else ():
        yield _movement(person, day, "monthly_credit", person.credits)
    for days, kind, fen, other in person.spent:
        yield _movement(person, today - timedelta(days=days), kind, -fen, other)
    if person.locked:
        yield _movement(person, today - timedelta(days=60), "share_lock", -person.locked)


def _movement(person: DemoPerson, day: date, kind: str, fen: int, other: str = "") -> _Cells:
    return {
        "id_number": person.identity_number,
        "date": day,
        "kind": kind,
        "amount": _yuan(fen),
        "institution": _PLACES.get(kind, ""),
        "counterparty_id_number": _PEOPLE[other].identity_number if other else "",
    }


def _bindings(today: date) -> Iterator[_Cells]:
    for binding in BINDINGS:
        yield {
            "authoriser_id_number": _PEOPLE[binding.authoriser].identity_number,
            "beneficiary_id_number": _PEOPLE[binding.beneficiary].identity_number,
            "relation": binding.relation,
            "priority": binding.priority,
            "bound_on": today - timedelta(days=binding.days),
            "quota": "" if binding.quota is None else _yuan(binding.quota),
        }


def _first_of_month(today: date, ago: int) -> date:
    years, month = divmod(today.year * 12 + today.month - 1 - ago, 12)
    return date(years, month + 1, 1)


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"
