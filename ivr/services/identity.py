"""Who is calling: a claim, then a proof. Until the proof everybody hears the same (SEC-01).

Whatever is wrong - nobody has this number, the PIN is wrong, too easy or not set, somebody is locked, dead or
a child - the answer depends only on how often this conversation has failed, and the way there costs the same
statements and one argon2 check.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import update

from ivr.services import claims, codes, locks
from ivr.services.context import Context
from ivr.services.keying import KEYS, keyed
from ivr.services.pins import derived
from ivr.services.service import Service
from ivr.store.tables import Claim, Person
from menus.catalogue import EXPIRED, Arguments, Declaration, Outcome
from menus.events import Told
from menus.masking import card_digits

CODE_TEMPLATE = "SMS01_verify_code"

# Callers with a withheld or foreign number are served by a person (SEC-40).
_CHINA = "+86"


@dataclass(frozen=True, slots=True)
class _Claimant:
    """Whose number was claimed, if anybody's, and what stands against them.

    `subjects` are all hashes a failure or a lock of this person may stand under, `subject` the one to write.
    """

    person: Person | None
    subject: str
    subjects: frozenset[str]
    locked: frozenset[str]
    heard: bool


def claim_number(context: Context, arguments: Arguments) -> Told:
    """Note who the caller claims to be by identity number; nobody is looked up for it (SEC-09)."""
    claims.note(context, keyed(arguments).upper(), "number")
    return Told("noted", assurance=1)


def claim_card(context: Context, arguments: Arguments) -> Told:
    """Note who the caller claims to be by the digits of a card."""
    claims.note(context, card_digits(keyed(arguments)), "card")
    return Told("noted", assurance=1)


def verify_pin(context: Context, arguments: Arguments) -> Told:
    """Verify by query PIN; one that is easy or made of the person's numbers proves nothing (SEC-03)."""
    pin = keyed(arguments)

    def proves(person: Person | None) -> bool:
        right = context.pins.verify(person.pin_hash if person else None, pin)
        return right and person is not None and not (person.pin_weak or derived(context, person, pin))

    tried = _try(context, "pin", proves)
    return Told("verified", assurance=2) if isinstance(tried, Person) else tried


def send_code(context: Context, _arguments: Arguments) -> Told:
    """Text a code to the registered mobile if everything allows it; "sent" whatever is true."""
    claimant = _claimant(context)
    if claimant is None:
        return Told(EXPIRED, assurance=0)
    person = _who_may_prove(context, claimant)
    if person is None:
        codes.pretend(context, claimant.subject)
    else:
        codes.issue(context, person, "verify", None, CODE_TEMPLATE, {})
    return Told("sent")


def verify_code(context: Context, arguments: Arguments) -> Told:
    """Verify by the texted code; `verified_weak` where the person's PIN is one that proves nothing."""
    code = keyed(arguments)

    def proves(person: Person | None) -> bool:
        return codes.check(context, person.id if person else None, "verify", None, code).result == "right"

    tried = _try(context, "code", proves)
    if not isinstance(tried, Person):
        return tried
    return Told("verified_weak" if tried.pin_weak else "verified", assurance=2)


def _claimant(context: Context) -> _Claimant | None:
    claim = claims.claim(context)
    if claim is None or claim.number_hash is None:
        return None
    hashes = {claim.number_hash, *claims.kept(context, claim).hashes}
    person = claims.claimed_person(context, hashes)
    subject = person.number_hash if person else claim.number_hash
    subjects = frozenset({subject, *hashes})
    return _Claimant(
        person,
        subject,
        subjects,
        locks.locked(context, subjects),
        context.party.caller.startswith(_CHINA) and claim.failures < context.hotline.limits.tries_per_call,
    )


def _who_may_prove(context: Context, claimant: _Claimant) -> Person | None:
    if claimant.person is None or claimant.locked or not claimant.heard:
        return None
    return claimant.person if claims.served(context, claimant.person) else None


def _try(
    context: Context, method: Literal["pin", "code"], proves: Callable[[Person | None], bool]
) -> Person | Told:
    """Return who is verified now, or the answer to everybody else; `proves` does the same work for nobody."""
    claimant = _claimant(context)
    if claimant is None:
        return Told(EXPIRED, assurance=0)
    person = _who_may_prove(context, claimant)
    proven = proves(person)
    before = locks.failures(context, claimant.subjects)
    if person is not None and proven:
        locks.forgive(context, claimant.subjects)
        claims.verify(context, person, method)
        return person
    locks.fail(context, claimant.subject, _recorded_as(claimant, method), before, claimant.person)
    return _failed(context)


def _recorded_as(claimant: _Claimant, method: str) -> str:
    if not claimant.heard or "caller" in claimant.locked:
        return locks.UNHEARD
    return locks.LOCKED if claimant.locked else method


def _failed(context: Context) -> Told:
    """Count in the database, where a repeated or simultaneous turn cannot count twice the same."""
    failures = context.session.execute(
        update(Claim)
        .where(Claim.conversation_id == context.party.conversation_id)
        .values(failures=Claim.failures + 1)
        .returning(Claim.failures)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    last = failures >= context.hotline.limits.tries_per_call
    return Told("failed_3" if last else f"failed_{min(failures, 2)}")


_FAILED = {"failed_1": Outcome(), "failed_2": Outcome(), "failed_3": Outcome()}

SERVICES = (
    Service(Declaration("identity.claim_number", {"noted": Outcome(gives=1)}, takes=KEYS), claim_number),
    Service(Declaration("identity.claim_card", {"noted": Outcome(gives=1)}, takes=KEYS), claim_card),
    Service(
        Declaration("identity.verify_pin", {"verified": Outcome(gives=2), **_FAILED}, needs=1, takes=KEYS),
        verify_pin,
    ),
    Service(Declaration("identity.send_code", {"sent": Outcome()}, needs=1), send_code),
    Service(
        Declaration(
            "identity.verify_code",
            {"verified": Outcome(gives=2), "verified_weak": Outcome(gives=2), **_FAILED},
            needs=1,
            takes=KEYS,
        ),
        verify_code,
    ),
)
