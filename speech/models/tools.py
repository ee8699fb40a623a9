"""The two programs that download packages, pip and npm, as they are found on this machine."""

import json
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, Protocol, cast

from speech.models.errors import SourceFailed

Members = Mapping[str, Callable[[], IO[bytes]]]


class Tool(Protocol):
    """A program that downloads a package into a folder, and the kind of archive which that is."""

    by_hand: str
    archives: str

    def written(self, name: str, version: str) -> str:
        """Return how a command line names a package."""
        ...

    def command(self, name: str, version: str, folder: Path) -> list[str]:
        """Return what to run; SourceFailed if the program is not on this machine."""
        ...

    def pattern(self, name: str, version: str) -> str:
        """Return what the downloaded file is called."""
        ...

    def reason(self, output: str) -> str:
        """Return the one sentence of a failed program's output that says why."""
        ...

    def members(self, archive: Path, stack: ExitStack) -> Members:
        """Open an archive for as long as the stack, and return how each of its files is opened."""
        ...


class Pip:
    """The pip of the Python that runs us."""

    by_hand = "python -m pip download --no-deps"
    archives = "the .whl files, which are zip archives"

    def written(self, name: str, version: str) -> str:
        """Return name==version."""
        return f"{name}=={version}"

    def command(self, name: str, version: str, folder: Path) -> list[str]:
        """Return what to run. Only wheels are taken, because building from source would run strange code."""
        options = (
            "--no-deps --only-binary :all: --no-cache-dir --no-input --disable-pip-version-check "
            "--progress-bar off --retries 1 --timeout 15"
        )
        pip = [sys.executable, "-P", "-m", "pip", "download", *options.split()]
        return [*pip, "--dest", str(folder), self.written(name, version)]

    def pattern(self, name: str, version: str) -> str:
        """Return what a wheel is called."""
        return f"{name.replace('-', '_')}-{version}-*.whl"

    def reason(self, output: str) -> str:
        """Return the last line; a broken connection stands further up and counts more."""
        last = _last(output)
        return f"pip cannot reach its package index ({last})" if "connection broken" in output else last

    def members(self, archive: Path, stack: ExitStack) -> Members:
        """Open a wheel."""
        wheel = stack.enter_context(zipfile.ZipFile(archive))
        return {name: partial(wheel.open, name) for name in wheel.namelist()}


class Npm:
    """The npm on PATH."""

    by_hand = "npm pack"
    archives = "the .tgz file"

    def written(self, name: str, version: str) -> str:
        """Return name@version."""
        return f"{name}@{version}"

    def command(self, name: str, version: str, folder: Path) -> list[str]:
        """Return what to run. Its cache goes into the folder, so that nothing is left behind elsewhere."""
        npm = shutil.which("npm")
        if npm is None:
            raise SourceFailed(f"{name}=={version}: npm is not installed here")
        options = (
            "--json --loglevel=silent --ignore-scripts --logs-max=0 --fetch-retries=1 "
            "--fetch-retry-mintimeout=1000"
        )
        places = ["--cache", str(folder / "cache"), "--pack-destination", str(folder)]
        return [npm, "pack", *options.split(), *places, self.written(name, version)]

    def pattern(self, name: str, version: str) -> str:
        """Return what a packed package is called."""
        return f"{name}-{version}.tgz"

    def reason(self, output: str) -> str:
        """Return the summary of npm's JSON; an npm that could not even start writes plain lines."""
        try:
            return cast("str", json.loads(output)["error"]["summary"])
        except (ValueError, KeyError, TypeError):
            return _last(output)

    def members(self, archive: Path, stack: ExitStack) -> Members:
        """Open a packed package."""
        packed = stack.enter_context(tarfile.open(archive, "r:gz"))  # noqa: SIM115 - the stack is its context
        return {
            member.name: partial(cast("Callable[[tarfile.TarInfo], IO[bytes]]", packed.extractfile), member)
            for member in packed
            if member.isfile()
        }


def _last(output: str) -> str:
    lines = output.strip().splitlines()
    return lines[-1].strip() if lines else "it says nothing"
