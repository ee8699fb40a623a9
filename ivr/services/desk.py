"""The people at the desk: whether they answer now, who is put through to them, and reports of fraud."""

from ivr.desk_hours import said_opening
from ivr.services import people, stopping
from ivr.services.claims import verified_person
from ivr.services.context import Context
from ivr.services.service import Service
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Count, Value, Values


def person(context: Context, _arguments: Arguments) -> Told:
    """Tell whether a person answers at this hour; `unmanned` where there is no number for it, or no hours.

    `open` comes with the caller's name and region where the caller is verified, for whoever answers.
    `closed` comes with the weekly hours; where a holiday or a make-up workday makes them untrue, also with
    the next time that somebody answers, and with `holiday` if today is one.
    """
    agent, desk, now = context.hotline.agent, context.hotline.desk, context.now
    opens = desk.opens(now)
    if agent.number and desk.is_open(now):
        return Told("open", _who(context))
    if not agent.number or opens is None:
        return Told("unmanned")
    told: dict[str, Value] = {"hours": agent.hours}
    if desk.is_off(now):
        told["holiday"] = Count(1)
    if desk.is_off(now) or opens != desk.usually_opens(now):
        told["opens"] = said_opening(opens, now)
    return Told("closed", told)


def _who(context: Context) -> Values:
    """Return who is calling, masked, for the person who answers; nothing of who is not verified."""
    person = verified_person(context)
    if person is None:
        return {}
    return {
        "caller": people.name(context, person),
        "caller_region": context.regions.region(person.region).name,
    }


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
                "closed": Outcome({"hours": 0, "opens": 0, "holiday": 0}),
                "unmanned": Outcome(),
            },
        ),
        person,
    ),
    Service(Declaration("desk.report_fraud", {"noted": Outcome()}), report_fraud),
)
