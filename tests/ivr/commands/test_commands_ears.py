"""`hotline ears` and `hotline hear`: what a newcomer sees with no ear, with some, and with a bad file."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from ears_server import Manners, vosk_server

from ivr import ears
from speech.ears.whisper import FILES
from speech.sound import Sound
from speech.telephone import RATE, silence
from speech.voices.kokoro import KokoroVoice


class Parrot:
    """A recognizer that hears 查余额 in whatever it gets."""

    def __init__(self, config: dict[str, object]) -> None:
        pass

    def AcceptWaveform(self, data: bytes) -> int:  # noqa: N802
        return 0

    def PartialResult(self) -> str:  # noqa: N802
        return '{"partial": "查 余 额"}'

    def FinalResult(self) -> str:  # noqa: N802
        return '{"text": "查 余 额"}'

    Result = FinalResult


@pytest.fixture(autouse=True)
def no_server_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setattr(ears, "OWN_SERVER", f"ws://127.0.0.1:{free.getsockname()[1]}")


@pytest.fixture
def server() -> Iterator[str]:
    with vosk_server(Manners(recognizer=Parrot)) as address:
        yield f"vosk-server:{address}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    wave = np.sin(np.arange(RATE) * 2 * np.pi * 300 / RATE) * 8000
    (tmp_path / "said.wav").write_bytes(Sound(wave.astype(np.int16), RATE).wav_bytes())
    return tmp_path / "said.wav"


def row(told: str, ear: str) -> list[str]:
    (line,) = [each for each in told.splitlines() if each.startswith(f"{ear}  ")]
    return line.removeprefix(ear).split()


def test_a_new_machine_is_told_what_it_lacks(hotline_command):
    result = hotline_command("ears")
    assert result.exit_code == 0
    for name in ears.LADDER:
        assert row(result.stdout, name) == ["-", "no"]
        assert f"{name} cannot be used: " in result.stdout
    for words in (
        "vosk cannot be used: there is no Vosk model in /nowhere/vosk-small-cn; "
        "run: hotline models fetch vosk-small-cn\n",
        "HOTLINE_EAR=vosk-server:ws://HOST:PORT",
        "Now: callers press keys only (HOTLINE_EAR=auto).\n",
    ):
        assert words in result.stdout


def test_the_ear_that_is_used_is_told(hotline_command, tmp_path, server):
    told = hotline_command("ears", HOTLINE_EAR=server).stdout
    assert row(told, "vosk-server") == ["yes", "yes"]
    assert "Now: vosk-server hears callers, as HOTLINE_EAR says (HOTLINE_EAR=vosk-server)." in told
    for name in FILES:
        (tmp_path / "whisper-base").mkdir(exist_ok=True)
        (tmp_path / "whisper-base" / name).write_text("{}")
    told = hotline_command("ears", HOTLINE_MODELS=str(tmp_path)).stdout
    assert row(told, "whisper") == ["yes", "yes"]
    assert "Now: whisper hears callers (HOTLINE_EAR=auto)." in told
    assert "whisper takes a second or two" in told


def test_trying_shows_what_only_using_shows(hotline_command, tmp_path, server):
    (tmp_path / "whisper-base").mkdir()
    for name in FILES:
        (tmp_path / "whisper-base" / name).write_text("{}")
    told = hotline_command("ears", "--try", HOTLINE_EAR=server, HOTLINE_MODELS=str(tmp_path)).stdout
    assert row(told, "vosk") == ["-", "no", "-"]
    assert row(told, "vosk-server")[:4] == ["yes", "yes", "ready", "in"]
    assert row(told, "whisper") == ["-", "yes", "failed"]
    assert "whisper cannot be used: the Whisper model in" in told
    assert "Now: vosk-server hears callers" in told
    failed = hotline_command("ears", "--try", HOTLINE_EAR="whisper", HOTLINE_MODELS=str(tmp_path))
    assert failed.exit_code == 1
    assert "Now: whisper fails, so callers press keys only (HOTLINE_EAR=whisper)." in failed.stdout


def test_settings_that_are_wrong_are_told(hotline_command, file):
    for words in (["ears"], ["hear", str(file)]):
        refused = hotline_command(*words, HOTLINE_EAR="cochlea")
        assert (refused.exit_code, "HOTLINE_EAR is none of its words" in refused.output) == (1, True)
    refused = hotline_command("ears", HOTLINE_EAR="vosk")
    assert (refused.exit_code, "hotline models fetch vosk-small-cn" in refused.output) == (1, True)


# --- hotline hear


def test_words_and_the_phrase_they_mean_are_told_as_json(hotline_command, file, server):
    heard = hotline_command("hear", str(file), "--phrases", "查余额,人工服务", "--ear", server)
    assert heard.exit_code == 0, heard.output
    assert "查余额" in heard.stdout
    assert json.loads(heard.stdout) == {
        "words": "查余额",
        "confidence": 1.0,
        "phrase": "查余额",
        "match": "chosen",
        "ear": "vosk-server",
    }


@pytest.mark.parametrize(
    ("phrases", "phrase", "match"),
    [("", None, "none"), ("人工服务", None, "none"), ("换人、查余额，", "查余额", "chosen")],
)
def test_no_phrase_need_be_meant(hotline_command, file, server, phrases, phrase, match):
    told = json.loads(hotline_command("hear", str(file), "--phrases", phrases, HOTLINE_EAR=server).stdout)
    assert (told["phrase"], told["match"]) == (phrase, match)


def test_what_may_be_meant_is_doubtful(hotline_command, file, server):
    heard = hotline_command("hear", str(file), "--phrases", "差余款", "--ear", server)
    assert json.loads(heard.stdout)["match"] == "doubtful"


def test_files_that_are_no_sound_are_told(hotline_command, tmp_path, server):
    (tmp_path / "empty.wav").touch()
    (tmp_path / "long.wav").write_bytes(silence(61).wav_bytes())
    for name, why in (("empty.wav", "it is empty"), ("long.wav", "more than 60 seconds")):
        refused = hotline_command("hear", str(tmp_path / name), "--ear", server)
        assert (refused.exit_code, why in refused.output) == (1, True), refused.output
    refused = hotline_command("hear", str(tmp_path / "none.wav"))
    assert (refused.exit_code, "does not exist" in refused.output) == (2, True)


def test_ears_that_are_not_to_be_had_are_told(hotline_command, file):
    for words, code, why in (
        ([], 1, "there is no ear to hear with; hotline ears says what each of them needs"),
        (["--ear", "none"], 1, "nobody is heard; name an ear, such as --ear whisper"),
        (["--ear", "vosk"], 2, "--ear=vosk cannot hear: there is no Vosk model in"),
        (["--ear", "vosk-server"], 2, "--ear has no server; write vosk-server:ws://HOST:PORT"),
        (["--ear", "vosk-server:ws://127.0.0.1:9"], 1, "127.0.0.1:9 cannot be reached"),
        (["--ear", "cochlea"], 2, "--ear is none of its words; write auto, vosk,"),
    ):
        refused = hotline_command("hear", str(file), *words)
        assert (refused.exit_code, why in refused.output) == (code, True), refused.output


def test_a_caller_of_the_kokoro_voice_is_heard_by_whisper(
    hotline_command, tmp_path, kokoro_folder, whisper_folder
):
    with closing(KokoroVoice(kokoro_folder)) as voice:
        (tmp_path / "said.wav").write_bytes(voice.speak("转人工服务", 0.9).wav_bytes())
    words = ["hear", str(tmp_path / "said.wav"), "--phrases", "查余额,人工服务", "--ear", "whisper"]
    told = json.loads(hotline_command(*words, HOTLINE_MODELS=str(whisper_folder.parent)).stdout)
    assert (told["phrase"], told["ear"]) == ("人工服务", "whisper")
