"""A person's recordings: converted for the line, and refused in a sentence when they are no good."""

from pathlib import Path

import numpy as np
import pytest

from speech import telephone
from speech.sound import Sound
from speech.voices.recordings import RecordingError, Recordings


def write(path: Path, rate: int = 44100, seconds: float = 1.0, peak: float = 3000) -> None:
    moments = np.arange(round(rate * seconds)) / rate
    sound = Sound((peak * np.sin(2 * np.pi * 600 * moments)).astype(np.int16), rate)
    pause = Sound(np.zeros(rate, dtype=np.int16), rate)
    path.write_bytes(Sound.join([pause, sound, pause]).wav_bytes())


def test_a_recording_is_made_ready_for_the_line(tmp_path: Path) -> None:
    write(tmp_path / "pin.ask.wav")
    sound = Recordings(tmp_path).find("pin.ask")
    assert sound
    assert (sound.rate, round(sound.duration, 2)) == (8000, 1.1)
    assert telephone.speech_level(sound) == pytest.approx(telephone.LEVEL, abs=0.5)


@pytest.mark.parametrize("prompt", ["greet", "../secret", "..", "", "Greet", "a/b"])
def test_prompts_without_recording_have_none(prompt: str, tmp_path: Path) -> None:
    (tmp_path / "voice").mkdir()
    write(tmp_path / "secret.wav")
    assert Recordings(tmp_path / "voice").find(prompt) is None
    assert Recordings(tmp_path / "nowhere").find(prompt) is None


def test_every_fault_is_listed_with_its_file(tmp_path: Path) -> None:
    write(tmp_path / "good.wav")
    write(tmp_path / "menu.mian.wav")
    write(tmp_path / "zzz.wav")
    write(tmp_path / "low.wav", rate=6000)
    write(tmp_path / "mute.wav", peak=5)
    write(tmp_path / "long.wav", rate=8000, seconds=61)
    (tmp_path / "song.wav").write_bytes(b"ID3")
    faults = Recordings(tmp_path).faults(["good", "menu.main", "low", "mute", "long", "song"])
    assert [fault.removeprefix(f"{tmp_path}/").split(":")[0] for fault in faults] == [
        "long.wav", "low.wav", "menu.mian.wav", "mute.wav", "song.wav", "zzz.wav",
    ]  # fmt: skip
    said = " ".join(faults)
    for part in ["63 seconds", "6000 samples", "did you mean 'menu.main'?", "silent", "not a PCM WAV"]:
        assert part in said
    assert faults[-1].endswith("there is no prompt called 'zzz'")


def test_a_bad_recording_is_not_played(tmp_path: Path) -> None:
    write(tmp_path / "greet.wav", peak=5)
    with pytest.raises(RecordingError, match=r"greet\.wav: it is silent"):
        Recordings(tmp_path).find("greet")
