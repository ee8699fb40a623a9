"""A file that grows as `<name>.part` beside its place and takes it only when size and SHA-256 are right."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from speech.models.errors import SourceFailed, disk
from speech.models.model import ModelFile

_BLOCK = 1 << 20


class Part:
    """The part of one file, open for more. What an earlier attempt left is kept and counted."""

    def __init__(self, file: ModelFile, folder: Path) -> None:
        self._file = file
        self._folder = folder
        self._path = file.part(folder)
        self._hash = hashlib.sha256()
        self.size = 0
        with disk(folder):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._path.open("a+b")
            self._read_what_is_there()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # a full disk was told of when it happened
            self._stream.close()
        if not self.size:
            self._path.unlink(missing_ok=True)

    @property
    def is_right(self) -> bool:
        """Whether this is the whole file and no other."""
        return self._file.is_right(self.size, self._hash.hexdigest())

    def write(self, data: bytes) -> None:
        """Add bytes; SourceFailed when there are more than the file has."""
        if self.size + len(data) > self._file.size:
            self.begin_again()
            raise SourceFailed(f"there is more than the {self._file.size:,} bytes of the file")
        with disk(self._folder):
            self._stream.write(data)
            self._stream.flush()
        self._hash.update(data)
        self.size += len(data)

    def begin_again(self) -> None:
        """Forget every byte."""
        with disk(self._folder):
            self._stream.truncate(0)
        self._hash = hashlib.sha256()
        self.size = 0

    def finish(self) -> None:
        """Put the file in its place; SourceFailed, and nothing is left of it, if it is the wrong one."""
        if not self.is_right:
            wrong = "SHA-256" if self.size == self._file.size else f"size, {self.size:,} bytes,"
            self._path.unlink()
            raise SourceFailed(f"what came has another {wrong} than the file has to have")
        place = self._folder / self._file.path
        with disk(self._folder):
            os.fsync(self._stream.fileno())
            self._path.replace(place)
            keep_names(place.parent)

    def _read_what_is_there(self) -> None:
        self._stream.seek(0)
        while data := self._stream.read(_BLOCK):
            self._hash.update(data)
            self.size += len(data)
        if self.size > self._file.size:
            self.begin_again()


def keep_names(folder: Path) -> None:
    """Make what was renamed survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
