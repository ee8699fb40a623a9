"""Programs that download packages: run with a limit, watched, without our secrets, and ended with us."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

_SECRETS = ("HOTLINE_", "TWILIO_")
_LOOK_EVERY = 0.2
_NOISE = "noise"


class ProcessFailed(Exception):  # noqa: N818
    """A program did not end well, or not in time; `output` is everything it wrote."""

    def __init__(self, why: str, output: str, *, too_long: bool) -> None:
        super().__init__(why)
        self.output = output
        self.too_long = too_long


def run(command: Sequence[str], folder: Path, limit: float, watch: Callable[[], None]) -> None:
    """Run a program that may write to a folder; it ends in `limit` seconds or fails.

    `watch` is called a few times a second; what it raises ends the program and is raised on. Temporary files
    of the program lie in the folder too.
    """
    noise = folder / _NOISE
    with noise.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 - our own words, no shell
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            process_group=0,  # so that what it started ends with it
        )
        try:
            code = _watched(process, limit, watch)
        except BaseException:
            _end(process)
            raise
    if code != 0:
        why = f"it took longer than {limit:g} seconds" if code is None else f"it ended with code {code}"
        raise ProcessFailed(why, noise.read_text("utf-8", "replace"), too_long=code is None)


def _watched(process: "subprocess.Popen[bytes]", limit: float, watch: Callable[[], None]) -> int | None:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_LOOK_EVERY)
        watch()
    _end(process)
    return None


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    return {**kept, "TMPDIR": str(folder)}
