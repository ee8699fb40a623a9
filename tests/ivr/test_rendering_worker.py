"""`hotline worker` as a real process that speaks ahead: really killed, gentle to callers, ended in order."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import gone, own_config, running, until
from speaking import FIRST, Speaking, environment

# Enough to be killed in the middle of.
MANY = tuple(f"第{a}十{b}句,今天来的人多,请您等一会儿。" for a in "二三四五" for b in "一二三四五六七八九")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Settings with which production starts and speaks."""
    return environment(
        tmp_path,
        HOTLINE_ENV="production",
        HOTLINE_CONFIG=str(own_config(tmp_path)),
        HOTLINE_PROMPTS="play",
        HOTLINE_PUBLIC_URL="https://hotline.example",
        TWILIO_AUTH_TOKEN="a token",
    )


@pytest.fixture
def speaking(settings: dict[str, str]) -> Iterator[Speaking]:
    made = Speaking(settings)
    yield made
    made.close()


def sounds(speaking: Speaking) -> dict[str, int]:
    """Return every sound that is kept, and when it was written."""
    return {file.name: file.stat().st_mtime_ns for file in speaking.settings.sounds.glob("*.wav")}


def test_a_worker_killed_in_the_middle_is_gone_on_from_by_the_next(
    speaking: Speaking, settings: dict[str, str], tmp_path: Path
) -> None:
    new = speaking.publish(*MANY)
    with running("worker", environment=settings, folder=tmp_path) as worker:
        until(lambda: len(sounds(speaking)) >= 5, "it speaks")
        voices = worker.family()
        worker.end(signal.SIGKILL)
        until(lambda: all(map(gone, voices)), "its voices end with it")
    before = sounds(speaking)
    assert (speaking.live, speaking.waiting) == (FIRST, new)
    assert 0 < len(speaking.unspoken(new)) < 2 * len(MANY)
    with running("worker", environment=settings, folder=tmp_path) as worker:
        until(lambda: speaking.live == new, "the next worker goes on")
        worker.until_it_says(f"version {new[:12]} is live")
        left = 2 * (len(MANY) + 2) - len(before)
        assert f"pyttsx3 spoke {left} parts in " in worker.output
    assert speaking.unspoken(new) == []
    after = sounds(speaking)
    assert {name: after[name] for name in before} == before, "nothing was spoken twice"


def test_voices_leave_the_processor_to_callers_and_end_with_the_worker(
    speaking: Speaking, settings: dict[str, str], tmp_path: Path
) -> None:
    with running("worker", environment=settings, folder=tmp_path) as worker:
        worker.until_it_says("keeping house")
        until(lambda: bool(sounds(speaking)), "it speaks")
        voices = worker.family()
        assert {niceness(pid) for pid in voices} == {niceness(worker.pid) + 15}
        assert worker.end() == 0
        until(lambda: all(map(gone, voices)), "no voice is left behind")
        assert worker.output.splitlines()[-1].endswith(" stopped")
        assert "Traceback" not in worker.output
        assert "could not" not in worker.output
    assert not list(speaking.settings.sounds.glob("*.part"))


def niceness(pid: int) -> int:
    """Return how nice the first thread of a process is."""
    return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[16])
