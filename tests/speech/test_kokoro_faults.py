"""What can be wrong with the Kokoro voice before it speaks, each fault really made; no model is needed."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from speech.voices import VoiceFailed, VoiceMissing
from speech.voices.kokoro import DEFAULT, KokoroVoice
from speech.voices.kokoro_files import MODEL, MODEL_BYTES, SPEAKER_BYTES, SPEAKERS

FETCH = "hotline models fetch kokoro"


def emptied(folder: Path, speaker: str = DEFAULT) -> Path:
    """Files of the right names and lengths that hold nothing (and take no room on the disk)."""
    for name, length in ((MODEL, MODEL_BYTES), (f"{speaker}.bin", SPEAKER_BYTES)):
        with (folder / name).open("wb") as file:
            file.truncate(length)
    return folder


def test_missing_files_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(VoiceMissing, match=rf"kokoro-v1\.0\.int8\.onnx.*{FETCH}"):
        KokoroVoice(tmp_path)
    emptied(tmp_path)
    with pytest.raises(VoiceMissing, match=rf"zm_yunxi\.bin.*{FETCH}"):
        KokoroVoice(tmp_path, "zm_yunxi")


def test_a_file_cut_short_is_found_before_it_is_loaded(tmp_path: Path) -> None:
    emptied(tmp_path)
    os.truncate(tmp_path / MODEL, 1000)
    with pytest.raises(VoiceMissing, match=rf"1,000 bytes instead of 92,361,271.*{FETCH}"):
        KokoroVoice(tmp_path)
    emptied(tmp_path)
    os.truncate(tmp_path / f"{DEFAULT}.bin", SPEAKER_BYTES - 4)
    with pytest.raises(VoiceMissing, match=rf"522,236 bytes instead of 522,240.*{FETCH}"):
        KokoroVoice(tmp_path)


def test_a_damaged_file_of_the_right_length_is_found_when_it_is_loaded(tmp_path: Path) -> None:
    voice = KokoroVoice(emptied(tmp_path))
    with pytest.raises(VoiceMissing, match=rf"onnx is damaged .*{FETCH}"):
        voice.check()
    assert voice.pid is None


def test_one_wrong_bit_is_found(kokoro_folder: Path, tmp_path: Path) -> None:
    (tmp_path / MODEL).symlink_to((kokoro_folder / MODEL).resolve())
    speaker = bytearray((kokoro_folder / f"{DEFAULT}.bin").read_bytes())
    speaker[4711] ^= 1
    (tmp_path / f"{DEFAULT}.bin").write_bytes(speaker)
    with pytest.raises(VoiceMissing, match=rf"{DEFAULT}\.bin is damaged .*{FETCH}"):
        KokoroVoice(tmp_path).check()


def test_a_file_that_cannot_be_read_is_no_crash(tmp_path: Path) -> None:
    voice = KokoroVoice(emptied(tmp_path))
    (tmp_path / MODEL).unlink()
    with pytest.raises(VoiceMissing, match=rf"cannot be read \(No such file.*{FETCH}"):
        voice.check()


REFUSED_MODEL = """
import os, sys
from pathlib import Path
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime
from speech.voices.kokoro_worker import _session
from speech.voices.serving import EngineMissing
try:
    _session(onnxruntime, Path(sys.argv[1]))
except EngineMissing as fault:
    sys.stdout.write(str(fault))
"""


def test_a_model_the_runtime_refuses_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / MODEL).write_bytes(b"not a model" * 1000)
    command = [sys.executable, "-c", REFUSED_MODEL, str(tmp_path / MODEL)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.match(rf"onnxruntime cannot read .*{FETCH}", done.stdout)


@pytest.mark.parametrize("library", ["kokoro_onnx", "misaki", "onnxruntime"])
def test_a_library_that_is_not_there_is_named(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / f"{library}.py").write_text(f"raise ModuleNotFoundError(\"No module named '{library}'\")")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    with pytest.raises(VoiceMissing, match=f"No module named '{library}'.*pip install kokoro-onnx"):
        KokoroVoice(emptied(tmp_path)).check()


def test_a_package_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emptied(tmp_path)
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(VoiceMissing, match="needs the package kokoro-onnx: `pip install"):
        KokoroVoice(tmp_path)


def test_a_speaker_kokoro_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no speaker 'af_bella'; choose one of zf_xiaobei"):
        KokoroVoice(tmp_path, "af_bella")


def test_names_and_fingerprints_tell_speakers_and_versions_apart(tmp_path: Path) -> None:
    one = KokoroVoice(emptied(tmp_path))
    other = KokoroVoice(emptied(tmp_path, "zm_yunyang"), "zm_yunyang")
    assert (one.name, other.name) == ("kokoro", "kokoro:zm_yunyang")
    assert one.fingerprint != other.fingerprint
    for part in (
        "revision",
        "kokoro-onnx 0.",
        "misaki 0.",
        "onnxruntime 1.",
        "6e742170",
        SPEAKERS[DEFAULT][:8],
    ):
        assert part in one.fingerprint


def test_silence_is_tried_three_times_and_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = """
import base64, json, pathlib, sys
import numpy
from speech.sound import Sound
print(json.dumps({"ready": "pretend"}), flush=True)
for line in sys.stdin:
    open(pathlib.Path(sys.argv[1], "asked"), "a").write("once\\n")
    wav = base64.b64encode(Sound(numpy.zeros(48000, dtype="int16"), 24000).wav_bytes()).decode()
    print(json.dumps({"id": json.loads(line)["id"], "wavs": [wav]}), flush=True)
"""
    (tmp_path / "pretend_kokoro.py").write_text(script)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    voice = KokoroVoice(emptied(tmp_path), module="pretend_kokoro")
    with pytest.raises(VoiceFailed, match="kokoro gave silence"):
        voice.speak("您好您好", 1.0)
    assert (tmp_path / "asked").read_text() == "once\n" * 3


def test_a_program_that_is_gone_takes_the_process_along_while_it_loads(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-P",
        "-m",
        "speech.voices.kokoro_worker",
        str(emptied(tmp_path)),
        DEFAULT,
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.close()
        _, complaint = process.communicate(timeout=60)
    assert complaint == b""
    assert process.returncode == -signal.SIGPIPE
