"""A few seconds of `make ears`: one real voice, the real listener, ear and core, and bounds with room."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fetched import MODELS

_ROOT = Path(__file__).parents[2]
_SPEAKER = "zm_yunjian"


def run(models: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "tests.callers", *options]
    environment = {**os.environ, "HOTLINE_MODELS": str(models.resolve()), "HOTLINE_EAR": "auto"}
    return subprocess.run(
        command, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.usefixtures("whisper_folder", "kokoro_folder")
def test_callers_are_understood(tmp_path: Path) -> None:
    options = ["--asked", "4", "--unasked", "2", "--conditions", "clean", "--speakers", _SPEAKER]
    done = run(MODELS, *options, "--folder", str(tmp_path), "--sounds", str(tmp_path / "sounds"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == (tmp_path / "ears.md").read_text() + "\n"
    assert (tmp_path / "sounds" / "page" / "index.html").exists()
    data = json.loads((tmp_path / "ears.json").read_text())
    (both,) = [row for row in data["asked"] if row["ear"] == "whisper" and row["of"] == "both"]
    assert both["callers"] == 4
    assert both["right"] >= 0.5, done.stdout
    assert both["wrong"] == 0, done.stdout
    (unasked,) = [row for row in data["unasked"] if row["ear"] == "whisper" and row["of"] == "both"]
    assert unasked["accepted"] == 0, done.stdout


def test_without_an_ear_the_command_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, "--asked", "1", "--unasked", "0", "--sounds", str(tmp_path))
    assert done.returncode == 1
    assert "no ear can be used here" in done.stderr
    assert "hotline models fetch whisper-base" in done.stderr
    assert "Traceback" not in done.stderr
