"""Verification by text: the mobile that writes identifies, the code it sends back verifies (SEC-17)."""

from collections.abc import Sequence

from sqlalchemy import select

from ivr.services import acts, claims, codes, locks, unbinding
from ivr.services.code_digits import equals
from ivr.services.context import Context
from ivr.services.identity import CODE_TEMPLATE
from ivr.services.keying import KEYS, keyed
from ivr.services.service import Service
from ivr.store.tables import Code, Person
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Count, Secret

# A mobile cannot have more open codes than this: five a day may be sent to it.
_LAST = 5


def text_code(context: Context, _arguments: Arguments) -> Told:
    """Text a code to the mobile that writes, if it is one person's; "sent" also where it is nobody's."""
    owners = _owners(context)
    if len(owners) > 1:
        return Told("several")
    if owners and not _locked(context, owners[0]):
        codes.issue(context, owners[0], "verify", None, CODE_TEMPLATE, {})
    else:
        codes.pretend(context, context.party.caller_hash)
    return Told("sent")


def reply(context: Context, arguments: Arguments) -> Told:
    """Take six digits for the code they are: of an act of this mobile that waits, or of its verification."""
    keys = keyed(arguments)
    code = _meant(context, keys)
    if code is None:
        return Told("none")
    if code.purpose == "unbind":
        return unbinding.confirm_by_text(context, code.person_id, Secret(keys))
    owners = _owners(context)
    if [owner.id for owner in owners] != [code.person_id] or _locked(context, owners[0]):
        return Told("none")
    return _verify(context, owners[0], keys, compared=code.state == "issued")


def _verify(context: Context, person: Person, keys: str, *, compared: bool) -> Told:
    checked = codes.check(context, person.id, "verify", None, keys)
    subjects = {person.number_hash}
    if checked.result == "right":
        locks.forgive(context, subjects)
        claims.verify(context, person, "reply")
        return Told("verified", assurance=2)
    if compared and checked.result in {"wrong", "exhausted"}:
        before = locks.failures(context, subjects)
        locks.fail(context, person.number_hash, "reply", before, person)
    return Told(checked.result, {"left": Count(checked.left)} if checked.result == "wrong" else {})


def _meant(context: Context, keys: str) -> Code | None:
    """Return the code a reply is charged to, of those that went to this mobile.

    That is the open one it equals; else the open one of an act, as more depends on it; else the newest, so
    that who comes too late hears that.
    """
    sent = _sent_here(context)
    usable = [code for code in sent if code.state == "issued" and code.expires_at >= context.now]
    waiting = {act.id for act in acts.of_mobile(context)}
    open_now = [code for code in usable if code.purpose == "verify" or code.act_id in waiting]
    open_now.sort(key=lambda code: (code.purpose != "unbind", -code.id))
    equal = [code for code in open_now if equals(context.vault, code, keys)]
    return next(iter([*equal, *open_now, *sent]), None)


def _sent_here(context: Context) -> Sequence[Code]:
    """Return the last codes that went to this mobile, the newest first; none to who is not on a text line."""
    if context.party.channel != "text":
        return []
    return context.session.scalars(
        select(Code)
        .where(Code.mobile_hash.in_(_hashes(context)))
        .order_by(Code.id.desc())
        .limit(_LAST)
        .execution_options(populate_existing=True)
    ).all()


def _owners(context: Context) -> list[Person]:
    """Return who registered the mobile that writes and may be served."""
    if context.party.channel != "text":
        return []
    people = context.session.scalars(
        select(Person).where(Person.mobile_hash.in_(_hashes(context))).order_by(Person.id)
    )
    return [person for person in people if claims.served(context, person)]


def _hashes(context: Context) -> list[str]:
    # A withheld number is no mobile; nobody is registered with the hash of nothing, but nobody should ask.
    return context.vault.hashes(context.party.caller, "mobile") if context.party.caller else []


def _locked(context: Context, person: Person) -> bool:
    return bool(locks.locked(context, {person.number_hash}))


SERVICES = (
    Service(Declaration("identity.text_code", {"sent": Outcome(), "several": Outcome()}), text_code),
    Service(
        Declaration(
            "codes.reply",
            {
                "verified": Outcome(gives=2),
                "done": Outcome({"name": 2}),
                "submitted": Outcome(),
                "refused": Outcome(),
                "wrong": Outcome({"left": 0}),
                "expired": Outcome(),
                "exhausted": Outcome(),
                "none": Outcome(),
            },
            takes=KEYS,
        ),
        reply,
        unbinding.verdict,
    ),
)
