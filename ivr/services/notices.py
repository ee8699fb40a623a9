"""Notices: whoever wants none says so from the telephone that gets them; codes and receipts go on."""

from ivr.services.context import Context
from ivr.services.service import Service
from ivr.texts.rows import MOBILE, stop_notices
from menus.catalogue import Arguments, Declaration, Outcome
from menus.events import Told


def opt_out(context: Context, _arguments: Arguments) -> Told:
    """Send no more notices to the number that calls or writes (decisions 25)."""
    if context.party.caller:
        stop_notices(context.session, context.vault.hash(context.party.caller, MOBILE))
    return Told("done")


SERVICES = (Service(Declaration("notices.opt_out", {"done": Outcome()}), opt_out),)
