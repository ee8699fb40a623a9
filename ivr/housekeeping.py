"""Keeping house: what must be put away although nobody asks for it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.exc import SQLAlchemyError

from ivr.store.tables import Conversation, TurnRow

log = logging.getLogger(__name__)

# Nobody listens so long without a turn: the provider's word that the call ended was lost.
FORGOTTEN_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Closes forgotten conversations. `clock` returns aware times; `pause` is seconds between rounds."""

    engine: Engine
    clock: Callable[[], datetime]
    pause: float = 30

    def run(self, stop: threading.Event) -> None:
        """Keep house until told to stop; a database that goes away is waited for."""
        while not stop.is_set():
            try:
                self.close_forgotten()
            except SQLAlchemyError:
                log.exception("keeping house failed; trying again in %g s", self.pause)
            stop.wait(self.pause)

    def close_forgotten(self) -> int:
        """Close conversations without a turn in the last fifteen minutes; return how many there were."""
        now = self.clock()
        before = now - FORGOTTEN_AFTER
        alive = select(TurnRow.conversation_id).where(TurnRow.at > before)
        forgotten = Conversation.open, Conversation.started_at <= before, Conversation.id.not_in(alive)
        with self.engine.begin() as connection:
            closing = update(Conversation).where(*forgotten).values(open=False, ended_at=now)
            return connection.execute(closing).rowcount
