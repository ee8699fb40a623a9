"""A small core system that keeps docs/core-system.yaml, and can be slow, wrong or cut off when told to.

It is a program of its own too: `python tests/core_system_server.py 8099` serves one made-up account, for who
writes the real one and wants to see what a hotline asks.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

TOKEN = "a-token-of-the-test"
Fault = Literal["slow", "drips", "status", "garbage", "other", "long", "redirect", "before", "after"]


@dataclass
class CoreBooks:
    """What the core system knows: accounts by ID number, and what became of every order it heard of."""

    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    credits: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)  # authorisers
    outcomes: dict[str, str] = field(default_factory=dict)
    ended: list[tuple[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def statement(self, question: dict[str, str]) -> dict[str, Any]:
        number = question["id_number"]
        return {
            "id_number": number,
            "account": self.accounts.get(number),
            "credits": self.credits.get(number, []),
        }

    def release(self, order: dict[str, str]) -> dict[str, Any]:
        """Carry an order out at most once, whoever repeats it."""
        key, sharing = order["key"], (order["authoriser_id_number"], order["beneficiary_id_number"])
        with self._lock:
            if key not in self.outcomes:
                refused = sharing[0] in self.refuses
                self.outcomes[key] = "refused" if refused else "confirmed"
                if not refused:
                    self.ended.append(sharing)
        return {"key": key, "outcome": self.outcomes[key]}

    def outcome(self, question: dict[str, str]) -> dict[str, Any]:
        return {"key": question["key"], "outcome": self.outcomes.get(question["key"], "unheard")}

    def answer(self, path: str, question: dict[str, str]) -> dict[str, Any]:
        doors: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
            "/statements": self.statement,
            "/releases": self.release,
            "/releases/outcome": self.outcome,
        }
        return doors[path](question)


@dataclass(frozen=True)
class Seen:
    """One request as it came, and what was answered."""

    path: str
    headers: dict[str, str]
    question: dict[str, str]
    answer: dict[str, Any]


@dataclass
class CoreServer:
    """The books behind HTTP. `fault` is what goes wrong now; `seconds` is how slow it is then."""

    books: CoreBooks = field(default_factory=CoreBooks)
    fault: Fault | None = None
    seconds: float = 0.0
    address: str = ""
    seen: list[Seen] = field(default_factory=list)

    @contextmanager
    def running(self, port: int = 0) -> Iterator["CoreServer"]:
        server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        server.daemon_threads = True
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        core = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers["Authorization"] != f"Bearer {TOKEN}":
                    self.send_error(401)
                elif core.fault != "before":  # else: cut off before anything is done
                    core.serve(self, json.loads(body))

            def log_message(self, *_: object) -> None:
                """Say nothing: the tests look at what was seen."""

        return Handler

    def serve(self, request: BaseHTTPRequestHandler, question: dict[str, str]) -> None:
        fault, answer = self.fault, self.books.answer(request.path, question)
        self.seen.append(Seen(request.path, dict(request.headers), question, answer))
        if fault == "after":
            return  # done, and cut off before a word of it was said
        if fault == "slow":
            time.sleep(self.seconds)
        body = self._body(fault, answer)
        try:
            request.send_response({"status": 404, "redirect": 307}.get(fault or "", 200))
            request.send_header("Content-Length", str(len(body)))
            if fault == "redirect":
                request.send_header("Location", f"{self.address}{request.path}")
            request.end_headers()
            for piece in self._pieces(fault, body):
                request.wfile.write(piece)
        except OSError:
            pass  # who asked has given up

    def _body(self, fault: Fault | None, answer: dict[str, Any]) -> bytes:
        if fault == "garbage":
            return b'{"outcome": "confirmed"'
        if fault == "other":
            answer = {
                **answer,
                **{name: answer[name][::-1] for name in ("key", "id_number") if name in answer},
            }
        padding = " " * 70000 if fault == "long" else ""
        return (json.dumps(answer) + padding).encode()

    def _pieces(self, fault: Fault | None, body: bytes) -> Iterator[bytes]:
        if fault != "drips":
            yield body
            return
        for place in range(len(body)):
            time.sleep(self.seconds)
            yield body[place : place + 1]


if __name__ == "__main__":
    shown = {"balance_fen": 102251, "locked_fen": 0, "as_of": time.strftime("%Y-%m-%d")}
    with CoreServer(CoreBooks({"450199195503179983": shown})).running(int(sys.argv[1])) as started:
        sys.stdout.write(f"HOTLINE_CORE_URL={started.address} HOTLINE_CORE_TOKEN={TOKEN}\n")
        threading.Event().wait()
