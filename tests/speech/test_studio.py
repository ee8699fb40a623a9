"""The studio: nothing kept but whole sounds, each rendered once however many ask, full disks said plainly."""

import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from speech.sound import Sound
from speech.studio import NotAllRendered, Studio, StudioError
from speech.telephone import silence
from speech.voices import VoiceFailed, VoiceMissing
from speech.voices.pyttsx3 import Pyttsx3Voice

TEXTS = ["您好。", "查余额,请按一。", "再见。"]


class Whistle:
    """A voice that whistles, a while for each character, and counts what it was asked."""

    name = "whistle"
    fingerprint = "whistle 1"

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []
        self.one_at_a_time = threading.Lock()

    def speak(self, text: str, pace: float) -> Sound:
        with self.one_at_a_time:
            self.asked.append((text, pace))
        moments = np.arange(int(800 * len(text) / pace)) / 8000
        return Sound((9000 * np.sin(2 * np.pi * 440 * moments)).astype(np.int16), 8000)


class Mute(Whistle):
    """A voice that says nothing, without an error."""

    def speak(self, text: str, pace: float) -> Sound:
        super().speak(text, pace)
        return silence(1)


class Hoarse(Whistle):
    """A voice that fails at some texts, or altogether when it is missing."""

    def __init__(self, fails: set[str], fault: Exception) -> None:
        super().__init__()
        self.fails = fails
        self.fault = fault

    def speak(self, text: str, pace: float) -> Sound:
        sound = super().speak(text, pace)
        if text in self.fails:
            raise self.fault
        return sound


def files(folder: Path) -> list[str]:
    """Everything a caller could be given, or that was left half done."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".lock"))


def test_a_sound_is_rendered_once_and_found_under_its_digest(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path / "new" / "sounds")
    assert studio.find("您好。") is None
    path = studio.sound("您好。")
    assert path.name == f"{studio.digest('您好。')}.wav"
    assert Sound.from_wav(path.read_bytes()) == Whistle().speak("您好。", 1.0)
    assert studio.sound("您好。") == studio.find("您好。", 1.0) == path
    assert len(voice.asked) == 1


def test_another_text_pace_or_engine_is_another_sound(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    newer = Whistle()
    newer.fingerprint = "whistle 2"
    names = {
        studio.digest("您好。"),
        studio.digest("您好,"),
        studio.digest("您好。", 0.78),
        Studio(newer, tmp_path).digest("您好。"),
    }
    assert len(names) == 4
    assert studio.digest("您好。", 0.7800001) == studio.digest("您好。", 0.78)


def test_paces_that_share_a_name_are_spoken_alike(tmp_path: Path) -> None:
    voice = Whistle()
    Studio(voice, tmp_path).sound("您好。", 1 / 3)
    assert voice.asked == [("您好。", 0.33)]


def test_silence_and_failures_are_never_kept(tmp_path: Path) -> None:
    with pytest.raises(VoiceFailed, match="silence"):
        Studio(Mute(), tmp_path).sound("您好。")
    with pytest.raises(VoiceFailed, match="hoarse"):
        Studio(Hoarse({"您好。"}, VoiceFailed("hoarse")), tmp_path).sound("您好。")
    assert files(tmp_path) == []
    assert Studio(Whistle(), tmp_path).sound("您好。").exists()


def test_what_belongs_to_one_caller_is_not_kept(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    assert studio.speak_fresh("三十元", 1.0).duration > 0
    assert files(tmp_path) == []
    with pytest.raises(VoiceFailed, match="silence"):
        Studio(Mute(), tmp_path).speak_fresh("三十元")


def test_many_threads_asking_for_the_same_text_render_it_once(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        for text in TEXTS:
            studio.sound(text)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(text for text, _ in voice.asked) == dict.fromkeys(TEXTS, 1)
    assert len(files(tmp_path)) == 3


RENDERING = """
import sys, time
from pathlib import Path
from speech.studio import Studio
from tests_voice import Slow

sys.stdin.readline()
Studio(Slow(), Path(sys.argv[1])).sound("您好。")
"""
SLOW = """
import os, time
import numpy as np
from speech.sound import Sound

class Slow:
    name = fingerprint = "slow"
    def speak(self, text, pace):
        print(os.getpid(), flush=True)
        time.sleep(0.3)
        return Sound(np.tile(np.array([5000, -5000], dtype=np.int16), 4000), 8000)
