"""Files from web pages: resumed where they were cut off, begun again where that is not possible."""

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from speech.models.errors import SourceFailed
from speech.models.model import ModelFile, Tell
from speech.models.part import Part

_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Pages:
    """Addresses by the path of the file that lies there.

    `patience` in seconds is what connecting may take, and the longest silence in a download. A proxy is used
    if the environment names one, as pip and npm do.
    """

    addresses: Mapping[str, str]
    patience: float = 5.0

    def gives(self, file: ModelFile) -> bool:
        """Tell whether there is an address for this file."""
        return file.path in self.addresses

    def by_hand(self, files: Sequence[ModelFile]) -> list[str]:
        """Give the addresses."""
        return [f"download {self.addresses[file.path]}" for file in files]

    def fetch(self, files: Sequence[ModelFile], folder: Path, tell: Tell) -> None:
        """Download files one after the other; the first that cannot be had ends it with SourceFailed."""
        have = 0
        for file in files:
            address = self.addresses[file.path]
            with Part(file, folder) as part:
                try:
                    _Download(file, part, address, self.patience).run(_from(have, tell))
                except SourceFailed as fault:
                    raise SourceFailed(f"{address}: {fault}") from fault
            have += file.size


def _from(have: int, tell: Tell) -> Tell:
    return lambda what, size: tell(what, have + size)


class _Download:
    """One file from one address, in as many requests as it takes while each of them brings something."""

    def __init__(self, file: ModelFile, part: Part, address: str, patience: float) -> None:
        self._file = file
        self._part = part
        self._address = address
        self._patience = patience

    def run(self, tell: Tell) -> None:
        """Fill the part and put it in its place; SourceFailed if that cannot be done."""
        kept = self._part.size > 0
        self._fill(tell)
        if kept and not self._part.is_right:
            # What an earlier attempt left was of another file; without it the right one may come.
            self._part.begin_again()
            self._fill(tell)
        self._part.finish()

    def _fill(self, tell: Tell) -> None:
        why = "it ends too early"
        while (had := self._part.size) < self._file.size:
            try:
                self._ask(tell)
            except HTTPError as fault:
                fault.close()
                if fault.code == 416 and had:  # the file there is shorter than what we have
                    self._part.begin_again()
                    continue
                why = f"it answers {fault.code} {fault.reason}"
            except (OSError, http.client.HTTPException) as fault:
                why = _reason(fault)
            if self._part.size <= had:
                raise SourceFailed(why)

    def _ask(self, tell: Tell) -> None:
        """Make one request for what is still wanting."""
        host = self._address.split("/")[2]
        tell(f"{Path(self._file.path).name} from {host}", self._part.size)
        with self._answer() as answer:
            self._check(answer)
            while data := answer.read1(_BLOCK):
                self._part.write(data)
                tell(f"{Path(self._file.path).name} from {host}", self._part.size)

    def _answer(self) -> http.client.HTTPResponse:
        headers = {"User-Agent": "hotline12333"}
        if self._part.size:
            headers["Range"] = f"bytes={self._part.size}-"
        request = Request(self._address, headers=headers)  # noqa: S310 - our own list of addresses
        return cast("http.client.HTTPResponse", urlopen(request, timeout=self._patience))  # noqa: S310

    def _check(self, answer: http.client.HTTPResponse) -> None:
        """Begin again if the whole file comes, and refuse a file of another size before it is downloaded."""
        begins, size = 0, answer.headers.get("Content-Length", "")
        if answer.status == 206:
            place, _, size = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
            begins = int(place.partition("-")[0]) if place.partition("-")[0].isdigit() else -1
        if size.isdigit() and int(size) != self._file.size:
            raise SourceFailed(f"the file there has {int(size):,} bytes, not {self._file.size:,}")
        if begins != self._part.size:
            self._part.begin_again()
            if begins:
                raise SourceFailed("it sends another piece than the one it was asked for")


def _reason(fault: OSError | http.client.HTTPException) -> str:
    """Say why in words a person can act on."""
    cause = fault.reason if isinstance(fault, URLError) else fault
    if isinstance(cause, TimeoutError):
        return "it does not answer in time"
    words = cause.strerror or str(cause) if isinstance(cause, OSError) else str(cause)
    return f"it cannot be reached ({words or type(cause).__name__})"
