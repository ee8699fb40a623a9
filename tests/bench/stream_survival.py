"""Calls over sockets whose serving processes were killed, all at once: none may be lost.

Each call goes on by the Redirect behind its stream. What it is answered must be, to the letter, what the same
keys lead to in a call by key; and so must what its next key leads to.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from tests.bench.stream_caller import Caller
from tests.bench.stream_hotline import Hotline
from tests.bench.walk import KEYS

MOST_KEYS = 60
"""Keys that a call may press."""


@dataclass(frozen=True, slots=True)
class Survival:
    """How many calls lost their streams, after how many keys and words in all, and how many were lost.

    `back_seconds`: from starting the processes again until the first call was answered.
    """

    database: str
    calls: int
    answers: int
    lost: int
    back_seconds: float


def survival(hotline: Hotline, database: str, callers: Sequence[Caller]) -> Survival:
    """Start a killed hotline again, and see where each call goes on."""
    began = time.monotonic()
    hotline.start()
    hotline.ask(callers[0].call.redirect)
    back = time.monotonic() - began
    documents = _by_key(hotline)
    lost = sum(not goes_on(hotline, caller, documents) for caller in callers)
    return Survival(database, len(callers), sum(caller.heard for caller in callers), lost, back)


def goes_on(hotline: Hotline, caller: Caller, documents: Sequence[bytes]) -> bool:
    """Whether a call stands where its keys have led, and its next key leads on from there.

    The last key may have been on its way when the processes were killed.
    """
    document = hotline.ask(caller.call.redirect)
    keys = next((keys for keys in (caller.heard, caller.pressed) if documents[keys] == document), None)
    return keys is not None and hotline.ask(caller.call.turns[keys]) == documents[keys + 1]


def _by_key(hotline: Hotline) -> list[bytes]:
    """Return the documents of a call by key: after no key, after the first, after the second."""
    call = hotline.provider.call(islice(cycle(KEYS), MOST_KEYS), "+8610027329999")
    hotline.ask(call.greeting)
    return [hotline.ask(request) for request in (call.redirect, *call.turns)]
