"""Vosk in a server of its own, for many workers and machines: the Vosk project's WebSocket server.

Which words its model knows cannot be asked. Phrases are sent character by character, because a model knows
far more characters than words, and Vosk drops what it does not know.
"""

import threading
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TypeVar

from speech.ears import EarBusy, EarError, Heard
from speech.ears.utterance import BYTES_A_SECOND, Utterance
from speech.ears.vosk_connection import Connection, Lost, place
from speech.ears.vosk_results import UNKNOWN, heard, plain
from speech.ears.vosk_words import tokens
from speech.voices.worker import after_fork

Result = TypeVar("Result")

PIECE = BYTES_A_SECOND // 10
_REST = 3.0
"""Seconds for which a server that could not be reached is not tried again: callers should not wait for it."""


class VoskServerEar:
    """The ear behind a WebSocket address, which is not reached before somebody listens.

    It hears `most` callers at once; one more waits `patience` seconds for a place. `opening` and `answer` are
    the seconds that connecting and an answer may take.
    """

    name = "vosk-server"
    hears_along = True

    def __init__(
        self, address: str, most: int = 32, patience: float = 1.0, opening: float = 2.0, answer: float = 3.0
    ) -> None:
        self._address = address
        self._most = most
        self._patience = patience
        self._limits = opening, answer
        self._unreachable_until = 0.0
        self._renew()
        after_fork(weakref.WeakMethod(self._renew))

    def listen(self, phrases: Sequence[str]) -> "VoskServerHearing":
        """Connect for one utterance; EarBusy if no place becomes free, EarError if there is no server."""
        places = self._places
        if not places.acquire(timeout=self._patience):
            raise EarBusy(f"all {self._most} connections to the vosk-server are busy")
        spaced = [" ".join(_spaced(phrase)) for phrase in phrases]
        listed = [*dict.fromkeys(filter(None, spaced)), UNKNOWN[0]] if phrases else []
        try:
            return VoskServerHearing(lambda: self._connected(listed), places.release)
        except BaseException:
            places.release()
            raise

    def check(self) -> None:
        """Reach the server, and see that it speaks Vosk's protocol. All places may be taken meanwhile."""
        self._unreachable_until = 0.0
        with closing(self._connected([])) as connection:
            connection.end()

    def _connected(self, phrases: list[str]) -> Connection:
        if time.monotonic() < self._unreachable_until:
            raise EarError(f"the vosk-server at {place(self._address)} could not be reached a moment ago")
        try:
            return Connection(self._address, phrases, *self._limits)
        except EarError:
            self._unreachable_until = time.monotonic() + _REST
            raise

    def _renew(self) -> None:
        """Begin with all places free; also in the child of a fork, where nobody gives one back."""
        self._places = threading.BoundedSemaphore(self._most)


class VoskServerHearing(Utterance):
    """One utterance. When its connection is lost, everything is said again on another, once."""

    def __init__(self, connect: Callable[[], Connection], release: Callable[[], None]) -> None:
        super().__init__()
        self._connect = connect
        self._connection = connect()
        self._sound = bytearray()
        self._given = 0
        self._lost_before = False
        # Also when somebody forgets to close: a place that is lost would be missed by every caller.
        self._release = weakref.finalize(self, release)

    def _hear(self, data: bytes) -> str | None:
        self._sound += data
        self._steadily(lambda: self._give(PIECE))
        connection = self._connection
        return heard(connection.results).words + plain(connection.partial) or None

    def _end(self) -> Heard:
        return heard(self._steadily(self._last))

    def _last(self) -> list[str]:
        self._give(1)
        return self._connection.end()

    def _give(self, least: int) -> None:
        """Send what was not sent yet, as long as it is `least` bytes."""
        while len(self._sound) - self._given >= least:
            piece = bytes(self._sound[self._given : self._given + PIECE])
            self._connection.give(piece)
            self._given += len(piece)

    def _steadily(self, act: Callable[[], Result]) -> Result:
        try:
            return act()
        except Lost:
            if self._lost_before:
                raise
            self._lost_before = True
            self._connection.close()
            self._connection, self._given = self._connect(), 0
            return act()

    def _free(self) -> None:
        try:
            self._connection.close()
        finally:
            self._release()


def _spaced(phrase: str) -> list[str]:
    return [character for token in tokens(phrase) for character in (token if _is_han(token) else [token])]


def _is_han(token: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in token)
