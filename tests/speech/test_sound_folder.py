"""The folder of sounds: whole files or none, whatever happens to disks and processes, and never too many."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from whistle import Whistle

from speech.score import NORMAL, Clip, Phrase
from speech.sound import Sound
from speech.sound_folder import SoundFolder, StudioError
from speech.studio import Studio, every_clip
from speech.telephone import RATE

SOUND = Sound(np.tile(np.array([5000, -5000], dtype=np.int16), 1000), RATE)
SIZE = len(SOUND.wav_bytes())
HELLO = Phrase("您好。", NORMAL)


def files(folder: Path) -> list[str]:
    """Everything a caller could be given, or that was left half done."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".lock"))


def filled(folder: Path, *names: str, limit: int) -> SoundFolder:
    """A folder with these sounds, each an hour older than the next."""
    made = SoundFolder(folder, limit)
    for age, name in enumerate(reversed(names)):
        made.write(name, SOUND)
        os.utime(folder / f"{name}.wav", (10**9 - 3600 * age,) * 2)
    return made


def test_a_sound_comes_back_as_it_was(tmp_path: Path) -> None:
    folder = SoundFolder(tmp_path / "new" / "sounds")
    assert not folder.has("aa")
    assert folder.read("aa") is None
    assert not (tmp_path / "new").exists()
    folder.write("aa", SOUND)
    assert folder.has("aa")
    assert folder.read("aa") == SOUND
    assert files(tmp_path / "new" / "sounds") == ["aa.wav"]


