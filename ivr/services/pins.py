"""Changing the query PIN: only after a texted code, keyed twice, and none that others could guess."""

import hmac

from ivr.services import claims
from ivr.services.context import Context
from ivr.services.keying import KEYS, keyed
from ivr.services.service import Service
from ivr.store.tables import Person
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.identity_number import derived_pins

_LENGTH = 6


def begin(context: Context, _arguments: Arguments) -> Told:
    """Tell whether the PIN may be changed now: who came in by the old one needs a texted code first."""
    return Told("code_needed" if _person(context) is None else "ok")


def first(context: Context, arguments: Arguments) -> Told:
    """Keep the new PIN sealed until it is keyed again, unless it is easy or made of the person's numbers."""
    person = _person(context)
    if person is None:
        return Told("code_needed")
    pin = keyed(arguments)
    if not (pin.isascii() and pin.isdigit() and len(pin) == _LENGTH) or derived(context, person, pin):
        return Told("weak")
    claims.keep(context, claims.Kept(first_pin=pin))
    return Told("good")


def second(context: Context, arguments: Arguments) -> Told:
    """Set the PIN if it is the one keyed before; otherwise forget both."""
    person = _person(context)
    if person is None:
        return Told("code_needed")
    kept = claims.kept(context, claims.claim(context)).first_pin
    claims.keep(context, claims.Kept())
    pin = keyed(arguments)
    if not kept or not hmac.compare_digest(kept.encode(), pin.encode()):
        return Told("different")
    person.pin_hash, person.pin_weak, person.pin_set_at = context.pins.hash(pin), False, context.now
    context.session.flush()
    return Told("set")


def derived(context: Context, person: Person, pin: str) -> bool:
    """Return whether the PIN is easy or made of the person's own numbers, and so proves nothing (SEC-03)."""
    number = context.vault.open(person.number_sealed, "people.number")
    card = context.vault.open(person.card_sealed, "people.card") if person.card_sealed else ""
    return pin in derived_pins(number, card)


def _person(context: Context) -> Person | None:
    """Return who was verified by number and texted code in this conversation."""
    claim = claims.claim(context)
    return claims.verified_person(context) if claim is not None and claim.method == "code" else None


SERVICES = (
    Service(Declaration("pins.begin", {"ok": Outcome(), "code_needed": Outcome()}, needs=2), begin),
    Service(
        Declaration(
            "pins.first",
            {"good": Outcome(), "weak": Outcome(), "code_needed": Outcome()},
            needs=2,
            takes=KEYS,
        ),
        first,
    ),
    Service(
        Declaration(
            "pins.second",
            {"set": Outcome(), "different": Outcome(), "code_needed": Outcome()},
            needs=2,
            takes=KEYS,
        ),
        second,
    ),
)
