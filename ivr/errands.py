"""Carrying errands out: beside the requests and outside of every transaction.

What is not back in time is told to nobody; an act it was about stays without a verdict, and the worker asks
again (ivr.housekeeping).
"""

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ivr.consulting import Consulting
from ivr.failures import place_of
from ivr.services import errands
from ivr.services.context import Sent, Settle
from menus.menu import Menus

log = logging.getLogger(__name__)

MOST_AT_ONCE = 16
"""Errands of a process that are on their way; more wait for one of these to come back."""
TOO_LATE = 8.0
"""Seconds after which it is no use to set out: whoever waited has been told what is known."""


class Errands:
    """Carries out what services sent off; `now` is a clock that never goes back, in seconds."""

    def __init__(
        self,
        engine: Engine,
        consulting: Consulting,
        clock: Callable[[], datetime],
        pool: Executor | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._consulting = consulting
        self._clock = clock
        self._pool = pool or ThreadPoolExecutor(MOST_AT_ONCE, "errand")
        self._now = now

    def send(self, sent: Iterable[Sent], menus: Menus) -> None:
        """Set out, once the turn that sent these is stored."""
        for one in sent:
            self._pool.submit(self._carry_out, one, menus, self._now())

    def _carry_out(self, sent: Sent, menus: Menus, since: float) -> None:
        try:
            settle = sent.errand(self._consulting.keeper) if self._now() - since < TOO_LATE else _unanswered
            self._bring_back(sent, menus, settle)
        except Exception as error:  # noqa: BLE001 - nobody listens here; who waits is told what is known
            log.error("an errand of conversation %d failed: %s", sent.party.conversation_id, place_of(error))
            self._bring_back(sent, menus, _unanswered)

    def _bring_back(self, sent: Sent, menus: Menus, settle: Settle) -> None:
        with Session(self._engine) as session, session.begin():
            context = self._consulting.context(session, menus, sent.party, self._clock())
            errands.bring_back(context, sent.key, settle)


def _unanswered(_context: object) -> bool:
    return False
