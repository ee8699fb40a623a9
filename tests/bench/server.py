"""gunicorn as production runs it, with one worker, in a process of its own; `python -m tests.bench.server`.

It listens on a socket it inherits, so that no port has to be agreed on.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from ivr.commands.serve import KEEP_ALIVE, THREADS, Server
from tests.bench.client import Address, Connection
from tests.bench.hotlines import PROCESSOR_TIME, bare, hotline

_ROOT = Path(__file__).parents[2]
_QUESTION = f"POST {PROCESSOR_TIME} HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\n\r\n".encode()


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs; `processor_seconds` asks its worker how much time it has used."""

    address: Address

    def processor_seconds(self) -> float:
        """Return the user and system time of the worker so far."""
        with Connection(self.address) as connection:
            return int(connection.ask(_QUESTION)) / 1e9


@contextmanager
def served(what: Mapping[str, object]) -> Iterator[Served]:
    """Run a server for {"hotline": variables} or {"bare": document} until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.server", str(listening.fileno())],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            pass_fds=[listening.fileno()],
            text=True,
        )
        address = listening.getsockname()
    try:
        assert process.stdin is not None
        process.stdin.write(json.dumps(what))
        process.stdin.close()
        yield Served(address)
    finally:
        process.terminate()
        process.wait(timeout=30)


def main() -> None:
    """Serve what standard input describes, on the socket whose number is the only argument."""
    what = json.load(sys.stdin)
    _keep_to_one_core()
    options = {
        "bind": f"fd://{sys.argv[1]}",
        "workers": 1,
        "threads": THREADS,
        "keepalive": KEEP_ALIVE,
        "loglevel": "warning",
        "timeout": 60,
    }
    build: Callable[[], Flask]
    build = (lambda: hotline(what["hotline"])) if "hotline" in what else (lambda: bare(what["bare"]))
    Server(build, options).run()


def _keep_to_one_core() -> None:
    """Stay on the last core, as one worker a core does; threads that wander make rounds differ by a half."""
    if hasattr(os, "sched_setaffinity"):  # only Linux has it
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


if __name__ == "__main__":
    os.environ.pop("GUNICORN_CMD_ARGS", None)
    main()
