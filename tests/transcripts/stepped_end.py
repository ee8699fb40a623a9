"""The provider's end of a stream whose time goes on only while somebody in the test asks for it.

Our side runs in a thread of its own; whenever it waits for a message and there is none, either the clock goes
on to whatever comes next, or the test's goal is reached and the test goes on. Never do both run.
"""

import threading
from collections import deque
from collections.abc import Callable

from provider_end import RATE, ProviderEnd

_PATIENCE = 30.0  # real seconds for whatever our side does


class SteppedEnd(ProviderEnd):
    """The provider's end with a caller whom the test leads."""

    def __init__(self, call: str, token: str) -> None:
        super().__init__(call, token, lasts=1800.0)
        self._keys: deque[tuple[float, str]] = deque()
        self._goal: Callable[[], bool] = lambda: True  # stand still before the first of it is played
        self._ours, self._tests = threading.Semaphore(0), threading.Semaphore(0)

    def receive(self, timeout: float) -> str | bytes | None:
        while not self._inbox and self._goal():
            self._tests.release()
            self._ours.acquire()
        return super().receive(timeout)

    def lead(self, serve: Callable[["SteppedEnd"], None]) -> None:
        """Let our side begin."""
        threading.Thread(target=self._serve, args=(serve,), daemon=True).start()
        self._wait()

    def run(self, goal: Callable[[], bool]) -> None:
        """Let time pass until a goal is reached, or our side has closed the socket."""
        if self.closed is None:
            self._goal = goal
            self._ours.release()
            self._wait()

    @property
    def is_quiet(self) -> bool:
        """Whether all was played and told, and the caller does nothing more."""
        return not (self._marks or self._speech or self.has_keys) and self._quiet_from <= self.now

    @property
    def has_keys(self) -> bool:
        """Whether the caller has still keys to press, or our side something to read."""
        return bool(self._keys or self._inbox)

    def press_all(self, keys: str, apart: float) -> None:
        """Press keys, the first now and the others so many seconds apart."""
        self._keys.extend((self.now + apart * place, key) for place, key in enumerate(keys))

    def speak(self, mulaw: bytes) -> None:
        """Begin to speak; a listener hears the end of it by the quiet frames after it."""
        self._speech, self._next_frame = mulaw + b"\xff" * 2 * RATE, self.now

    def leave(self) -> None:
        """Hang up, and let our side end."""
        self.hang_up()
        self.run(lambda: False)

    def _deed_at(self) -> float | None:
        return self._keys[0][0] if self._keys else None

    def _do(self) -> None:
        self.press(self._keys.popleft()[1])

    def _serve(self, serve: Callable[["SteppedEnd"], None]) -> None:
        serve(self)
        self._tests.release()

    def _wait(self) -> None:
        assert self._tests.acquire(timeout=_PATIENCE), "our side does not come back"
