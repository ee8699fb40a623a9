"""The provider's end of the wire: a few connections that are kept, each with its own requests to send."""

import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

Address = tuple[str, int]


class Connection:
    """A connection to a server that answers each request with 200 and a length."""

    def __init__(self, address: Address) -> None:
        self._socket = socket.create_connection(address, timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def ask(self, request: bytes) -> bytes:
        """Send one request and return the body of its answer; RuntimeError unless it is 200."""
        self._socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        status, *lines = head.split(b"\r\n")
        if b" 200 " not in status:
            raise RuntimeError(f"the server answered {status.decode(errors='replace')}")
        length = next(int(line[15:]) for line in lines if line[:15].lower() == b"content-length:")
        while len(body) < length:
            body += self._more()
        return body

    def _more(self) -> bytes:
        received = self._socket.recv(65536)
        if not received:
            raise RuntimeError("the server closed the connection within an answer")
        return received


def ask_all(address: Address, lanes: Sequence[Sequence[bytes]]) -> tuple[float, list[list[bytes]]]:
    """Send each lane's requests on a connection of its own, all lanes at once; return seconds and bodies."""
    together = threading.Barrier(len(lanes) + 1)

    def run(lane: Sequence[bytes]) -> list[bytes]:
        with Connection(address) as connection:
            together.wait(timeout=60)
            return [connection.ask(request) for request in lane]

    with ThreadPoolExecutor(len(lanes)) as pool:
        running = [pool.submit(run, lane) for lane in lanes]
        together.wait(timeout=60)
        began = time.perf_counter()
        bodies = [each.result() for each in running]
        return time.perf_counter() - began, bodies
