"""Where the models are; tests that need one are skipped without it, unless HOTLINE_REQUIRE names kokoro."""

import os
from pathlib import Path

import pytest

from speech.ears import EarMissing
from speech.ears.whisper import assert_present

MODELS = Path(os.environ.get("HOTLINE_MODELS", "models"))


def missing(reason: str) -> None:
    """Skip, or fail where the parts of the Kokoro voice and its ear are required."""
    if "kokoro" in os.environ.get("HOTLINE_REQUIRE", "").split(","):
        pytest.fail(f"HOTLINE_REQUIRE=kokoro, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """The folder of the real Whisper model."""
    folder = MODELS / "whisper-base"
    try:
        assert_present(folder)
    except EarMissing as fault:
        missing(str(fault))
    return folder