def test_a_draft_left_by_a_killed_process_is_no_sound_and_no_hindrance(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    (tmp_path / f"{studio.digest(HELLO)}.part").write_bytes(b"half")
    assert not studio.has(HELLO)
    studio.render([HELLO])
    assert files(tmp_path) == [f"{studio.digest(HELLO)}.wav"]


def test_an_empty_sound_counts_as_none(tmp_path: Path) -> None:
    folder = SoundFolder(tmp_path)
    folder.write("aa", Sound(np.zeros(0, dtype=np.int16), RATE))
    assert not folder.has("aa")


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """No file may grow beyond 1000 bytes, as on a disk that is all but full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_files_only")
def test_a_disk_that_takes_no_more_ends_rendering_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    voice = Whistle()
    many = [Phrase("好" * length, NORMAL) for length in range(1, 500)]
    with pytest.raises(StudioError, match=f"sounds cannot be kept in {tmp_path}: File too large"):
        Studio(voice, tmp_path).render(many)
    assert files(tmp_path) == []
    assert len(voice.asked) < 100


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


def test_a_full_disk_leaves_nothing_half_written_and_what_it_holds_can_be_played(tiny_disk: Path) -> None:
    studio = Studio(Whistle(), tiny_disk)
    short, long = Phrase("好", NORMAL), Phrase("好" * 100, NORMAL)
    studio.render([short])
    with pytest.raises(StudioError, match="No space left on device"):
        studio.render([short, long])
    assert files(tiny_disk) == [f"{studio.digest(short)}.wav"]
    assert studio.assemble((short,)) == Whistle().speak("好", NORMAL)
    assert studio.assemble((short, long)) is None


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    studio = Studio(Whistle(), tmp_path / "file" / "sounds")
    assert not studio.has(HELLO)
    with pytest.raises(StudioError, match=r"sounds cannot be kept in .*file/sounds"):
        studio.render([HELLO])
    with pytest.raises(StudioError, match=r"sounds cannot be kept in .*file/sounds"):
        SoundFolder(tmp_path / "file" / "sounds").write("aa", SOUND)


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that every user may look into (those of the tests are closed to others), with one sound."""
    with tempfile.TemporaryDirectory() as name:
        Studio(Whistle(), Path(name)).render([HELLO])
        yield Path(name)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let this user read but not write a folder; root becomes nobody for it."""
    folder.chmod(0o555)
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    yield
    if was_root:
        os.seteuid(0)
    folder.chmod(0o755)


def test_a_read_only_folder_still_gives_what_it_holds(public_folder: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, public_folder)
    fault = f"sounds cannot be kept in {public_folder}: Permission denied"
    with read_only(public_folder):
        studio.render([HELLO])
        assert studio.assemble((HELLO,)) is not None
        with pytest.raises(StudioError, match=fault):
            studio.render([HELLO, Phrase("再见。", NORMAL)])
    assert voice.asked == []


def test_a_damaged_sound_that_cannot_be_taken_away_is_not_played_either(public_folder: Path) -> None:
    path = next(public_folder.glob("*.wav"))
    path.write_bytes(b"no sound " * 100)
    with read_only(public_folder):
        assert SoundFolder(public_folder).read(path.stem) is None
    assert path.exists()


VOICE = """
import os, time
import numpy as np
from speech.sound import Sound

TONE = Sound(np.tile(np.array([5000, -5000], dtype=np.int16), 4000), 8000)

class Slow:
    name = fingerprint = "slow"
    def speak(self, text, pace):
        print(os.getpid(), flush=True)
        time.sleep(0.05)
        return TONE
    def clips(self, words, pace):
        return [self.speak("".join(words), pace), *[TONE] * (len(words) - 1)]
"""
RENDERING = """
import sys
from pathlib import Path
from speech.score import NORMAL, Phrase
from speech.studio import Studio, every_clip
from tests_voice import Slow

number = int(sys.stdin.readline())
clips = list(every_clip("count", NORMAL))[:8]
many = [Phrase("好" * length, NORMAL) for length in range(1, int(sys.argv[2]))]
Studio(Slow(), Path(sys.argv[1])).render([*clips[number:], *many])
"""


@pytest.fixture
def rendering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (tmp_path / "tests_voice.py").write_text(VOICE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    return [sys.executable, "-c", RENDERING, str(tmp_path / "sounds")]


def started(command: list[str], phrases: int) -> "subprocess.Popen[str]":
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*command, str(phrases)], text=True, **pipes)  # type: ignore[call-overload, no-any-return]


def test_processes_that_render_the_same_speak_it_once(rendering: list[str], tmp_path: Path) -> None:
    """Also where each misses other clips of the same carrier sentence."""
    running = [started(rendering, 6) for _ in range(3)]
    said = [process.communicate(f"{number}\n", timeout=60) for number, process in enumerate(running)]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sum(len(lines.split()) for lines, _ in said) == 2 + 5
    assert len(files(tmp_path / "sounds")) == 8 + 5


def spoken_until(process: "subprocess.Popen[str]", sentences: int, kill: signal.Signals) -> str:
    """Send a signal in the middle of a sentence, after so many; return what it complained of."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("0\n")
    process.stdin.flush()
    for _ in range(sentences):
        process.stdout.readline()
    process.send_signal(kill)
    return process.communicate(timeout=60)[1]


def test_what_was_killed_in_the_middle_is_resumed(rendering: list[str], tmp_path: Path) -> None:
    killed = started(rendering, 10)
    spoken_until(killed, 5, signal.SIGKILL)
    assert killed.returncode == -signal.SIGKILL
    kept = [path for path in (tmp_path / "sounds").glob("*.wav") if Sound.from_wav(path.read_bytes())]
    assert len(kept) == 8 + 2
    resumed = started(rendering, 10)
    lines, _ = resumed.communicate("0\n", timeout=60)
    assert len(lines.split()) == 7
    assert len(files(tmp_path / "sounds")) == 8 + 9


def test_ctrl_c_ends_rendering_with_the_sentence_in_hand(rendering: list[str], tmp_path: Path) -> None:
    process = started(rendering, 400)
    complaint = spoken_until(process, 4, signal.SIGINT)
    assert "KeyboardInterrupt" in complaint
    assert process.returncode == -signal.SIGINT
    assert 8 + 1 <= len(files(tmp_path / "sounds")) < 8 + 100


def test_within_its_limit_a_folder_keeps_even_what_nobody_wants(tmp_path: Path) -> None:
    folder = filled(tmp_path, "aa", "bb", limit=2 * SIZE)
    assert folder.tidy([]) == 2 * SIZE
    assert files(tmp_path) == ["aa.wav", "bb.wav"]


def test_beyond_its_limit_what_nobody_wants_goes_the_oldest_first(tmp_path: Path) -> None:
    folder = filled(tmp_path, "aa", "bb", "cc", "dd", limit=2 * SIZE + 10)
    (tmp_path / "aa.part").write_bytes(b"half")
    os.utime(tmp_path / "aa.part", (10**8,) * 2)
    (tmp_path / "notes.txt").write_text("not ours")
    assert folder.tidy({"bb"}) == 2 * SIZE
    assert files(tmp_path) == ["bb.wav", "dd.wav", "notes.txt"]


def test_what_is_wanted_stays_even_beyond_the_limit_and_that_is_said(tmp_path: Path) -> None:
    folder = filled(tmp_path, "aa", "bb", "cc", limit=SIZE)
    with pytest.raises(StudioError, match=rf"take 0 MB where 0 MB are allowed in {tmp_path}; allow more"):
        folder.tidy({"aa", "bb"})
    assert files(tmp_path) == ["aa.wav", "bb.wav"]


def test_a_folder_that_is_not_there_takes_no_room(tmp_path: Path) -> None:
    assert SoundFolder(tmp_path / "nowhere").tidy(["aa"]) == 0


def test_a_studio_keeps_what_it_wants_of_its_own_and_lets_other_voices_go(tmp_path: Path) -> None:
    old, new = Studio(Whistle("old"), tmp_path), Studio(Whistle("new"), tmp_path, limit=1)
    clips = [clip for clip in every_clip("count", NORMAL) if isinstance(clip, Clip)][:4]
    for studio in (old, new):
        studio.render([HELLO, *clips])
    with pytest.raises(StudioError):
        new.tidy([HELLO, *clips])
    assert not new.missing([HELLO, *clips])
    assert old.missing([HELLO, *clips]) == [HELLO, *clips]
    assert new.tidy([]) == 0


def test_one_digest_is_rendered_by_one_at_a_time_and_its_lock_opened_after_a_failure(tmp_path: Path) -> None:
    folder = SoundFolder(tmp_path)
    order: list[str] = []

    def second() -> None:
        with folder.alone("aa2"):
            order.append("second")

    waiting = threading.Thread(target=second)
    with pytest.raises(RuntimeError, match="failed"), folder.alone("aa1"):  # noqa: PT012
        waiting.start()
        with folder.alone("bb1"):
            order.append("other")
        waiting.join(0.2)
        order.append("first")
        raise RuntimeError("failed")
    waiting.join(60)
    assert order == ["other", "first", "second"]
