"""Fetching a model once: what is there and right stays, every source is tried, one process at a time."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from speech.models.by_hand import instructions
from speech.models.errors import ModelsUnreachable, SourceFailed, disk
from speech.models.model import Edition, Model, ModelFile, State, Tell

# What is done now, and how many bytes of how many are there.
Progress = Callable[[str, int, int], None]

_LOCK = ".fetching.lock"
_POLL = 0.2


def silent(_what: str, _done: int, _total: int) -> None:
    """Report to nobody."""


def fetch(model: Model, folder: Path, progress: Progress = silent) -> bool:
    """Make a model whole below a folder and verify every byte; return whether anything had to be fetched.

    ModelsUnreachable if no source gave what is missing, ModelError if the folder cannot be written; what has
    come until then stays for the next time. `progress` is called often, from this thread; raising there (no
    OSError) stops the fetch as orderly. No request may wait for this; nothing that serves calls it.
    """
    progress("checking what is there", 0, model.size)
    if _is_whole(model, folder):
        return False
    with _alone(folder, lambda: progress("another process fetches; waiting for it", 0, model.size)):
        if _is_whole(model, folder):  # by the process we waited for
            return False
        reasons: list[str] = []
        for edition in model.editions:
            if not _complete(edition, folder, progress, reasons):
                return True
    raise ModelsUnreachable(instructions(model, folder, reasons))


def _is_whole(model: Model, folder: Path) -> bool:
    return any(not _missing(edition, folder) for edition in model.editions)


def _complete(edition: Edition, folder: Path, progress: Progress, reasons: list[str]) -> list[ModelFile]:
    """Try every source; return the files that none of them gave, and add why."""
    missing = _unsettled(_missing(edition, folder), folder, reasons)
    for source in edition.sources:
        if wanted := [file for file in missing if source.gives(file)]:
            have = edition.size - sum(file.size for file in missing)
            try:
                source.fetch(wanted, folder, _counted(progress, have, edition.size))
            except SourceFailed as fault:
                reasons.append(str(fault))
            missing = _unsettled(missing, folder, reasons)
    return missing


def _unsettled(files: list[ModelFile], folder: Path, reasons: list[str]) -> list[ModelFile]:
    """Finish files that have come, from a source or by hand; return those that are still not right."""
    for file in files:
        try:
            file.settle(folder)
        except SourceFailed as fault:
            if str(fault) not in reasons:
                reasons.append(str(fault))
    return [file for file in files if not _is_right(file, folder)]


def _counted(progress: Progress, have: int, total: int) -> Tell:
    return lambda what, size: progress(what, have + size, total)


def _missing(edition: Edition, folder: Path) -> list[ModelFile]:
    return [file for file in edition.files if not _is_right(file, folder)]


def _is_right(file: ModelFile, folder: Path) -> bool:
    return file.state(folder, verify=True) is State.THERE


@contextmanager
def _alone(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a folder of models; a process that is killed loses it by itself."""
    with disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("ab")
    with lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waiting()
                time.sleep(_POLL)
        try:
            yield
        finally:  # also for a child that was forked meanwhile and still has the file open
            fcntl.flock(lock, fcntl.LOCK_UN)
