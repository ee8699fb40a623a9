"""Where to go: the offices of a region, with their telephone numbers."""

from ivr.regions import Office
from ivr.services.context import Context
from ivr.services.service import Service
from ivr.services.verified import for_verified
from ivr.store.tables import Person
from menus.catalogue import FAILED, Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Digits, Values, Word

# What is told of an office; anybody may hear it.
VALUES = {"office": 0, "office_name": 0, "address": 0, "phone": 0}


def values(office: Office, *, near: bool) -> Values:
    """Return what is told of an office: how it is said, its name, its address and its number.

    `near` leaves the area code away, as who is about to go there dials the number on the spot; a text may be
    read and kept anywhere.
    """
    phone = office.phone if near or not office.area_code else f"{office.area_code}-{office.phone}"
    return {
        "office": office.spoken,
        "office_name": Word(office.name),
        "address": office.spoken,
        "phone": Digits(phone, "phone"),
    }


def of_person(context: Context, person: Person) -> Office | None:
    """Return the office that keeps the person's insurance, if its address is known."""
    office = context.regions.agency(person.region, person.agency)
    return None if office is None or office.rule_only else office


def send(context: Context, office: Office, mobile: str) -> bool:
    """Text an office to a mobile, once in a conversation; False where the mobile gets no texts."""
    return context.outbox.write(
        context.session,
        template="SMS10_office",
        values=values(office, near=False),
        mobile=mobile,
        kind="answer",
        business_key=f"office:{context.party.conversation_id}:{office.id}",
        now=context.now,
    )


def find(context: Context, arguments: Arguments) -> Told:
    """Tell the office with this id; `rule` where it stands for people who must go elsewhere."""
    office = _named(context, arguments)
    return Told(FAILED) if office is None else _told(context, office)


def own(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Tell the office that keeps the caller's insurance; `none` where no address of it is known."""
    office = of_person(context, person)
    return Told("none") if office is None or office.rule_only else _told(context, office)


def by_name(context: Context, arguments: Arguments) -> Told:
    """Tell the office somebody wrote the name of: 青秀, 青秀区 or 青秀管理部."""
    name = arguments.get("name")
    office = context.regions.office_named(name.spoken) if isinstance(name, Word) else None
    return Told("unknown") if office is None else _told(context, office)


def text_found(context: Context, arguments: Arguments) -> Told:
    """Text an office to the number that calls, as it says nothing about anybody."""
    office = _named(context, arguments)
    if office is None or office.rule_only:
        return Told(FAILED)
    return Told("sent" if send(context, office, context.party.caller) else "no_mobile")


def _named(context: Context, arguments: Arguments) -> Office | None:
    wanted = arguments.get("office")
    return context.regions.office(wanted.spoken) if isinstance(wanted, Word) else None


def _told(context: Context, office: Office) -> Told:
    if office.rule_only:
        return Told("rule")
    return Told("found", values(office, near=context.party.channel == "voice"))


_FOUND, _PLAIN = Outcome(VALUES), Outcome()

SERVICES = (
    Service(
        Declaration("offices.find", {"found": _FOUND, "rule": _PLAIN}, takes=frozenset({"office"})), find
    ),
    Service(Declaration("offices.own", {"found": _FOUND, "none": _PLAIN}, needs=2), for_verified(own)),
    Service(
        Declaration(
            "offices.by_name",
            {"found": _FOUND, "rule": _PLAIN, "unknown": _PLAIN},
            takes=frozenset({"name"}),
        ),
        by_name,
    ),
    Service(
        Declaration("offices.text_found", {"sent": _PLAIN, "no_mobile": _PLAIN}, takes=frozenset({"office"})),
        text_found,
    ),
)
