"""Calling back: which number, when, and the ticket for whoever calls.

A person dials the number that called, never the machine and never a number that was keyed in (SEC-15), so
that landlines may stand in a ticket although they get no texts. Nobody who calls back asks for a PIN or for
a code (SEC-43).
"""

from datetime import datetime

from sqlalchemy import select

from ivr.callback_windows import Window, windows
from ivr.services.claims import verified_person
from ivr.services.context import Context
from ivr.services.service import Service
from ivr.services.tickets import open_ticket
from ivr.store.tables import Conversation, Ticket
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told
from menus.values import Digits, Items, Moment, Values

_HOME = "+86"
_MOBILE_DIGITS = 11


def number(context: Context, _arguments: Arguments) -> Told:
    """Tell the number that called; `no_number` if it is withheld or foreign (SEC-15, SEC-40)."""
    caller = context.party.caller
    if not caller.startswith(_HOME):
        return Told("no_number")
    return Told("known", {"caller_number": Digits(_as_dialled(caller), "phone")})


def offer_windows(context: Context, _arguments: Arguments) -> Told:
    """Tell the next half days in which somebody can call; `none` where nobody says when they are there."""
    found = windows(context.hotline.desk, context.now)
    if not found:
        return Told("none")
    return Told("offered", {"windows": Items(tuple(map(_item, found)))})


def call_back(context: Context, arguments: Arguments) -> Told:
    """Open a ticket with the caller's number and the chosen window; without one, any time will do.

    Who asks again, in this call or another, changes the time and is not called twice.
    """
    if not context.party.caller.startswith(_HOME):
        return Told("no_number")
    person = verified_person(context)
    ticket = _waiting(context)
    if ticket is None:
        open_ticket(context, "call_back", person.id if person else None)
        ticket = _waiting(context)
    if ticket is not None:
        ticket.person_id = person.id if person else ticket.person_id
        ticket.window_begins, ticket.window_ends = _time(arguments, "begins"), _time(arguments, "ends")
        context.session.flush()
    return Told("noted")


def _item(window: Window) -> Values:
    return {"window": window.name, "begins": Moment(window.begins), "ends": Moment(window.ends)}


def _waiting(context: Context) -> Ticket | None:
    """Return the open request of the number that calls, whichever call it comes from."""
    return context.session.scalars(
        select(Ticket)
        .join(Conversation, Ticket.conversation_id == Conversation.id)
        .where(
            Ticket.kind == "call_back",
            Ticket.state == "open",
            Conversation.caller_hash == context.party.caller_hash,
        )
        .order_by(Ticket.id)
        .with_for_update(of=Ticket)
        .execution_options(populate_existing=True)
    ).first()


def _time(arguments: Arguments, name: str) -> datetime | None:
    given = arguments.get(name)
    return given.at if isinstance(given, Moment) else None


def _as_dialled(number: str) -> str:
    """Return a number of the country as people know it: landlines with their 0, mobiles without."""
    national = number.removeprefix(_HOME)
    return national if len(national) == _MOBILE_DIGITS and national.startswith("1") else f"0{national}"


_WINDOWS = frozenset({"window", "begins", "ends"})
SERVICES = (
    Service(
        Declaration("callbacks.number", {"known": Outcome({"caller_number": 0}), "no_number": Outcome()}),
        number,
    ),
    Service(
        Declaration(
            "callbacks.windows",
            {"offered": Outcome({"windows": 0}, items={"windows": _WINDOWS}), "none": Outcome()},
        ),
        offer_windows,
    ),
    # Its name is that of menus which were published before there were windows.
    Service(
        Declaration(
            "desk.call_back",
            {"noted": Outcome(), "no_number": Outcome()},
            takes=frozenset({"begins", "ends"}),
        ),
        call_back,
    ),
)
