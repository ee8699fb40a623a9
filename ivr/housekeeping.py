"""Keeping house: what must be put away although nobody asks for it."""

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ivr.app import Assembly
from ivr.failures import place_of
from ivr.services import acts, locks, releases
from ivr.services.context import Context, Errand, Party
from ivr.store.tables import Conversation, TurnRow

log = logging.getLogger(__name__)

# Nobody listens so long without a turn: the provider's word that the call ended was lost.
FORGOTTEN_AFTER = timedelta(minutes=15)
_NOBODY = Party(0, "text", "", "")


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Puts away what is over in one hotline; `pause` is seconds between rounds."""

    hotline: Assembly
    pause: float = 30

    def run(self, stop: threading.Event) -> None:
        """Keep house until told to stop; what fails is tried again in the next round."""
        while not stop.is_set():
            for task in (self.close_forgotten, self.expire_acts, self.reconcile_acts, self.watch_failures):
                try:
                    task()
                except Exception as error:  # noqa: BLE001 - one task must not keep the others from being done
                    log.error("keeping house failed: %s", place_of(error))
            stop.wait(self.pause)

    def close_forgotten(self) -> int:
        """Close conversations without a turn in the last fifteen minutes; return how many there were."""
        now = self.hotline.clock()
        before = now - FORGOTTEN_AFTER
        alive = select(TurnRow.conversation_id).where(TurnRow.at > before)
        forgotten = Conversation.open, Conversation.started_at <= before, Conversation.id.not_in(alive)
        with self.hotline.engine.begin() as connection:
            closing = update(Conversation).where(*forgotten).values(open=False, ended_at=now)
            return connection.execute(closing).rowcount

    def expire_acts(self) -> int:
        """Expire acts nobody confirmed in time; return how many."""
        grace = timedelta(minutes=self.hotline.hotline.limits.call_minutes)
        with self.hotline.sessions.begin() as session:
            return acts.expire_overdue(session, self.hotline.clock(), grace)

    def reconcile_acts(self) -> int:
        """Ask whoever keeps the accounts about acts without a verdict; return how many are settled now.

        No transaction is open while we wait for an answer, and one that fails keeps no other waiting.
        """
        with self.hotline.sessions.begin() as session:
            context = self._context(session)
            inquiries = releases.inquiries(context)
            releases.watch(context)
        return sum(self._settled(inquiry) for inquiry in inquiries)

    def watch_failures(self) -> bool:
        """Raise an alarm if verifications fail far more often than usual (SEC-04)."""
        with self.hotline.sessions.begin() as session:
            return locks.watch_failure_rate(session, self.hotline.clock())

    def _settled(self, inquiry: Errand) -> bool:
        try:
            settle = inquiry(self.hotline.consulting.keeper)
            with self.hotline.sessions.begin() as session:
                return settle(self._context(session))
        except Exception as error:  # noqa: BLE001 - the others are asked about all the same
            log.error("an act could not be reconciled: %s", place_of(error))
            return False

    def _context(self, session: Session) -> Context:
        hotline = self.hotline
        return hotline.consulting.context(session, hotline.newest_menus(), _NOBODY, hotline.clock())
