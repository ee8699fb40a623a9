"""The worker that sends what is in the outbox. Several may run: each text is taken by one of them, once.

A text is sent again only if the provider surely did nothing with it. Where nobody can know (a time-out, a
server error, a worker that died before it wrote down the answer) it is `unknown` and stays so until the
provider tells of it. No connection to the database is held while the provider is asked: its slowness must not
use ours up.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from ivr.store.sealed import SealError, Vault
from ivr.texts.results import not_taken
from ivr.texts.rows import BODY_PLACE, MOBILE_PLACE, Taken, take
from ivr.texts.senders import Accepted, Outgoing, Sender, SendingFailed
from ivr.texts.statuses import accept, record_status
from ivr.texts.sweeping import sweep

__all__ = ["Worker", "record_status"]

_log = logging.getLogger(__name__)

_BATCH = 100
_SECOND = timedelta(seconds=1)
_SWEEP_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Worker:
    """Sends due texts. `status_callback` is the address of our door for statuses, or nothing for none.

    `clock` returns an aware time; `pause` is how many seconds an idle `run` rests.
    """

    sessions: sessionmaker[Session]
    vault: Vault
    sender: Sender
    clock: Callable[[], datetime]
    status_callback: str = ""
    pause: float = 0.5

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop; the text in hand is finished first. Survives a database that goes away."""
        sweep_at = self.clock()
        while not stop.is_set():
            try:
                if self.clock() >= sweep_at:
                    self.sweep(self.clock())
                    sweep_at = self.clock() + _SWEEP_EVERY
                if self.step(self.clock()):
                    continue
            except Exception as error:  # noqa: BLE001 - one bad text must not end the sending of all others
                # Only the kind: the message of a database error quotes the row.
                _log.error("the outbox could not be worked on: %s", type(error).__name__)
            stop.wait(self.pause)

    def run_once(self, now: datetime) -> int:
        """Bring the outbox up to date, send what is due at `now`, and return how many texts were tried."""
        self.sweep(now)
        tried = 0
        while tried < _BATCH and self.step(now):
            tried += 1
        return tried

    def sweep(self, now: datetime) -> None:
        """Expire, give up and erase what is too old (see `ivr.texts.sweeping`)."""
        with self.sessions.begin() as session:
            sweep(session, now)

    def step(self, now: datetime) -> bool:
        """Take the next due text and try to send it; False if none is due."""
        with self.sessions.begin() as session:
            taken = take(session, now)
        if taken is None:
            return False
        try:
            accepted = self.sender.send(self._opened(taken, now))
        except SendingFailed as failure:
            self._not_taken(taken, failure, now)
        except SealError:
            self._not_taken(taken, SendingFailed("permanent", "sealed"), now)
        else:
            self._accepted(taken, accepted, now)
        return True

    def _opened(self, taken: Taken, now: datetime) -> Outgoing:
        callback = self.status_callback
        if callback:
            callback += f"{'&' if '?' in callback else '?'}reference={taken.attempt}"
        return Outgoing(
            template=taken.template,
            mobile=self.vault.open(taken.mobile_sealed, MOBILE_PLACE),
            body=self.vault.open(taken.body_sealed, BODY_PLACE),
            status_callback=callback,
            seconds_left=None if taken.expires_at is None else (taken.expires_at - now) // _SECOND,
        )

    def _accepted(self, taken: Taken, accepted: Accepted, now: datetime) -> None:
        try:
            self._write_accepted(taken, accepted, now)
        except IntegrityError:
            # A callback of this very text came between two of our statements; now its row can be seen.
            self._write_accepted(taken, accepted, now)

    def _write_accepted(self, taken: Taken, accepted: Accepted, now: datetime) -> None:
        with self.sessions.begin() as session:
            accept(session, taken.attempt, accepted.provider_id, accepted.status, now)

    def _not_taken(self, taken: Taken, failure: SendingFailed, now: datetime) -> None:
        with self.sessions.begin() as session:
            not_taken(session, taken, failure, now)
