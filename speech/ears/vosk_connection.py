"""One connection to a vosk-server, which is one utterance: it forgets its words only by a new connection.

The protocol (github.com/alphacep/vosk-server, websocket/asr_server.py): a message with the configuration,
without an answer; then one answer for every piece of sound; then the end, compared letter by letter, whose
answer is the last. An answer is Vosk's own JSON: {"partial": ...}, or {"text": ...} where a sentence ended.
"""

import json
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from speech.ears import EarError
from speech.ears.vosk_results import heard
from speech.telephone import RATE

_END = '{"eof" : 1}'
_AHEAD = 10
"""Pieces of sound that may be on their way unanswered: no more than what sockets hold without blocking."""
_LARGEST = 1 << 18  # bytes of an answer
_GOODBYE = 0.5  # seconds that closing may take


class Lost(EarError):  # noqa: N818
    """The server closed the connection before its last answer; another one may fare better."""


class Connection:
    """A connection configured for phrases. In seconds: `opening` it and waiting for `answer`s may take."""

    def __init__(self, address: str, phrases: list[str], opening: float, answer: float) -> None:
        self.place = place(address)
        self._patience = answer
        self._owed = 0
        self.results: list[str] = []
        """Every result so far, as Vosk wrote it."""
        self.partial = ""
        self._held = ExitStack()
        self._socket = self._open(address, opening)
        listed = {"phrase_list": phrases} if phrases else {}
        self._send(json.dumps({"config": {"sample_rate": RATE, "words": 1, **listed}}, ensure_ascii=False))

    def give(self, piece: bytes) -> None:
        """Send sound and take the answers that have come; wait for one only if too many are missing."""
        self._send(piece)
        self._owed += 1
        while self._owed and self._take(self._patience if self._owed > _AHEAD else 0):
            pass

    def end(self) -> list[str]:
        """Say that this was all, and return every result."""
        self._send(_END)
        self._owed += 1
        while self._owed:
            self._take(self._patience)
        return self.results

    def close(self) -> None:
        """Leave; never fails."""
        self._held.close()

    def _open(self, address: str, patience: float) -> ClientConnection:
        try:
            opening = connect(
                address,
                open_timeout=patience,
                close_timeout=_GOODBYE,
                ping_interval=None,  # every wait has its own limit
                compression=None,
                max_size=_LARGEST,
                proxy=None,
            )
            return self._held.enter_context(opening)
        except TimeoutError as fault:
            raise EarError(f"the vosk-server at {self.place} did not open in {patience:g} seconds") from fault
        except (OSError, WebSocketException, ValueError) as fault:
            why = getattr(fault, "strerror", None) or type(fault).__name__
            raise EarError(f"the vosk-server at {self.place} cannot be reached ({why})") from fault

    def _send(self, message: bytes | str) -> None:
        try:
            self._socket.send(message)
        except (ConnectionClosed, OSError) as fault:
            raise Lost(f"the vosk-server at {self.place} ended in the middle of an utterance") from fault

    def _take(self, patience: float) -> bool:
        """Take the next answer; False if there is none and none has to be waited for."""
        try:
            answer = self._socket.recv(timeout=patience)
        except TimeoutError as fault:
            if not patience:
                return False
            raise EarError(
                f"the vosk-server at {self.place} gave no answer in {patience:g} seconds"
            ) from fault
        except (ConnectionClosed, OSError) as fault:
            raise Lost(f"the vosk-server at {self.place} ended in the middle of an utterance") from fault
        self._owed -= 1
        self._read(str(answer))
        return True

    def _read(self, answer: str) -> None:
        try:
            read: dict[str, Any] = json.loads(answer)
            self.partial = str(read.get("partial", ""))
            if "text" in read:
                heard([answer])  # so that what cannot be read is told of here
                self.results.append(answer)
        except (ValueError, TypeError, LookupError, AttributeError) as fault:
            raise EarError(f"the vosk-server at {self.place} answered something that is no result") from fault


def place(address: str) -> str:
    """Return host and port of an address, which may hold a password too."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
