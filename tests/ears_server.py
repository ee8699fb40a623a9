"""A server speaking vosk-server's protocol, with the package's own server side and as bad as one may be.

Written after asr_server.py of the vosk-server project: the configuration has no answer, every piece of sound
has one, and the end is known by its exact letters.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve


class Recognizer(Protocol):
    """What Vosk's recognizer has, as far as the server uses it."""

    def AcceptWaveform(self, data: bytes) -> int: ...  # noqa: N802
    def PartialResult(self) -> str: ...  # noqa: N802
    def Result(self) -> str: ...  # noqa: N802
    def FinalResult(self) -> str: ...  # noqa: N802


class Counting:
    """Hears how much sound it got: 余 for every second. It ends a sentence at four."""

    def __init__(self, _config: dict[str, Any]) -> None:
        self._bytes = 0

    def AcceptWaveform(self, data: bytes) -> int:  # noqa: N802
        self._bytes += len(data)
        return self._bytes >= 4 * 16000

    def PartialResult(self) -> str:  # noqa: N802
        return json.dumps({"partial": " ".join(self._words())})

    def Result(self) -> str:  # noqa: N802
        words, self._bytes = self._words(), 0
        listed = [{"word": word, "conf": 0.5, "start": 0, "end": 1} for word in words]
        return json.dumps({"text": " ".join(words), "result": listed})

    FinalResult = Result

    def _words(self) -> list[str]:
        return ["余"] * round(self._bytes / 16000)


@dataclass
class Manners:
    """How the server behaves, and what it saw. Whatever is about pieces counts them within a connection."""

    recognizer: Callable[[dict[str, Any]], Recognizer] = Counting
    refuses: bool = False
    hangs_after: int | None = None  # pieces of sound
    dies_after: int | None = None
    deaths: int = 1000  # so many connections die, those after them live
    nonsense: str = ""
    slow: float = 0.0  # seconds for each answer
    configs: list[dict[str, Any]] = field(default_factory=list)
    open: int = 0
    most_open: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def _attend(manners: Manners, socket: ServerConnection) -> None:
    with manners.lock:
        manners.open += 1
        manners.most_open = max(manners.most_open, manners.open)
    try:
        _converse(manners, socket)
    except ConnectionClosed:
        pass
    finally:
        with manners.lock:
            manners.open -= 1


def _converse(manners: Manners, socket: ServerConnection) -> None:
    recognizer: Recognizer | None = None
    config: dict[str, Any] = {}
    pieces = 0
    for message in socket:
        if isinstance(message, str) and "config" in message:
            config = json.loads(message)["config"]
            manners.configs.append(config)
            continue
        if pieces == manners.hangs_after:
            continue
        if pieces == manners.dies_after and manners.deaths:
            manners.deaths -= 1
            socket.socket.shutdown(2)  # no word of farewell, as when a process is killed
            return
        pieces += 1
        recognizer = recognizer or manners.recognizer(config)
        time.sleep(manners.slow)
        socket.send(manners.nonsense or _answer(recognizer, message))
        if message == '{"eof" : 1}':
            return


def _answer(recognizer: Recognizer, message: str | bytes) -> str:
    if message == '{"eof" : 1}':
        return recognizer.FinalResult()
    assert isinstance(message, bytes)
    return recognizer.Result() if recognizer.AcceptWaveform(message) else recognizer.PartialResult()


@contextmanager
def vosk_server(manners: Manners) -> Iterator[str]:
    """Run a server in a thread; gives its address."""

    def admit(connection: ServerConnection, _request: Request) -> Response | None:
        return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "busy\n") if manners.refuses else None

    with serve(
        lambda socket: _attend(manners, socket), "127.0.0.1", 0, process_request=admit, close_timeout=0.2
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
