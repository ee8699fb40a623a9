"""A person's recordings: converted for the line, and refused in a sentence when they are no good."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from speech import telephone
from speech.sound import Sound
from speech.voices.recordings import Recordings


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


def cut_short(path: Path) -> None:
    write(path)
    path.write_bytes(path.read_bytes()[:-20_000])


BAD: dict[str, Callable[[Path], object]] = {
    "it is silent": lambda path: write(path, peak=5),
    "4000 samples a second are too few": lambda path: write(path, rate=4000),
    "this is not a PCM WAV file": lambda path: path.write_bytes(b"ID3\x04\0 this is an MP3" * 100),
    "this WAV file is cut short": cut_short,
    "it is 63 seconds long": lambda path: write(path, rate=8000, seconds=61),
    "Is a directory": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("why", BAD)
def test_a_recording_that_is_no_good_is_told_once_and_not_played(
    why: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    BAD[why](tmp_path / "greet.wav")
    recordings = Recordings(tmp_path)
    for _ in range(3):
        assert recordings.find("greet") is None
    (line,) = caplog.records
    assert line.levelname == "ERROR"
    assert str(tmp_path / "greet.wav") in line.getMessage()
    assert why in line.getMessage()
    assert line.getMessage().endswith("another voice speaks instead")


def test_a_recording_that_was_mended_is_played_and_one_broken_again_is_told_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recordings = Recordings(tmp_path)
    write(tmp_path / "greet.wav", peak=5)
    assert recordings.find("greet") is None
    write(tmp_path / "greet.wav", seconds=1.5)
    mended = recordings.find("greet")
    assert mended
    assert round(mended.duration, 1) == 1.6
    cut_short(tmp_path / "greet.wav")
    assert recordings.find("greet") is None
    assert len(caplog.records) == 2


def test_files_may_be_added_changed_and_taken_away_at_any_time(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path / "mei")
    assert recordings.find("greet") is None
    (tmp_path / "mei").mkdir()
    write(tmp_path / "mei" / "greet.wav", seconds=1.0)
    first = recordings.find("greet")
    assert first
    assert recordings.find("greet") is first  # read once while it stays as it is
    os.utime(tmp_path / "mei" / "greet.wav", (1, 1))
    again = recordings.find("greet")
    assert again == first
    assert again is not first
    write(tmp_path / "mei" / "greet.wav", seconds=2.0)
    longer = recordings.find("greet")
    assert longer
    assert longer.duration > first.duration + 0.9
    (tmp_path / "mei" / "greet.wav").unlink()
    assert recordings.find("greet") is None


def test_the_slow_reading_is_a_recording_of_its_own(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path)
    (tmp_path / "slow").mkdir()
    write(tmp_path / "greet.wav", seconds=1.0)
    write(tmp_path / "slow" / "bye.wav", seconds=2.0)
    assert recordings.find("greet", slow=True) is None
    assert recordings.find("bye") is None
    slow = recordings.find("bye", slow=True)
    assert slow
    assert round(slow.duration, 1) == 2.1
    assert recordings.find("slow") is None


def test_gaps_are_what_nobody_has_recorded_well(tmp_path: Path) -> None:
    recordings = Recordings(tmp_path / "mei")
    (tmp_path / "mei" / "slow").mkdir(parents=True)
    write(tmp_path / "mei" / "greet.wav")
    write(tmp_path / "mei" / "bye.wav", peak=5)
    write(tmp_path / "mei" / "slow" / "bye.wav")
    prompts = ["bye", "greet", "menu.main"]
    assert recordings.name == "mei"
    assert recordings.gaps(prompts) == ["bye", "menu.main"]
    assert recordings.gaps(prompts, slow=True) == ["greet", "menu.main"]


def test_faults_of_slow_readings_are_listed_with_their_folder(tmp_path: Path) -> None:
    (tmp_path / "slow").mkdir()
    write(tmp_path / "greet.wav")
    write(tmp_path / "slow" / "greet.wav", peak=5)
    assert Recordings(tmp_path).faults(["greet"]) == [f"{tmp_path}/slow/greet.wav: it is silent"]
