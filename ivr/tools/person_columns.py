"""A row of people as columns of the table: sealed, hashed, and only what differs from what is stored."""

from typing import Any

from ivr.store.sealed import Vault
from ivr.store.tables import Person
from ivr.tools.rows import PersonRow
from menus.masking import card_digits

_PLAIN = (
    "region",
    "member_type",
    "status",
    "special_scheme",
    "credit_zone",
    "remote_care_filed",
    "mobile_registered_on",
)


def added(vault: Vault, row: PersonRow) -> dict[str, Any]:
    """Return the columns of a new person; the PIN is set later."""
    return {
        "number_hash": vault.hash(row.id_number, "number"),
        "number_sealed": vault.seal(row.id_number, "people.number"),
        "name_sealed": vault.seal(row.name, "people.name"),
        "agency": row.agency or "",
        **{name: getattr(row, name) for name in _PLAIN},
        **_mobile(vault, row.mobile),
        **_card(vault, row.card_number),
        "computer_number_sealed": _sealed(vault, row.computer_number, "people.computer_number"),
    }


def changed(vault: Vault, person: Person, row: PersonRow) -> dict[str, Any]:
    """Return the columns that must change for the row to be true, none if it is.

    The number is never written again, as locks and failures name its hash; nor is what stays the same, as
    the caller may change another column of it at this moment.
    """
    wanted = {name: getattr(row, name) for name in _PLAIN}
    if row.agency is not None:
        wanted["agency"] = row.agency
    columns = {name: value for name, value in wanted.items() if getattr(person, name) != value}
    if _opened(vault, person.name_sealed, "people.name") != row.name:
        columns["name_sealed"] = vault.seal(row.name, "people.name")
    if _opened(vault, person.mobile_sealed, "people.mobile") != row.mobile:
        columns |= _mobile(vault, row.mobile)
    card = _opened(vault, person.card_sealed, "people.card")
    if card != row.card_number:
        columns |= _card(vault, row.card_number)
    if card_digits(card or "") != card_digits(row.card_number or ""):
        columns["card_lost_at"] = None  # the card that was lost is another one
    place = "people.computer_number"
    if _opened(vault, person.computer_number_sealed, place) != row.computer_number:
        columns["computer_number_sealed"] = _sealed(vault, row.computer_number, place)
    return columns


def _opened(vault: Vault, sealed: bytes | None, place: str) -> str | None:
    return None if sealed is None else vault.open(sealed, place)


def _sealed(vault: Vault, text: str | None, place: str) -> bytes | None:
    return None if text is None else vault.seal(text, place)


def _mobile(vault: Vault, mobile: str | None) -> dict[str, Any]:
    return {
        "mobile_hash": mobile and vault.hash(mobile, "mobile"),
        "mobile_sealed": _sealed(vault, mobile, "people.mobile"),
    }


def _card(vault: Vault, card: str | None) -> dict[str, Any]:
    return {
        "card_hash": card and vault.hash(card_digits(card), "card"),
        "card_sealed": _sealed(vault, card, "people.card"),
    }
