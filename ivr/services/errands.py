"""Errands: what the keeper of the accounts is asked while no transaction is open.

A service sends one off and tells that its answer is awaited. When the turn is stored, the host carries it
out, and what comes back is settled in a transaction of its own, whether or not anybody still listens. The
conversation only looks whether its errand is back.
"""

import secrets

from sqlalchemy import update

from ivr.services.context import Context, Errand, Sent, Settle
from ivr.store.inserting import insert
from ivr.store.tables import Act, ErrandRow
from menus.catalogue import WAITING
from menus.events import Told


def send(context: Context, errand: Errand, act: Act | None = None) -> Told | None:
    """Send an errand off; None where it is done already, because our own tables are the accounts.

    A conversation waits for one errand at a time: who sends another no longer looks for the one before.
    """
    if not context.keeper.elsewhere:
        errand(context.keeper)(context)
        return None
    key = secrets.token_hex(16)
    row = {"key": key, "state": "out", "act_id": act and act.id, "sent_at": context.now}
    context.session.execute(
        insert(context.session, ErrandRow)
        .values(conversation_id=context.party.conversation_id, **row)
        .on_conflict_do_update(index_elements=["conversation_id"], set_=row)
    )
    context.errands.append(Sent(key, errand, context.party))
    return Told(WAITING)


def of_conversation(context: Context) -> ErrandRow | None:
    """Return the last errand of this conversation as it stands in the database."""
    return context.session.get(ErrandRow, context.party.conversation_id, populate_existing=True)


def is_out(context: Context) -> bool:
    """Return whether an answer may still come."""
    errand = of_conversation(context)
    return errand is not None and errand.state == "out"


def answered(context: Context) -> bool:
    """Return whether what our tables say is what the keeper of the accounts just said."""
    if not context.keeper.elsewhere:
        return True
    errand = of_conversation(context)
    return errand is not None and errand.state == "answered"


def bring_back(context: Context, key: str, settle: Settle) -> None:
    """Settle what an errand brought, and let its conversation know if it still looks for this one."""
    state = "answered" if settle(context) else "failed"
    context.session.execute(
        update(ErrandRow)
        .where(ErrandRow.conversation_id == context.party.conversation_id, ErrandRow.key == key)
        .values(state=state)
    )
