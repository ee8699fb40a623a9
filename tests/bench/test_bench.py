"""The harness measures what it says, in a run too small to mean anything."""

import json
import re
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def test_one_run_from_scratch_writes_every_report(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.bench", "--quick", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "turns.json").read_text())
    text = (tmp_path / "turns.md").read_text()
    waited = (tmp_path / "first-answer.md").read_text()
    speaking = (tmp_path / "speaking.md").read_text()
    frames, listening = (tmp_path / "frames.md").read_text(), (tmp_path / "listening.md").read_text()
    streams = (tmp_path / "streams.md").read_text()
    hearing = (tmp_path / "hearing.md").read_text()
    assert done.stdout == "".join(
        f"{each}\n" for each in (text, frames, listening, hearing, speaking, waited, streams)
    )
    assert re.search(r"^\| none \| yes \| \d+\.\d ms \|", hearing, re.MULTILINE)
    assert re.search(r"^\| sqlite \| 3 \| \d+ \| \d+ ms \|", streams, re.MULTILINE)
    assert re.search(r"^\| sqlite \| 3 \| \d+ \| \*\*0\*\* \|", streams, re.MULTILINE)
    assert re.search(
        r"^\| pyttsx3 \|( \d+\.\d ms \|| \*\*\d+\.\d ms\*\* \|)+ \d+ ms \| \d+ \|", speaking, re.M
    )
    assert re.search(r"^\| balance \| pyttsx3 \| normal \| \d+\.\d \| 37\.5 \|", waited, re.MULTILINE)
    assert [(row["where"], row["prompts"]) for row in data["turns"]] == [
        ("server", "say"),
        ("in process", "say"),
    ]
    for row in data["turns"]:
        assert row["lowest"] <= row["ratio"] <= row["highest"]
        assert min(row[side][figure] for side in ("hotline", "bare") for figure in row[side]) > 0
    assert set(data["pin_milliseconds"]) == {"unknown", "wrong", "locked"}
    assert {"SQLite", "ivr/conversation.py"} <= {cost["what"] for cost in data["costs"]}
    assert abs(sum(cost["share"] for cost in data["costs"]) - 1) < 0.01
    assert len(re.findall(r"^## ", text, re.MULTILINE)) == 4


def test_reports_name_no_host_and_no_path() -> None:
    for name in ("turns.json", "turns.md"):
        text = (_ROOT / "docs" / "bench" / name).read_text()
        assert str(_ROOT) not in text
        assert not re.search(r"(?<![\w.])/(?:home|root|tmp|usr|work)/", text)
