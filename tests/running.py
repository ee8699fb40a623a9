"""The real command `hotline` in a process of its own: waited for by looking, with a limit, ended by pid."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HOTLINE = Path(sys.executable).with_name("hotline")
SHIPPED = Path(__file__).parents[1] / "config"
OWN_NUMBER = "+867715550100"
_LIMIT = 60  # seconds; a machine with other things to do is slow
_LOOK_EVERY = 0.05
_OWN = {
    "演示市医疗保障局": "示范市医疗保障局",
    "short_name: 演示": "short_name: 示范市",
    'reference: ""': "reference: 示范医保函一号",
    "0771-0000000": "0771-5550100",
    "signature: 演示": "signature: 示范医保",
    "+867710000000": OWN_NUMBER,
    'legal_basis: ""': "legal_basis: 示范市个人信息出境备案一号",
}


class Running:
    """A process; `output` is what it wrote so far, to standard output and standard error in their order."""

    def __init__(self, process: "subprocess.Popen[bytes]", written: Path) -> None:
        self._process = process
        self._written = written

    @property
    def output(self) -> str:
        return self._written.read_text("utf-8", "replace")  # the last character may be half written

    @property
    def pid(self) -> int:
        return self._process.pid

    def until_it_says(self, words: str, limit: float = _LIMIT) -> None:
        """Wait for words in the output; a process that ends before has failed."""
        until(lambda: words in self.output or self._process.poll() is not None, self.output, limit)
        assert words in self.output, self.output

    def end(self, number: signal.Signals = signal.SIGTERM, *, group: bool = False) -> int:
        """Send a signal, to the whole group as a terminal does or to it alone; return its exit code."""
        (os.killpg if group else os.kill)(self.pid, number)
        return self._process.wait(_LIMIT)

    def family(self) -> list[int]:
        """Return every process below this one, however far, that runs now."""
        found, look = [], [self.pid]
        while look:
            children = _children(look.pop())
            found += children
            look += children
        return found

    def servers(self) -> list[int]:
        """Return the processes gunicorn forked."""
        return [child for child in _children(self.pid) if _words(child) == _words(self.pid)]


@contextmanager
def running(*arguments: str, environment: Mapping[str, str], folder: Path) -> Iterator[Running]:
    """Run `hotline ARGUMENTS` in a folder until the end of the block, with no other settings than these."""
    written = folder / f"{arguments[0]}.out"
    with written.open("wb") as output:
        process = subprocess.Popen(
            [HOTLINE, *arguments],
            cwd=folder,
            env={**settings_free(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield Running(process, written)
        finally:
            for pid in [*Running(process, written).family(), process.pid]:
                _kill(pid)
            process.wait(_LIMIT)


def settings_free() -> dict[str, str]:
    """Return this environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not re.match("HOTLINE_|TWILIO_", name)}


def own_config(folder: Path) -> Path:
    """Return a copy of the shipped config folder with which production may start."""
    config = folder / "config"
    shutil.copytree(SHIPPED, config)
    file = config / "hotline.yaml"
    text = file.read_text("utf-8")
    for sample, own in _OWN.items():
        assert sample in text, sample
        text = text.replace(sample, own)
    file.write_text(text, "utf-8")
    return config


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def until(happened: Callable[[], bool], what: str, limit: float = _LIMIT) -> None:
    """Look until something has happened; `what` is told if it does not within `limit` seconds."""
    deadline = time.monotonic() + limit
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(_LOOK_EVERY)


def gone(pid: int) -> bool:
    """Say whether a process has ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text("utf-8").split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
