"""What is to be spoken now, and when to leave off because something else has become more urgent."""

import logging
import time
from collections.abc import Callable
from threading import Event
from typing import NamedTuple

from sqlalchemy import Engine

from ivr.failures import place_of
from ivr.store import versions
from ivr.store.engine import reading

log = logging.getLogger(__name__)

Leaving = Callable[[], bool]
"""Tells, between two sentences, whether to leave off; any thread may ask."""


class Work(NamedTuple):
    """The versions to be spoken, by their digests: the one that waits comes first."""

    waiting: str | None
    live: str | None


def work_of(engine: Engine) -> Work:
    """Return what is to be spoken as of now."""
    with reading(engine).begin() as connection:
        return Work(versions.waiting(connection), versions.newest(connection))


def leaving(engine: Engine, work: Work, stop: Event, pause: float) -> Leaving:
    """Return what tells to leave some work: we are to stop, or there is other work now.

    The database is asked every `pause` seconds; while it does not answer, nobody knows what is to be spoken.
    """
    left, look_at = Event(), time.monotonic() + pause

    def tell() -> bool:
        nonlocal look_at
        if not left.is_set() and time.monotonic() >= look_at:
            look_at = time.monotonic() + pause
            if _changed(engine, work):
                left.set()
        return stop.is_set() or left.is_set()

    return tell


def _changed(engine: Engine, work: Work) -> bool:
    try:
        return work_of(engine) != work
    except Exception as error:  # noqa: BLE001 - whatever it is: it must not look like a voice that failed
        log.error("speaking ahead was left off: %s", place_of(error))
        return True
