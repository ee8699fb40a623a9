"""A model fetched behind a running demo: how far it is, an end with the demo, and what to do without it."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

from speech.models import Model, State, fetch, state

log = logging.getLogger(__name__)


class Stopped(Exception):  # noqa: N818 - no fault: the demo ends
    """The demo ends in the middle of a download."""


def fetch_behind(model: Model, folder: Path, stop: Event, tell: Callable[[int], None]) -> None:
    """Fetch a model if it is not there, telling the percentage; ModelError, or Stopped once `stop` is set."""

    def progress(_what: str, done: int, total: int) -> None:
        if stop.is_set():
            raise Stopped
        tell(done * 100 // max(total, 1))

    if state(model, folder) is not State.THERE:
        fetch(model, folder, progress)


def lacking(model: Model, instead: str, missing: Exception, notice: str) -> str:
    """Log what happens `instead` and why, and return the notice for people with the command in it.

    Why is told without the pages of what could be done by hand: those the command tells.
    """
    command = sys.argv[0]
    log.warning("%s: %s", instead, str(missing).partition("\n")[0].rstrip(":"))
    log.warning("to get it: %s models fetch %s", command, model.name)
    return notice.format(command=command)
