"""A minute of `make ear`: the real voice, the real ear, and bounds below the figures of the full run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fetched import MODELS

_ROOT = Path(__file__).parents[2]


def run(models: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "tests.ear", *options]
    environment = {**os.environ, "HOTLINE_MODELS": str(models.resolve())}
    return subprocess.run(
        command, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


@pytest.mark.usefixtures("whisper_folder", "kokoro_folder")
def test_amounts_and_prompts_are_understood_over_the_telephone(tmp_path: Path) -> None:
    options = ["--amounts", "10", "--whole", "2", "--prompts", "10", "--voices", "kokoro", "--paces", "1.0"]
    folders = ["--folder", str(tmp_path), "--sounds", str(tmp_path / "sounds")]
    done = run(MODELS, *options, "--conditions", "telephone", *folders)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (tmp_path / "ear.md").read_text() + "\n"
    assert (tmp_path / "sounds" / "page" / "index.html").exists()
    data = json.loads((tmp_path / "ear.json").read_text())
    (joined, whole), (prompts,) = data["amounts"], data["prompts"]
    assert (joined["voice"], whole["voice"]) == ("kokoro", "kokoro, in one go")
    assert (joined["turns"], whole["turns"], prompts["prompts"]) == (10, 2, 10)
    assert joined["one_right"] >= 0.8, done.stdout
    assert joined["other_in_both"] <= 0.1, done.stdout
    assert prompts["mean"] <= 0.10, done.stdout


def test_without_the_ear_the_command_says_what_to_fetch(tmp_path: Path) -> None:
    done = run(tmp_path, "--voices", "pyttsx3", "--sounds", str(tmp_path))
    assert done.returncode == 1
    assert "hotline models fetch whisper-base" in done.stderr
    assert "Traceback" not in done.stderr
