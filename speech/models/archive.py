"""A zip that becomes a folder: unpacked beside it, and put in its place whole or not at all.

What is in the archive is not known beforehand. A list written while unpacking says what there has to be, so
that it can be checked later as other models are.
"""

import hashlib
import json
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from speech.models.errors import SourceFailed, disk
from speech.models.model import ModelFile, State
from speech.models.part import keep_names

LIST = "unpacked.json"
_GROWING = ".unpacking"
_LEAVING = ".replaced"
_MOST = 2 * 10**9  # bytes: ten times what the largest archive of ours becomes
_BLOCK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)

Listed = Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Archive(ModelFile):
    """A zip with one folder in it, which becomes `unpacked` below the folder of models; the zip goes then."""

    unpacked: str

    @property
    def note(self) -> str:
        """What a person who fetches it by hand has to know."""
        return f"leave the zip as it is: this command checks it and unpacks it into {self.unpacked}"

    def state(self, folder: Path, *, verify: bool) -> State:
        """Tell by the list whether all is there that was unpacked."""
        with disk(folder):
            listed = _listed(folder / self.unpacked)
            if listed is not None:
                return State.DAMAGED if _wrong(folder / self.unpacked, listed, verify) else State.THERE
            begun = (self.part(folder), folder / self.path, folder / self.unpacked)
            return State.PARTIAL if any(path.exists() for path in begun) else State.MISSING

    def settle(self, folder: Path) -> None:
        """Unpack the zip if it has come, by whatever way; SourceFailed if it is not what it should be."""
        place = folder / self.path
        with disk(folder):
            if not place.is_file():
                return
            if not self.is_right(place.stat().st_size, digest(place)):
                raise SourceFailed(f"{place}: this is another file than the one that is wanted")
            try:
                self._unpack(place, folder)
            except _BROKEN as fault:
                place.unlink()
                raise SourceFailed(f"{place.name}: it cannot be unpacked ({fault})") from fault
            finally:
                shutil.rmtree(folder / _GROWING, ignore_errors=True)
            place.unlink()

    def _unpack(self, place: Path, folder: Path) -> None:
        growing, leaving, target = folder / _GROWING, folder / _LEAVING, folder / self.unpacked
        for left in (growing, leaving):
            shutil.rmtree(left, ignore_errors=True)
        growing.mkdir()
        with zipfile.ZipFile(place) as archive:
            listed = {path: _extracted(archive, member, growing / path) for path, member in _members(archive)}
        _write(growing / LIST, json.dumps(listed, indent=1).encode())
        keep_names(growing)
        if target.exists():
            target.replace(leaving)
        growing.replace(target)
        keep_names(folder)
        shutil.rmtree(leaving, ignore_errors=True)


def cut_short(folder: Path) -> list[str]:
    """Return the files of an unpacked folder that have not the size they had; none where there is no list."""
    return _wrong(folder, _listed(folder) or {}, verify=False)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listed(folder: Path) -> Listed | None:
    try:
        read = json.loads((folder / LIST).read_bytes())
        return {str(path): (int(size), str(sha256)) for path, (size, sha256) in read.items()}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError, AttributeError):
        return {LIST: (-1, "")}  # a list that is no list: nothing can be right


def _wrong(folder: Path, listed: Listed, verify: bool) -> list[str]:
    return [path for path, known in listed.items() if not _is_right(folder / path, *known, verify)]


def _is_right(path: Path, size: int, sha256: str, verify: bool) -> bool:
    return path.is_file() and path.stat().st_size == size and (not verify or digest(path) == sha256)


def _members(archive: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """Return the files with their paths below the one folder; ValueError for what no model would have."""
    files = [member for member in archive.infolist() if not member.is_dir()]
    if sum(member.file_size for member in files) > _MOST:
        raise ValueError("it is larger than any model")
    if len({PurePosixPath(member.filename).parts[:1] for member in files}) != 1:
        raise ValueError("there is not one folder in it")
    found = {_path(member): member for member in files}
    if len(found) != len(files) or LIST in found:
        raise ValueError("it has two files of one name")
    return list(found.items())


def _path(member: zipfile.ZipInfo) -> str:
    """Return where a file goes; never outside, never a link."""
    path = PurePosixPath(member.filename)
    odd = path.is_absolute() or ".." in path.parts or "\\" in member.filename or len(path.parts) == 1
    if odd or stat.S_ISLNK(member.external_attr >> 16):
        raise ValueError("it has a file that would not stay in its folder")
    return str(PurePosixPath(*path.parts[1:]))


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> tuple[int, str]:
    """Write a file; its own check sum is compared by the library. Return its size and SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = hashlib.sha256()
    with archive.open(member) as content, path.open("wb") as file:
        while data := content.read(_BLOCK):
            file.write(data)
            found.update(data)
        file.flush()
        os.fsync(file.fileno())
    return member.file_size, found.hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
