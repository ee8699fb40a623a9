"""The people at the desk: whether they answer now, calling back, and reports of fraud."""

from ivr.desk_hours import said_opening
from ivr.services import people, stopping
from ivr.services.claims import verified_person
from ivr.services.context import Context
from ivr.services.service import Service
from ivr.services.tickets import open_ticket
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Count, Values


def person(context: Context, _arguments: Arguments) -> Told:
    """Tell whether a person answers at this hour; `unmanned` where there is no number for it, or no hours.

    `open` comes with the caller's name and region where the caller is verified, for whoever answers.
    `closed` comes with the weekly hours. `away` comes with the next time that somebody answers, where a
    holiday or a make-up workday makes the weekly hours untrue; `holiday` is there if today is one.
    """
    agent, desk, now = context.hotline.agent, context.hotline.desk, context.now
    opens = desk.opens(now)
    if agent.number and desk.is_open(now):
        return Told("open", _who(context))
    if not agent.number or opens is None:
        return Told("unmanned")
    if opens == desk.usually_opens(now) and not desk.is_off(now):
        return Told("closed", {"hours": agent.hours})
    today: Values = {"holiday": Count(1)} if desk.is_off(now) else {}
    return Told("away", {"opens": said_opening(opens, now), **today})


def _who(context: Context) -> Values:
    """Return who is calling, masked, for the person who answers; nothing of who is not verified."""
    person = verified_person(context)
    if person is None:
        return {}
    return {
        "caller": people.name(context, person),
        "caller_region": context.regions.region(person.region).name,
    }


def call_back(context: Context, _arguments: Arguments) -> Told:
    """Open a ticket with the caller's number; `no_number` if it is withheld or foreign (SEC-15, SEC-40).

    A person dials it, never the machine, so that landlines may stand in a ticket although they get no texts.
    """
    if not context.party.caller.startswith("+86"):
        return Told("no_number")
    open_ticket(context, "call_back")
    return Told("noted")


def report_fraud(context: Context, _arguments: Arguments) -> Told:
    """Open a ticket, and lock unbinding for whoever this conversation is about."""
    stopping.report_fraud(context, "reported by the caller")
    return Told("noted")


SERVICES = (
    Service(
        Declaration(
            "desk.person",
            {
                "open": Outcome({"caller": 2, "caller_region": 2}),
                "closed": Outcome({"hours": 0}),
                "away": Outcome({"opens": 0, "holiday": 0}),
                "unmanned": Outcome(),
            },
        ),
        person,
    ),
    Service(Declaration("desk.call_back", {"noted": Outcome(), "no_number": Outcome()}), call_back),
    Service(Declaration("desk.report_fraud", {"noted": Outcome()}), report_fraud),
)
