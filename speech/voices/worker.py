"""A process that answers one JSON line with one JSON line: started when needed, replaced when it fails.

Engines that are not safe in a threaded, forking server run in one. What is kept here: one request at a time;
nothing is waited for without limit; a process that failed is killed and reaped before the next one starts; a
fork of ours never touches the process of its parent; no process outlives us or stays behind as a zombie.
"""

import itertools
import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from speech.voices import VoiceFailed, VoiceMissing

Message = Mapping[str, Any]

_SECRETS = ("HOTLINE_", "TWILIO_")
_IMPORT_ROOT = str(Path(__file__).parents[2])


class Worker:
    """One process running `python -m MODULE ARGUMENTS`, shared by all threads.

    Its first line is {"ready": ...}, or {"missing": "why it cannot work here"}; each later one repeats the
    "id" of its request. In seconds: `patience` is what an answer may take, `queue` what a thread waits for
    the threads before it, `grace` what a process is given to end by itself.
    """

    def __init__(
        self, module: str, *arguments: str, patience: float = 5.0, queue: float = 30.0, grace: float = 2.0
    ) -> None:
        self._command = (sys.executable, "-P", "-m", module, *arguments)
        self._patience = patience
        self._queue = queue
        self._grace = grace
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._process: _Process | None = None
        self._closed = False
        after_fork(weakref.WeakMethod(self._forked))

    @property
    def pid(self) -> int | None:
        """The process that would answer now; None before the first request and after a failure."""
        return self._process.pid if self._process else None

    def ask(self, request: Message) -> Message:
        """Send one request and return its answer. After VoiceMissing or VoiceFailed a new process starts."""
        lock = self._lock
        if not lock.acquire(timeout=self._queue):
            raise VoiceFailed(f"the voice was busy for {self._queue:g} seconds")
        try:
            return self._answer({"id": next(self._ids), **request})
        except BaseException:  # an interrupted request too leaves an answer behind that must never be read
            self._kill()
            self._stop()
            raise
        finally:
            lock.release()

    def restart(self) -> None:
        """End the process after the request in hand; the next request starts another."""
        with self._lock:
            self._stop()

    def close(self) -> None:
        """End the process, after the sentence in hand if that does not take long; asking fails then."""
        self._closed = True
        if not self._lock.acquire(timeout=self._grace):
            self._kill()  # the thread that waits for an answer gives up then and lets go of the lock
            self._lock.acquire()
        self._stop()
        self._lock.release()

    def _answer(self, request: Message) -> Message:
        process = self._process or self._start()
        process.send(request)
        reply = process.receive(self._patience)
        if reply.get("id") != request["id"]:
            raise VoiceFailed("the voice's process answered another request")
        return reply

    def _start(self) -> "_Process":
        if self._closed:
            raise VoiceFailed("the voice has been closed")
        self._process = process = _Process(self._command, self._grace)
        greeting = process.receive(self._patience)
        if "missing" in greeting:
            self._stop()
            raise VoiceMissing(greeting["missing"])
        return process

    def _kill(self) -> None:
        if process := self._process:
            process.kill()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.end()

    def _forked(self) -> None:
        """Begin afresh in the child of a fork: the parent's process, and its held lock, are the parent's."""
        self._lock = threading.Lock()
        process, self._process = self._process, None
        if process:
            process.forget()


class _Process:
    """A started process with its pipes. `end()` ends it, as does losing it or leaving the program."""

    def __init__(self, command: Sequence[str], grace: float) -> None:
        self._popen = popen = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
            process_group=0,  # Ctrl-C is for us alone, we end the process in order
        )
        self.pid = popen.pid
        self._input, self._output = cast("IO[bytes]", popen.stdin), cast("IO[bytes]", popen.stdout)
        self._rest = b""
        self.kill = popen.kill
        self.end = weakref.finalize(self, _end, popen, grace, os.getpid())
        # Reaps it at once whenever it dies, also while nobody asks anything of it.
        threading.Thread(target=popen.wait, name="voice process reaper", daemon=True).start()

    def send(self, request: Message) -> None:
        """Write one request. The pipe is empty then and holds 64 kB, so this cannot block."""
        try:
            self._input.write(json.dumps(request).encode() + b"\n")
        except OSError as fault:
            raise VoiceFailed("the voice's process is gone") from fault

    def receive(self, patience: float) -> Message:
        """Read one line; VoiceFailed when the process ends, talks nonsense or takes too long."""
        deadline = time.monotonic() + patience
        poll = select.poll()  # select() itself cannot watch descriptors above 1023, and servers have those
        poll.register(self._output, select.POLLIN)
        while b"\n" not in self._rest:
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise VoiceFailed(f"the voice's process gave no answer within {patience:g} seconds")
            data = os.read(self._output.fileno(), 1 << 20)
            if not data:
                raise VoiceFailed("the voice's process ended in the middle of a request")
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            return cast("Message", json.loads(line))
        except ValueError as fault:
            raise VoiceFailed("the voice's process wrote something that is no answer") from fault

    def forget(self) -> None:
        """Let go of a process that is another's, without a word to it."""
        self.end.detach()
        self._input.close()
        self._output.close()
        self._popen.returncode = 0  # nothing of ours to wait for


def _end(popen: "subprocess.Popen[bytes]", grace: float, owner: int) -> None:
    """Ask a process to end by closing its input, then make it; does nothing in a fork of its owner."""
    if os.getpid() != owner:
        return
    cast("IO[bytes]", popen.stdin).close()
    try:
        popen.wait(grace)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()
    cast("IO[bytes]", popen.stdout).close()


def _environment() -> dict[str, str]:
    """Pass on ours without its secrets, and let the child find the same `speech` as we did."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, [_IMPORT_ROOT, os.environ.get("PYTHONPATH")]))
    return kept


def after_fork(method: "weakref.WeakMethod[Callable[[], None]]") -> None:
    """Call it in the child of every fork, while its object lives (a hook cannot be taken back)."""

    def hook() -> None:
        if call := method():
            call()

    os.register_at_fork(after_in_child=hook)
