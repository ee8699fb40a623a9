"""What hearing costs is measured of real ears, and the listener spares them the silence."""

import os
from pathlib import Path

from ivr.commands.ears import ear_settings
from tests.bench.hearing import Row, ears, measure, write
from tests.ears_korean import korean_model


def test_an_ear_behind_the_listener_costs_less(tmp_path: Path) -> None:
    korean_model()
    settings = ear_settings({**os.environ, "HOTLINE_MODELS": str(tmp_path)})
    assert [name for name, _, _ in ears(settings)] == ["vosk (Korean model)"]
    alone, behind, before = measure(settings, quick=True)
    assert (alone.ear, alone.listener, behind.listener, before.listener) == ("none", True, True, False)
    assert alone.seconds < behind.seconds < before.seconds


def test_the_report_says_what_was_measured(tmp_path: Path) -> None:
    text = write([Row("none", True, 0.0005), Row("whisper", False, 0.3)], tmp_path / "bench")
    assert text == (tmp_path / "bench" / "hearing.md").read_text()
    assert "| none | yes | 0.5 ms | **2000** |" in text
    assert "| whisper | no | 300.0 ms | **3** |" in text
