"""The folder that keeps sounds by the digest of their content: complete files or none, never too many.

Several processes share it. It can be deleted at any time: whatever is missing is rendered again.
"""

import contextlib
import fcntl
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from speech.sound import Sound
from speech.voices import VoiceError

_EMPTY_WAV = 44
LIMIT = 2_000_000_000
"""Bytes that sounds may take: two voices at two paces need about a tenth of it."""


class StudioError(VoiceError):
    """Sounds cannot be kept: the disk is full, or the folder may not be written. The sentence says which."""


class SoundFolder:
    """WAV files named `<digest>.wav` in `folder`, which is made when the first one is kept."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit

    def has(self, digest: str) -> bool:
        """Tell whether a sound is there; files appear under their name only when they are complete."""
        try:
            return self._path(digest).stat().st_size > _EMPTY_WAV
        except OSError:  # if the folder cannot be looked into, writing to it will say why
            return False

    def read(self, digest: str) -> Sound | None:
        """Return a sound, None if it is not there or is no sound any more (then it is taken away)."""
        try:
            return Sound.from_wav(self._path(digest).read_bytes())
        except OSError:
            return None
        except ValueError:
            with contextlib.suppress(OSError):
                self._path(digest).unlink(missing_ok=True)
            return None

    def write(self, digest: str, sound: Sound) -> None:
        """Let a sound appear complete or not at all, also when the power fails; StudioError if it cannot.

        Whoever writes is `alone` with the digest, so that the draft of a process that was killed is reused.
        """
        path = self._path(digest)
        draft = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(sound.wav_bytes())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as fault:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise self._not_kept(fault) from fault

    def tidy(self, wanted: Collection[str]) -> int:
        """Take away what nobody wants, the oldest first, until the rest is within the limit.

        Returns the bytes that are left; StudioError if what is wanted is more than the limit by itself.
        """
        files = sorted(self._files(), key=lambda file: file[2])
        total = sum(size for _, size, _ in files)
        for path, size, _ in files:
            if total <= self._limit:
                return total
            if path.suffix != ".wav" or path.stem not in wanted:
                path.unlink(missing_ok=True)
                total -= size
        if total > self._limit:
            what = f"the sounds take {total / 1e6:.0f} MB where {self._limit / 1e6:.0f} MB are allowed"
            raise StudioError(f"{what} in {self._folder}; allow more, or render fewer voices")
        return total

    @contextlib.contextmanager
    def alone(self, digest: str) -> Iterator[None]:
        """Keep all other threads and processes from rendering this sound (and a 256th of all others)."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / f".lock-{digest[:2]}").open("ab")
        except OSError as fault:
            raise self._not_kept(fault) from fault
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:  # said outright: a process forked meanwhile holds the file open too
                fcntl.flock(lock, fcntl.LOCK_UN)

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        """Yield every sound and every draft with its size and age."""
        for path in [*self._folder.glob("*.wav"), *self._folder.glob("*.part")]:
            with contextlib.suppress(OSError):
                seen = path.stat()
                yield path, seen.st_size, seen.st_mtime

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.wav"

    def _not_kept(self, fault: OSError) -> StudioError:
        why = "it is a file, not a folder" if self._folder.is_file() else fault.strerror
        return StudioError(f"sounds cannot be kept in {self._folder}: {why}")
