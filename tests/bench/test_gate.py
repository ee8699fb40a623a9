"""The costs of listening are measured of real sounds, and a silent frame costs far less than a spoken one."""

import re
from pathlib import Path

from tests.bench.gate import Row, measure, sounds, write


def test_silence_costs_a_fraction_of_speech() -> None:
    rows = {row.sound: row for row in measure(quick=True)}
    assert list(rows) == list(sounds(0.1))
    assert 0 < rows["silence"].typical < rows["speech"].typical / 2
    assert all(row.typical <= row.most for row in rows.values())


def test_the_report_says_what_was_measured(tmp_path: Path) -> None:
    text = write([Row("silence", 8.04, 11.0), Row("speech", 200.0, 250.0)], tmp_path / "bench")
    assert text == (tmp_path / "bench" / "listening.md").read_text()
    assert "| silence | **8.0 µs** | 11.0 µs | 2487 |" in text
    assert "| speech | **200.0 µs** | 250.0 µs | 100 |" in text
    assert re.search(r"Goal: 20 µs", text)
