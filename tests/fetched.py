"""Models of HOTLINE_MODELS or ./models; without one its tests are skipped, with HOTLINE_REQUIRE at fault."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from speech.ears import EarMissing, whisper
from speech.voices import VoiceMissing
from speech.voices.kokoro_files import SPEAKERS, assert_present

MODELS = Path(os.environ.get("HOTLINE_MODELS", Path(__file__).parents[1] / "models")).absolute()


@pytest.fixture(scope="session")
def kokoro_folder() -> Path:
    """The files of the Kokoro voice, all its speakers among them."""
    folder = MODELS / "kokoro"
    with _wanted():
        for speaker in SPEAKERS:
            assert_present(folder, speaker)
    return folder


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """The files of the Whisper model, which is required together with the voice."""
    folder = MODELS / "whisper-base"
    with _wanted():
        whisper.assert_present(folder)
    return folder


@contextmanager
def _wanted() -> Iterator[None]:
    try:
        yield
    except (EarMissing, VoiceMissing) as fault:
        if "kokoro" in os.environ.get("HOTLINE_REQUIRE", "").split(","):
            raise
        pytest.skip(str(fault))
