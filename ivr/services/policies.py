"""What the rules of a region say: told as current only where somebody vouches for it today (decisions 7)."""

from ivr.regions import NATIONAL
from ivr.services.claims import verified_person
from ivr.services.context import Context
from ivr.services.service import Service
from menus.catalogue import FAILED, Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Word


def answer(context: Context, arguments: Arguments) -> Told:
    """Tell what the policy in force says on a topic: who, use, card or cash.

    The region is the one asked for, else the verified caller's, else the whole country.
    """
    topic = arguments.get("topic")
    if not isinstance(topic, Word):
        return Told(FAILED)
    code = _region(context, arguments)
    region = context.regions.region(code).name
    found = context.regions.policy(code, context.today).answers.get(topic.spoken)
    if found is None:
        return Told("silent", {"region": region})
    outcome = "current" if found.stands(context.today) else "former"
    return Told(outcome, {"answer": found.text, "region": region})


def regions_known(context: Context, _arguments: Arguments) -> Told:
    """Tell whether the caller's own region is known, so that nobody is asked for it twice."""
    return Told("ask" if verified_person(context) is None else "own")


def _region(context: Context, arguments: Arguments) -> str:
    asked = arguments.get("region")
    if isinstance(asked, Word):
        return asked.spoken
    person = verified_person(context)
    return NATIONAL if person is None else person.region


_ANSWER = {"answer": 0, "region": 0}

SERVICES = (
    Service(
        Declaration(
            "policies.answer",
            {"current": Outcome(_ANSWER), "former": Outcome(_ANSWER), "silent": Outcome({"region": 0})},
            takes=frozenset({"topic", "region"}),
        ),
        answer,
    ),
    Service(Declaration("policies.regions_known", {"own": Outcome(), "ask": Outcome()}), regions_known),
)
