"""A web server with files of models, which can be as bad as the real network."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar


@dataclass
class Page:
    """A file and how it is served; `cuts` are the bytes after which each next answer breaks off."""

    content: bytes
    knows_ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    hangs: bool = False
    lies: bytes = b""  # another Content-Range than the one asked for
    slow: float = 0.0  # seconds for every 64 kB
    asked: list[str] = field(default_factory=list)  # the Range of each request, "" for none


class Site:
    """Pages by name, below one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, Page] = {}

    def put(self, name: str, content: bytes, **manners: object) -> Page:
        self.pages[name] = Page(content, **manners)  # type: ignore[arg-type]
        return self.pages[name]

    def url(self, name: str) -> str:
        return f"{self.address}/{name}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: ClassVar[Site]

    def do_GET(self) -> None:
        page = self.site.pages.get(self.path.lstrip("/"))
        if page is None:
            self.send_error(404)
            return
        wanted = self.headers.get("Range", "")
        page.asked.append(wanted)
        begin = int(wanted.removeprefix("bytes=").rstrip("-") or 0) if page.knows_ranges else 0
        if begin and begin >= len(page.content):
            self.send_error(416)
            return
        self._headers(page, begin)
        self._body(page, page.content[begin:])

    def _headers(self, page: Page, begin: int) -> None:
        size = len(page.content)
        self.send_response(206 if begin else 200)
        if begin:
            honest = f"bytes {begin}-{size - 1}/{size}"
            self.send_header("Content-Range", page.lies.decode() or honest)
        self.send_header("Content-Length", str(size - begin))
        self.send_header("Connection", "close")
        self.end_headers()

    def _body(self, page: Page, content: bytes) -> None:
        end = page.cuts.pop(0) if page.cuts else len(content)
        for start in range(0, end, 1 << 16):
            self.wfile.write(content[start : min(end, start + (1 << 16))])
            self.wfile.flush()
            time.sleep(page.slow)
        if page.hangs and end < len(content):
            time.sleep(3)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that went away is no fault of the server's."""


@contextmanager
def serving() -> Iterator[Site]:
    """Serve a site on a free port of this machine."""
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    handler.site = site = Site(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
