"""Tickets: work that a conversation leaves to a person at the office."""

from typing import Literal

from sqlalchemy import select

from ivr.services.context import Context
from ivr.store.tables import Ticket

Kind = Literal["not_me", "fraud", "call_back", "lost_card", "failed_receipt", "refused_act"]


def open_ticket(context: Context, kind: Kind, person_id: int | None = None, note: str = "") -> None:
    """Open a ticket with the caller's number sealed; one conversation opens it once for one person.

    `note` is at most 200 characters and names nobody. The worker's tickets belong to no conversation.
    """
    party = context.party
    conversation_id = party.conversation_id or None
    already = context.session.scalar(
        select(Ticket.id).where(
            Ticket.kind == kind,
            Ticket.person_id.is_not_distinct_from(person_id),
            Ticket.conversation_id.is_not_distinct_from(conversation_id),
            Ticket.state == "open",
        )
    )
    if already is None:
        context.session.add(
            Ticket(
                kind=kind,
                person_id=person_id,
                conversation_id=conversation_id,
                caller_sealed=context.vault.seal(party.caller, "tickets.caller") if party.caller else None,
                note=note,
                at=context.now,
            )
        )
        context.session.flush()
