"""Lost cards: marked here and now, and a person at the office does the rest."""

from ivr.services.context import Context
from ivr.services.service import Service
from ivr.services.tickets import open_ticket
from ivr.services.verified import for_verified
from ivr.store.tables import Person
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told


def report_lost(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Mark the card as lost from the first report on, and open a ticket."""
    person.card_lost_at = person.card_lost_at or context.now
    context.session.flush()
    open_ticket(context, "lost_card", person.id)
    return Told("noted")


SERVICES = (
    Service(Declaration("cards.report_lost", {"noted": Outcome()}, needs=2), for_verified(report_lost)),
)
