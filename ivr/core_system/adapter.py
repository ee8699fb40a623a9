"""The Keeper that asks a city's core system."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from ivr.core_system import messages
from ivr.core_system.breaker import REST, Breaker
from ivr.core_system.exchange import Exchange, NoAnswer
from ivr.services.keeper import Outcome, Release, Statement, Verdict

Read = TypeVar("Read")

log = logging.getLogger(__name__)

SECONDS = 8.0
"""How long an answer may take: longer than that, nobody waits for it (menus.waiting)."""


class CoreSystem:
    """A core system at an address (without a slash at its end) that knows us by a token.

    Threads may share it. Nothing is raised: what is no answer is logged by its kind, and counted.
    """

    elsewhere = True

    def __init__(
        self,
        address: str,
        token: str,
        seconds: float = SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._exchange = Exchange(address, token, seconds, now)
        self._breaker = Breaker(now)

    def statement(self, number: str) -> Statement | None:
        """Ask for a person's account and credits; the number goes in the body, never in an address."""
        return self._asked(
            "/statements", {"id_number": number}, lambda body: messages.statement(body, number)
        )

    def release(self, order: Release) -> Verdict:
        """Give the order. `unheard` is no answer to an order, and neither is anything unclear."""
        question = {
            "key": order.key,
            "authoriser_id_number": order.authoriser,
            "beneficiary_id_number": order.beneficiary,
        }
        verdict = self._verdict("/releases", order.key, question)
        return "unknown" if verdict == "unheard" else verdict

    def outcome(self, order: Release) -> Outcome:
        """Ask what became of the order's key."""
        return self._verdict("/releases/outcome", order.key, {"key": order.key})

    def _verdict(self, path: str, key: str, question: Mapping[str, str]) -> Outcome:
        return self._asked(path, question, lambda body: messages.outcome(body, key), key) or "unknown"

    def _asked(
        self, path: str, question: Mapping[str, str], read: Callable[[bytes], Read | None], key: str = ""
    ) -> Read | None:
        if not self._breaker.permits():
            return None
        headers = {"Idempotency-Key": key} if key else {}
        try:
            found = read(self._exchange.ask(path, question, headers))
            why = "not as described"
        except NoAnswer as error:
            found, why = None, str(error)
        if found is None:
            log.warning("the core system gave no answer to %s: %s", path, why)
        if self._breaker.note(answered=found is not None):
            log.error("the core system has failed too often and is not asked for %d seconds", REST)
        return found
