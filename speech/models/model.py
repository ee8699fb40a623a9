"""What a model is: its files, where they come from, and how it stands with them in a folder."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from speech.models.errors import disk

# What a source reports while it works: what it does now, and how many bytes of the files asked for it has.
Tell = Callable[[str, int], None]


class State(Enum):
    """How it stands with a model in a folder."""

    THERE = "there"
    PARTIAL = "partial"
    DAMAGED = "damaged"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file: its path below the folder of models, its size in bytes, its SHA-256 in hexadecimal.

    Where nobody could read the whole SHA-256, its beginning and the size have to do.
    """

    path: str
    size: int
    sha256: str

    @property
    def is_wholly_known(self) -> bool:
        """Whether every byte can be checked."""
        return len(self.sha256) == 2 * hashlib.sha256().digest_size

    @property
    def note(self) -> str:
        """What a person who fetches it by hand has to know besides."""
        return ""

    def is_right(self, size: int, sha256: str) -> bool:
        """Tell whether a file of this size and SHA-256 is this one, as far as that is known."""
        return size == self.size and sha256.startswith(self.sha256)

    def settle(self, folder: Path) -> None:
        """Do what is left to do when the file has come: nothing, for most; SourceFailed if it cannot be."""

    def state(self, folder: Path, *, verify: bool) -> State:
        """Tell by size whether the file is whole, with `verify` by SHA-256; ModelError if unreadable."""
        place = folder / self.path
        with disk(folder):
            if not place.is_file():
                return State.PARTIAL if self.part(folder).is_file() else State.MISSING
            whole = self.is_right(place.stat().st_size, _sha256(place) if verify else self.sha256)
        return State.THERE if whole else State.DAMAGED

    def part(self, folder: Path) -> Path:
        """Return where the file grows while it is fetched."""
        return folder / f"{self.path}.part"


class Source(Protocol):
    """A place that has some of a model's files."""

    def gives(self, file: ModelFile) -> bool:
        """Tell whether this file can come from here."""
        ...

    def fetch(self, files: Sequence[ModelFile], folder: Path, tell: Tell) -> None:
        """Put files into the folder, each whole or not at all; SourceFailed says why one did not come."""
        ...

    def by_hand(self, files: Sequence[ModelFile]) -> list[str]:
        """Say in lines how a person gets these files from here."""
        ...


@dataclass(frozen=True, slots=True)
class Edition:
    """Files that belong together, and their sources in the order in which they are tried."""

    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def state(self, folder: Path, *, verify: bool) -> State:
        """Tell the state of all files together."""
        states = {file.state(folder, verify=verify) for file in self.files}
        if len(states) == 1:
            return states.pop()
        return State.DAMAGED if State.DAMAGED in states else State.PARTIAL


@dataclass(frozen=True, slots=True)
class Model:
    """A voice or an ear. Any one of its editions is enough; the first is the one that was measured."""

    name: str
    purpose: str
    licence: str
    editions: tuple[Edition, ...]

    @property
    def size(self) -> int:
        """Bytes of the files of the first edition."""
        return self.editions[0].size


def state(model: Model, folder: Path, *, verify: bool = False) -> State:
    """Tell how it stands with a model below a folder: by sizes at once, with `verify` by every byte.

    Verifying costs a second for the largest. Where editions differ, the one that is nearest to whole counts.
    """
    states = {edition.state(folder, verify=verify) for edition in model.editions}
    return next(each for each in State if each in states)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
