"""Putting another relative in a relative's place: where the region has it done, and with which papers."""

from ivr.regions import Office
from ivr.services import offices, people
from ivr.services.context import Context
from ivr.services.service import Service
from ivr.services.verified import for_verified
from ivr.store.tables import Person
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told


def how(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Tell where a change is made: `counter` with documents and office, or `anywhere` (decisions 2).

    Without the address of the person's own counter there are no office values: to send anybody to another
    district's would be wrong.
    """
    region = context.regions.region(person.region).name
    documents = context.regions.policy(person.region, context.today).change.documents
    if documents is None:
        return Told("anywhere", {"region": region})
    office = _counter(context, person)
    told = offices.values(office, near=context.party.channel == "voice") if office else {}
    return Told("counter", {"region": region, "documents": documents, **told})


def text_documents(context: Context, person: Person, _arguments: Arguments) -> Told:
    """Text the documents, and the office where one is known, to the registered mobile."""
    mobile = people.mobile(context, person)
    sent = mobile and context.outbox.write(
        context.session,
        template="SMS11_change_docs",
        values={},
        mobile=mobile,
        kind="answer",
        business_key=f"documents:{context.party.conversation_id}:{person.id}",
        now=context.now,
    )
    office = _counter(context, person)
    if sent and office is not None:
        offices.send(context, office, mobile)
    return Told("sent" if sent else "no_mobile")


def _counter(context: Context, person: Person) -> Office | None:
    """Return the office of the person's agency; the region's first where the record names none."""
    if context.regions.agency(person.region, person.agency) is not None:
        return offices.of_person(context, person)
    known = context.regions.offices(person.region)
    return next((office for office in known if not office.rule_only), None)


SERVICES = (
    Service(
        Declaration(
            "changes.how",
            {
                "counter": Outcome({"region": 0, "documents": 0, **offices.VALUES}),
                "anywhere": Outcome({"region": 0}),
            },
            needs=2,
        ),
        for_verified(how),
    ),
    Service(
        Declaration("changes.text_documents", {"sent": Outcome(), "no_mobile": Outcome()}, needs=2),
        for_verified(text_documents),
    ),
)
