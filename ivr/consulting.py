"""Running services for the dialogue: inside the turn's transaction, and never letting one break a call."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from ivr.failures import place_of
from ivr.hotline import Hotline
from ivr.regions import Regions
from ivr.services import claims, errands
from ivr.services.context import Context, Party
from ivr.services.keeper import OWN_TABLES, Keeper
from ivr.services.pin_hasher import PinHasher
from ivr.services.service import Service, Services
from ivr.store.sealed import Vault
from ivr.texts.outbox import Outbox
from menus.actions import Consult
from menus.catalogue import EXPIRED, FAILED, WAITING
from menus.events import Told
from menus.menu import Menus
from menus.waiting import LOOKS

log = logging.getLogger(__name__)

OutboxFor = Callable[[Mapping[str, str]], Outbox]


@dataclass(frozen=True)
class Consulting:
    """The services of this hotline and what they work with; `outbox` builds one for a version's texts."""

    services: Services
    vault: Vault
    hotline: Hotline
    regions: Regions
    pins: PinHasher
    outbox: OutboxFor
    keeper: Keeper = OWN_TABLES
    _outboxes: dict[str, Outbox] = field(default_factory=dict)

    def context(self, session: Session, menus: Menus, party: Party, now: datetime) -> Context:
        """Return what a service is given within one turn."""
        if menus.digest not in self._outboxes:
            self._outboxes[menus.digest] = self.outbox(menus.texts["zh-CN"])
        outbox = self._outboxes[menus.digest]
        return Context(
            session, self.vault, now, party, self.hotline, self.regions, outbox, self.pins, self.keeper
        )

    def ask(self, context: Context, consult: Consult) -> Told:
        """Return what a service tells: `expired` without the assurance it needs, `failed` if it breaks.

        What a broken service wrote is undone and sets out on no errand; what the turn wrote before it stays.
        """
        service, sent = self.services[consult.service], len(context.errands)
        try:
            with context.session.begin_nested():
                if consult.looks:
                    return _look(context, service, consult.looks)
                needs = service.declaration.needs
                if needs and claims.assurance(context) < needs:
                    return Told(EXPIRED, assurance=0)
                return service.answer(context, consult.arguments)
        except Exception as error:  # noqa: BLE001 - the caller gets an apology and a person, never a dead line
            del context.errands[sent:]
            # The words of an error may quote a row; its place is enough to find it.
            where = place_of(error)
            log.error(
                "%s failed in conversation %d: %s", consult.service, context.party.conversation_id, where
            )
            return Told(FAILED)


def _look(context: Context, service: Service, looks: int) -> Told:
    """Return what a service can tell now; that it waits only while there will be another look."""
    if looks < LOOKS and errands.is_out(context):
        return Told(WAITING)
    return service.look(context, {}) if service.look else Told(FAILED)
