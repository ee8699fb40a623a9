"""A process that answers lines: every way in which one can fail, with real processes that fail so."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from speech.voices import VoiceFailed, VoiceMissing
from speech.voices.worker import Worker, _end

ECHO = """
import json, os, sys, time

print(json.dumps({"ready": "echo"}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    match request.get("do"):
        case "die":
            os._exit(3)
        case "hang":
            time.sleep(600)
        case "mumble":
            print("no JSON", flush=True)
            continue
        case "mix up":
            request["id"] -= 1
        case "environment":
            request["names"] = sorted(os.environ)
        case "long":
            request["long"] = "x" * 3_000_000
    print(json.dumps(request), flush=True)
"""
MAKER = Callable[..., Worker]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MAKER]:
    """Workers running a script; closed at the end."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    workers = []

    def make(script: str = ECHO, **seconds: float) -> Worker:
        name = f"pretend_engine_{len(workers)}"
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(script))
        workers.append(Worker(name, **seconds))
        return workers[-1]

    yield make
    for worker in workers:
        worker.close()


def pid_of(worker: Worker) -> int:
    assert worker.pid
    return worker.pid


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for what happens in another process; far longer than it takes."""
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def gone(pid: int) -> bool:
    """Whether no such process is left, not even as a zombie."""
    return not Path(f"/proc/{pid}").exists()


def test_one_process_answers_all(made: MAKER) -> None:
    worker = made()
    assert worker.pid is None
    assert worker.ask({"text": "好"}) == {"id": 1, "text": "好"}
    first = worker.pid
    assert worker.ask({"do": "long"})["long"] == "x" * 3_000_000
    assert worker.pid == first


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("die", "ended in the middle"),
        ("mumble", "no answer"),
        ("mix up", "another request"),
    ],
)
def test_after_a_failure_there_is_a_new_process_and_no_zombie(do: str, said: str, made: MAKER) -> None:
    worker = made()
    worker.ask({})
    old = pid_of(worker)
    with pytest.raises(VoiceFailed, match=said):
        worker.ask({"do": do})
    assert gone(old)
    assert worker.ask({"text": "again"})["text"] == "again"


def test_a_process_that_hangs_is_killed(made: MAKER) -> None:
    worker = made(patience=1.0)
    worker.ask({})
    old = pid_of(worker)
    with pytest.raises(VoiceFailed, match="no answer within 1 seconds"):
        worker.ask({"do": "hang"})
    assert gone(old)
    worker.ask({})


def test_a_process_that_dies_unasked_is_reaped_and_replaced(made: MAKER) -> None:
    worker = made()
    worker.ask({})
    old = pid_of(worker)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: gone(old))
    with pytest.raises(VoiceFailed, match="process is gone"):
        worker.ask({})
    worker.ask({})


def test_a_process_that_cannot_work_here_says_why(made: MAKER) -> None:
    worker = made('print(\'{"missing": "install the engine"}\')')
    with pytest.raises(VoiceMissing, match="install the engine"):
        worker.ask({})
    assert worker.pid is None


def test_a_process_that_does_not_even_start_is_a_failure(made: MAKER) -> None:
    with pytest.raises(VoiceFailed, match="ended"):
        made("raise SystemExit(1)").ask({})


def test_no_secret_of_ours_reaches_the_process(made: MAKER, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SECRET_KEY", "x")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "x")
    names = made().ask({"do": "environment"})["names"]
    assert "PATH" in names
    assert not [name for name in names if name.startswith(("HOTLINE", "TWILIO"))]


def test_threads_take_turns(made: MAKER) -> None:
    worker = made()
    answers: dict[int, list[str]] = {number: [] for number in range(6)}

    def ask(number: int) -> None:
        for turn in range(30):
            answers[number].append(worker.ask({"text": f"{number}/{turn}"})["text"])

    threads = [threading.Thread(target=ask, args=[number]) for number in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == {number: [f"{number}/{turn}" for turn in range(30)] for number in range(6)}


def test_a_thread_does_not_wait_for_ever_for_its_turn(made: MAKER) -> None:
    worker = made(patience=60.0, queue=0.05, grace=0.1)
    worker.ask({})
    os.kill(pid_of(worker), signal.SIGSTOP)
    failures: list[VoiceFailed] = []

    def ask() -> None:
        try:
            worker.ask({})
        except VoiceFailed as fault:
            failures.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(failures) == 1)
    assert "busy" in str(failures[0])
    worker.close()  # ends the process although a thread still waits for it
    for thread in threads:
        thread.join(20)
    assert "ended" in str(failures[1])


def test_closed_is_closed(made: MAKER) -> None:
    worker = made()
    worker.ask({})
    old = pid_of(worker)
    worker.close()
    worker.close()
    assert gone(old)
    with pytest.raises(VoiceFailed, match="closed"):
        worker.ask({})


DEAF = """
import time
print('{"ready": 1}', flush=True)
print(input(), flush=True)
time.sleep(600)
"""


def test_a_process_deaf_to_the_end_of_its_input_is_killed(made: MAKER) -> None:
    worker = made(DEAF, grace=0.1)
    worker.ask({})
    old = pid_of(worker)
    worker.close()
    assert gone(old)


def test_a_process_of_another_program_is_never_ended() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        _end(other, grace=0.0, owner=os.getpid() + 1)
        assert other.poll() is None
        assert other.stdin
        other.stdin.close()


def test_a_restarted_worker_has_a_new_process(made: MAKER) -> None:
    worker = made()
    worker.restart()
    worker.ask({})
    old = pid_of(worker)
    worker.restart()
    assert gone(old)
    worker.ask({})


def test_a_worker_nobody_holds_any_more_ends_its_process(made: MAKER, tmp_path: Path) -> None:
    made()
    worker = Worker("pretend_engine_0")
    worker.ask({})
    old = pid_of(worker)
    del worker
    assert gone(old)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_has_its_own_process_and_leaves_ours_alone(made: MAKER) -> None:
    worker = made()
    dropped = Worker("pretend_engine_0")
    del dropped
    worker.ask({})
    ours = pid_of(worker)
    reading, writing = os.pipe()
    with worker._lock:  # as if another thread were in the middle of a request
        child = os.fork()
    if child == 0:
        own = worker.ask({"text": "child"})["text"] == "child" and worker.pid != ours
        os.write(writing, b"own" if own else b"shared")
        worker.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 10) == b"own"
    os.close(reading)
    os.close(writing)
    assert worker.ask({"text": "still here"})["text"] == "still here"
    assert worker.pid == ours


FORKING = """
import os, sys
from speech.voices.worker import Worker

worker = Worker("pretend_engine_0")
worker.ask({})
if os.fork() == 0:
    sys.exit()  # runs every exit handler it inherited
os.wait()
worker.ask({})
print(worker.pid, flush=True)
if sys.argv[1] == "wait":
    sys.stdin.read()
"""


def test_leaving_the_program_ends_the_process_and_a_fork_leaving_does_not(made: MAKER) -> None:
    made()
    command = [sys.executable, "-W", "ignore", "-c", FORKING, "leave"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert gone(int(done.stdout))


def test_a_program_that_is_killed_takes_its_process_along(made: MAKER) -> None:
    made()
    command = [sys.executable, "-W", "ignore", "-c", FORKING, "wait"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout
        pid = int(program.stdout.readline())
        assert not gone(pid)
        program.kill()
    wait_until(lambda: gone(pid))


def test_control_c_reaches_the_program_and_not_its_process(made: MAKER) -> None:
    worker = made()
    worker.ask({})
    assert os.getpgid(pid_of(worker)) != os.getpgid(0)
