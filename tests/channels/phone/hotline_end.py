"""The hotline's end of a stream, in a test's hands, behind a toy hotline that is really served.

Signatures are checked by the provider's own library, which the telephone never uses.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, request
from flask_sock import ConnectionClosed, Sock
from serving_here import served
from toy_hotline import TOKEN
from twilio.request_validator import RequestValidator

LIMIT = 10  # seconds; a machine with other things to do is slow


@dataclass
class HotlineEnd:
    """What came through the socket, and how to answer. `refuses` closes the door."""

    arrived: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False
    signed: bool = False
    over: bool = False
    ws: Any = None
    address: str = ""

    def serve(self, ws: Any) -> None:
        url = self.address + "/voice/stream"
        self.signed = RequestValidator(TOKEN).validate(url, {}, request.headers["X-Twilio-Signature"])
        self.ws = ws
        try:
            while True:
                message = ws.receive(0.05)
                if message is not None:
                    self.arrived.append(json.loads(message))
        except ConnectionClosed:
            self.over = True

    @property
    def sid(self) -> str:
        until(lambda: bool(self.of("start")), "start")
        return str(self.of("start")[-1]["streamSid"])

    def of(self, event: str) -> list[dict[str, Any]]:
        return [message for message in self.arrived if message["event"] == event]

    def first(self, event: str) -> dict[str, Any]:
        until(lambda: bool(self.of(event)), event)
        return self.of(event)[0]

    def heard(self) -> bytes:
        return b"".join(base64.b64decode(message["media"]["payload"]) for message in self.of("media"))

    def tell(self, event: str, **fields: Any) -> None:
        message = {"event": event, "streamSid": self.sid, **fields}  # waits until there is a stream
        self.ws.send(json.dumps(message))

    def plays(self, mulaw: bytes) -> None:
        self.tell("media", media={"payload": base64.b64encode(mulaw).decode()})

    @contextmanager
    def served(self, app: Flask) -> Iterator[str]:
        """Serve an application with the socket's door in it; yields where, as in 127.0.0.1:8012."""
        Sock(app).route("/voice/stream")(self.serve)
        app.before_request(lambda: ("no", 403) if self.refuses and "voice" in request.path else None)
        with served(app) as host:
            self.address = f"ws://{host}"
            yield host


def until(happened: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + LIMIT
    while not happened():
        assert time.monotonic() < limit, f"{what} never came"
        time.sleep(0.005)
