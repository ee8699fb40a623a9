"""For voices and ears: the folder of a model that was fetched, or a skip that says which is missing."""

import os
from pathlib import Path

import pytest

from speech.voices import VoiceMissing
from speech.voices.kokoro import DEFAULT
from speech.voices.kokoro_files import assert_present

MODELS = Path(os.environ.get("HOTLINE_MODELS", Path(__file__).parents[2] / "models"))


@pytest.fixture(scope="session")
def kokoro_folder() -> Path:
    """The files of the Kokoro voice in HOTLINE_MODELS or ./models; a skip, with HOTLINE_REQUIRE a fault."""
    folder = MODELS / "kokoro"
    try:
        assert_present(folder, DEFAULT)
    except VoiceMissing as fault:
        if "kokoro" in os.environ.get("HOTLINE_REQUIRE", ""):
            raise
        pytest.skip(str(fault))
    return folder
