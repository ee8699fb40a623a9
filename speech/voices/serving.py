"""The inside of a voice's process: one request a line on stdin, one answer a line on stdout (JSON)."""

import json
import os
import select
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

Request = dict[str, Any]
Answering = Callable[[Request], dict[str, Any]]
_LOOK_FOR_PARENT = 2000  # milliseconds


class EngineMissing(Exception):  # noqa: N818 - the parent raises it again as VoiceMissing
    """The engine cannot be used on this machine; the sentence says why and names the remedy."""


def serve(load: Callable[[], tuple[str, Answering]]) -> None:
    """Load the engine, say who is ready or what is missing, and answer until the parent closes the pipe.

    `load` returns the engine's name and what answers a request; EngineMissing becomes {"missing": ...}.
    """
    # Ctrl-C reaches the whole group; the parent ends us in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # whoever asked may be gone before we answer
    warnings.simplefilter("ignore")  # of the engines' own code: they would stand between an operator's lines
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what engines print must not be taken for an answer
    try:
        name, answer = load()
    except EngineMissing as fault:
        out.write(json.dumps({"missing": str(fault)}) + "\n")
        return
    out.write(json.dumps({"ready": name}) + "\n")
    for line in _lines(sys.stdin.fileno()):
        request = json.loads(line)
        out.write(json.dumps({"id": request["id"], **answer(request)}) + "\n")


def _lines(descriptor: int) -> Iterator[bytes]:
    """Read lines until the end, or until the parent is gone (its forks may hold the pipe open)."""
    parent, rest = os.getppid(), b""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while os.getppid() == parent:
        if poll.poll(_LOOK_FOR_PARENT):
            data = os.read(descriptor, 65536)
            if not data:
                return
            *whole, rest = (rest + data).split(b"\n")
            yield from whole
