"""CSV in UTF-8, with or without the mark that Excel puts in front."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from ivr.tools.sheet import UnreadableError

_BLOCK = 1 << 16
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_REMEDY = "save it as 'CSV UTF-8'"


class CsvFile:
    """A CSV file whose encoding was checked to its end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.last_line = _lines(path)

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Return the rows; a row that goes over several lines has the first one's number."""
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            line = 1
            try:
                for cells in reader:
                    stripped = [cell.strip() for cell in cells]
                    if any(stripped):
                        yield line, stripped
                    line = reader.line_num + 1
            except csv.Error as error:
                what = (
                    f"this is not CSV ({error}); look for a quotation mark that is not closed or not doubled"
                )
                raise UnreadableError(what, line) from None


def _lines(path: Path) -> int:
    """Return how many lines a file has, or say what encoding it has instead of UTF-8."""
    decoder, lines = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                raise UnreadableError(
                    _encoding(path), lines + error.object[: error.start].count(b"\n")
                ) from None
            lines += block.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise UnreadableError(_encoding(path), lines) from None
    return lines


def _encoding(path: Path) -> str:
    """Return what is wrong with a file that is not UTF-8."""
    with path.open("rb") as file:
        if file.read(2) in _UTF_16:
            return f"this file is in UTF-16; {_REMEDY}"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("gb18030")()
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return f"this file is in no encoding known here; {_REMEDY}"
    return f"this file is in GB18030 (GBK), not in UTF-8; {_REMEDY}"
