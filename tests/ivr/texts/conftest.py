"""An outbox on a real database, a clock that is moved by hand, and a provider behind a real socket."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker
from texting import SECRET_KEY, Clock, Desk, Provider, render

from ivr.store.sealed import Vault
from ivr.texts.outbox import Outbox


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(SECRET_KEY)


@pytest.fixture
def desk(engine: Engine, vault: Vault, clock: Clock) -> Desk:
    outbox = Outbox(vault, render, re.compile(r"^\+861[3-9]\d{9}$|^\+86100\d{8}$"))
    return Desk(sessionmaker(engine), vault, outbox, clock)


@pytest.fixture
def provider() -> Iterator[Provider]:
    told = Provider()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections stay open, as the real one's do

        def do_POST(self) -> None:
            told.callers.append(self.client_address)
            form = parse_qs(
                self.rfile.read(int(self.headers["Content-Length"])).decode(), strict_parsing=True
            )
            assert all(len(values) == 1 for values in form.values())
            reply = told.take(
                self.path, dict(self.headers), {name: values[0] for name, values in form.items()}
            )
            if reply.wait_for:
                reply.wait_for.wait(20)
            if reply.hang_up:
                self.close_connection = True
                return
            content = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            try:
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content.encode())))
                self.end_headers()
                self.wfile.write(content.encode())
            except OSError:
                self.close_connection = True  # whoever asked is gone: that is what the test wants

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()
