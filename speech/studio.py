"""Sentences rendered ahead and kept: a cache of sounds by content, shared by threads and processes.

A sound's name is the digest of voice, engine version, pace and text, so it never goes stale and its address
can be given out before it is rendered. Only whole sounds that are no silence are ever in the folder.
"""

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from speech.sound import Sound
from speech.voices import Voice, VoiceError, VoiceFailed

_EMPTY_WAV = 44


class StudioError(VoiceError):
    """Sounds cannot be kept: the disk is full, or the folder may not be written. The sentence says which."""


class NotAllRendered(VoiceFailed):
    """Some of many sentences could not be spoken; `texts` are those, the others are in the folder."""

    def __init__(self, texts: tuple[str, ...], total: int, reason: str) -> None:
        super().__init__(f"{len(texts)} of {total} sentences could not be spoken; the first: {reason}")
        self.texts = texts


class Studio:
    """One voice and the folder that keeps what it said; several studios may share a folder."""

    def __init__(self, voice: Voice, folder: Path) -> None:
        self._voice = voice
        self._folder = folder

    def digest(self, text: str, pace: float = 1.0) -> str:
        """Name the sound of this text (64 hex digits), rendered or not; paces count to two decimals."""
        key = json.dumps([self._voice.fingerprint, f"{pace:.2f}", text])
        return hashlib.sha256(key.encode()).hexdigest()

    def find(self, text: str, pace: float = 1.0) -> Path | None:
        """Return the WAV file if it is there already; never speaks, so a web request may ask."""
        path = self._path(text, pace)
        return path if _is_whole(path) else None

    def sound(self, text: str, pace: float = 1.0) -> Path:
        """Return the WAV file, rendered now if need be, once however many ask; VoiceError or ValueError."""
        path = self._path(text, pace)
        if not _is_whole(path):
            with self._alone(path):
                if not _is_whole(path):
                    _write(path, self.speak_fresh(text, pace).wav_bytes())
        return path

    def speak_fresh(self, text: str, pace: float = 1.0) -> Sound:
        """Speak without keeping: for what belongs to one caller only."""
        sound = self._voice.speak(text, round(pace, 2))
        if sound.is_silent:
            raise VoiceFailed(f"the voice {self._voice.name} gave silence")
        return sound

    def render_all(self, texts: Iterable[str], pace: float, progress: Callable[[int, int], None]) -> None:
        """Render what is not there yet; `progress(done, total)` is called at the start and after each.

        It can be stopped and begun again at any point. Sentences that fail are left out and reported at the
        end (NotAllRendered); a folder that cannot be written, or a missing voice, ends it at once.
        """
        wanted = list(dict.fromkeys(texts))
        failed: dict[str, Exception] = {}
        progress(0, len(wanted))
        for done, text in enumerate(wanted, start=1):
            try:
                self.sound(text, pace)
            except (VoiceFailed, ValueError) as fault:
                failed[text] = fault
            progress(done, len(wanted))
        if failed:
            raise NotAllRendered(tuple(failed), len(wanted), str(next(iter(failed.values()))))

    def _path(self, text: str, pace: float) -> Path:
        return self._folder / f"{self.digest(text, pace)}.wav"

    @contextlib.contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        """Keep all other threads and processes from rendering this sound (and a sixteenth of all others)."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / f".lock-{path.name[0]}").open("ab")
        except OSError as fault:
            raise _not_kept(path, fault) from fault
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:  # said outright: a process forked meanwhile holds the file open too
                fcntl.flock(lock, fcntl.LOCK_UN)


def _is_whole(path: Path) -> bool:
    """Tell whether a sound is there; files appear under this name only when they are complete."""
    try:
        return path.stat().st_size > _EMPTY_WAV
    except OSError:  # if the folder cannot be looked into, writing to it will say why
        return False


def _write(path: Path, data: bytes) -> None:
    """Let the file appear complete or not at all, also when the power fails."""
    draft = path.with_suffix(".part")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise _not_kept(path, fault) from fault


def _not_kept(path: Path, fault: OSError) -> StudioError:
    return StudioError(f"sounds cannot be kept in {path.parent}: {fault.strerror}")
