"""Serve an application over real connections from a thread of the test's own process."""

import logging
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@contextmanager
def served(app: Flask, *, threaded: bool = True) -> Iterator[str]:
    """Serve an application, its sockets too; yields where, as in 127.0.0.1:8012."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    def whole(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with closing(app(environ, start_response)) as parts:
            yield from parts
        if "HTTP_UPGRADE" in environ:
            # This server reads a connection to its end, which the other side of a closed WebSocket expects
            # from us: where the two met, both waited.
            with suppress(OSError):  # they may be gone
                environ["werkzeug.socket"].shutdown(socket.SHUT_WR)

    server = make_server("127.0.0.1", 0, whole, threaded=threaded)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
