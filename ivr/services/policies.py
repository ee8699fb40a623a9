"""What the rules of a region say: told as current only where somebody vouches for it today (decisions 7)."""

from ivr.regions import NATIONAL
from ivr.services.claims import verified_person
from ivr.services.context import Context
from ivr.services.service import Service
from menus.catalogue import FAILED, Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Count, Word


def answer(context: Context, arguments: Arguments) -> Told:
    """Tell a page of what the rules in force say on a topic, and the number of the next if there is one.

    The region is the one asked for, else the verified caller's, else the whole country; the page is the
    first, unless another is asked for. `which` where no topic is chosen yet.
    """
    topic, page = arguments.get("topic"), arguments.get("page", Count(1))
    if not isinstance(topic, Word):
        return Told("which")
    if not isinstance(page, Count):
        return Told(FAILED)
    code = _region(context, arguments)
    region = context.regions.region(code).name
    pages = context.regions.pages(code, topic.spoken, context.today)
    if not 1 <= page.number <= len(pages):
        return Told("silent", {"region": region})
    found = pages[page.number - 1]
    more = page.number < len(pages)
    outcome = ("current" if found.stands(context.today) else "former") + ("_more" if more else "")
    values = {"answer": found.words, "region": region}
    return Told(outcome, {**values, "page": Count(page.number + 1)} if more else values)


def regions_known(context: Context, _arguments: Arguments) -> Told:
    """Tell whether the caller's own region is known, so that nobody is asked for it twice."""
    return Told("ask" if verified_person(context) is None else "own")


def _region(context: Context, arguments: Arguments) -> str:
    asked = arguments.get("region")
    if isinstance(asked, Word):
        return asked.spoken
    person = verified_person(context)
    return NATIONAL if person is None else person.region


_LAST = Outcome({"answer": 0, "region": 0})
_MORE = Outcome({"answer": 0, "region": 0, "page": 0})

SERVICES = (
    Service(
        Declaration(
            "policies.answer",
            {
                "which": Outcome(),
                "current": _LAST,
                "current_more": _MORE,
                "former": _LAST,
                "former_more": _MORE,
                "silent": Outcome({"region": 0}),
            },
            takes=frozenset({"topic", "region", "page"}),
        ),
        answer,
    ),
    Service(Declaration("policies.regions_known", {"own": Outcome(), "ask": Outcome()}), regions_known),
)