"""


def test_many_processes_asking_for_the_same_text_render_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tests_voice.py").write_text(SLOW)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = [sys.executable, "-c", RENDERING, str(tmp_path / "sounds")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    running = [subprocess.Popen(command, text=True, **pipes) for _ in range(3)]
    said = [process.communicate("\n", timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sum(len(lines.split()) for lines in said) == 1


def test_all_are_rendered_with_progress_and_only_once(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    seen: list[tuple[int, int]] = []
    studio.render_all([*TEXTS, TEXTS[0]], 1.0, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    studio.render_all(TEXTS, 1.0, lambda done, total: None)
    assert len(voice.asked) == 3


def test_rendering_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    class CtrlC(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise CtrlC

    first, second = Whistle(), Whistle()
    with pytest.raises(CtrlC):
        Studio(first, tmp_path).render_all(TEXTS, 1.0, stop)
    Studio(second, tmp_path).render_all(TEXTS, 1.0, lambda done, total: None)
    assert [text for text, _ in first.asked + second.asked] == TEXTS


@pytest.mark.parametrize("fault", [VoiceFailed("hoarse"), ValueError("not speakable")])
def test_what_cannot_be_spoken_is_reported_and_the_rest_is_rendered(fault: Exception, tmp_path: Path) -> None:
    studio = Studio(Hoarse({TEXTS[1]}, fault), tmp_path)
    seen: list[int] = []
    with pytest.raises(NotAllRendered, match=f"1 of 3 sentences .*{fault}") as raised:
        studio.render_all(TEXTS, 1.0, lambda done, total: seen.append(done))
    assert raised.value.texts == (TEXTS[1],)
    assert seen == [0, 1, 2, 3]
    assert studio.find(TEXTS[2])


def test_a_missing_voice_ends_rendering_at_once(tmp_path: Path) -> None:
    voice = Hoarse({TEXTS[0]}, VoiceMissing("install it"))
    with pytest.raises(VoiceMissing, match="install it"):
        Studio(voice, tmp_path).render_all(TEXTS, 1.0, lambda done, total: None)
    assert len(voice.asked) == 1


def test_a_sound_cut_off_by_an_accident_outside_is_rendered_anew(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    path = studio.sound("您好。")
    whole = path.read_bytes()
    path.write_bytes(b"")
    assert studio.find("您好。") is None
    assert studio.sound("您好。").read_bytes() == whole


def test_a_draft_left_by_a_killed_process_is_no_sound_and_no_hindrance(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    draft = tmp_path / f"{studio.digest('您好。')}.part"
    draft.write_bytes(b"half")
    assert studio.find("您好。") is None
    assert studio.sound("您好。").exists()
    assert not draft.exists()


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """No file may grow beyond 1000 bytes, as on a disk that is all but full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_files_only")
def test_a_disk_that_takes_no_more_leaves_nothing_half_written(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    with pytest.raises(StudioError, match=f"sounds cannot be kept in {tmp_path}: File too large"):
        studio.sound("您好。")
    assert files(tmp_path) == []
    with pytest.raises(StudioError):
        studio.render_all(TEXTS, 1.0, lambda done, total: None)
    assert len(voice.asked) == 2


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB; skipped where this user may not mount one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tiny", folder], check=False)
    if mounted.returncode:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_leaves_nothing_half_written(tiny_disk: Path) -> None:
    studio = Studio(Whistle(), tiny_disk)
    kept = studio.sound("好")
    with pytest.raises(StudioError, match="No space left on device"):
        studio.sound("好" * 100)
    assert files(tiny_disk) == [kept.name]
    assert studio.sound("好") == kept


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudioError, match=r"sounds cannot be kept in .*file/sounds"):
        Studio(Whistle(), tmp_path / "file" / "sounds").sound("您好。")


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder this user may read but not write; root becomes nobody for it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Studio(Whistle(), folder).sound(TEXTS[0])
        folder.chmod(0o555)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        yield folder
        if was_root:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_read_only_folder_still_gives_what_it_holds(read_only: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, read_only)
    assert studio.sound(TEXTS[0]).exists()
    with pytest.raises(StudioError, match=f"sounds cannot be kept in {read_only}: Permission denied"):
        studio.sound(TEXTS[1])
    assert voice.asked == []


def test_the_built_in_voice_fills_a_studio(tmp_path: Path) -> None:
    voice = Pyttsx3Voice()
    studio = Studio(voice, tmp_path)
    studio.render_all(TEXTS, 1.0, lambda done, total: None)
    voice.close()
    lengths = [Sound.from_wav(studio.sound(text).read_bytes()).duration for text in TEXTS]
    assert lengths[0] < lengths[1]
    assert min(lengths) > 0.4
