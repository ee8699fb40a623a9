"""Why a monthly credit is what it is: the rule of the caller's own region, for their own age and kind."""

from ivr.monthly_credit import Fixed, NoCredit, ShareOfPension, monthly_credit
from ivr.services import people
from ivr.services.context import Context
from ivr.services.service import Service
from ivr.services.verified import for_verified
from ivr.store.tables import Person
from ivr.topics import credited
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Word


def answer(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Tell the rule, as current only where somebody vouches for it; `office` where its age is left open."""
    age = people.age(context, person)
    if age is None:
        return Told("none")
    match monthly_credit(context.regions.monthly_credits(person.region), person.member_type, age):
        case Fixed(row=row) | ShareOfPension(row=row):
            outcome = "current" if row.stands(context.today) else "former"
            return Told(outcome, {"answer": Word(credited(row))})
        case NoCredit.OFFICE_DECIDES:
            return Told("office")
        case _:
            return Told("none")


_RULE = Outcome({"answer": 0})

SERVICES = (
    Service(
        Declaration(
            "credit_rule.own",
            needs=2,
            outcomes={"current": _RULE, "former": _RULE, "office": Outcome(), "none": Outcome()},
        ),
        for_verified(answer),
    ),
)
