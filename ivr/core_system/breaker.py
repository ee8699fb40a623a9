"""A circuit breaker: who has not answered several times in a row is left in peace for a while.

Why it is our own: docs/decisions/0011-core-system.md.
"""

import threading
from collections.abc import Callable

FAILURES = 5
"""So many questions in a row without an answer open the circuit."""
REST = 15.0
"""Seconds for which nothing is asked then; afterwards one question at a time tries, every so often."""


class Breaker:
    """Counts failures; `now` is a clock that never goes back, in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._resting_until = 0.0

    def permits(self) -> bool:
        """Return whether something may be asked now; what became of it must be noted."""
        with self._lock:
            if self._failures < FAILURES:
                return True
            if self._now() < self._resting_until:
                return False
            self._resting_until = self._now() + REST  # this one tries; the others see what becomes of it
            return True

    def note(self, answered: bool) -> bool:
        """Note what became of a question; return whether that has opened the circuit."""
        with self._lock:
            self._failures = 0 if answered else self._failures + 1
            if self._failures >= FAILURES:
                self._resting_until = self._now() + REST
            return self._failures == FAILURES
