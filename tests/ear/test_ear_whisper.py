"""The real ear, and what it says when its files are not there or broken."""

from pathlib import Path

import numpy as np
import pytest

from speech.ears import EarMissing
from speech.ears.whisper import FILES, WhisperEar
from speech.sound import Sound
from speech.voices.pyttsx3 import Pyttsx3Voice
from tests.ear.conditions import telephone


def test_missing_files_are_named_with_the_remedy(tmp_path: Path) -> None:
    for name in FILES[1:]:
        (tmp_path / name).touch()
    with pytest.raises(EarMissing, match=rf"lacks {FILES[0]} .*hotline models fetch whisper-base"):
        WhisperEar(tmp_path)


def test_a_damaged_model_is_no_ear(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_text("{}")
    with pytest.raises(EarMissing, match=r"is damaged .*hotline models fetch whisper-base"):
        WhisperEar(tmp_path)


def test_it_writes_down_speech_and_nothing_for_silence(whisper_folder: Path) -> None:
    voice = Pyttsx3Voice()
    try:
        speech = telephone(voice.speak("请按一。请按二。请按三。", 0.78))
    finally:
        voice.close()
    ear = WhisperEar(whisper_folder, threads=1)
    heard = ear.write_down(speech)
    assert not any(figure in heard for figure in "0123456789")
    assert len(heard) >= 3
    assert heard == ear.write_down(speech)
    assert ear.write_down(Sound(np.zeros(16000, np.int16), 16000)) == ""
    assert ear.write_down(Sound(np.zeros(0, np.int16), 8000)) == ""
