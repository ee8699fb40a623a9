"""XLSX: the first sheet of a workbook, its cells as the texts a person sees in them."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from ivr.tools.sheet import Figure, UnreadableError

_BLOCK = 1000
_REMEDY = "this workbook cannot be read; open it, save it as .xlsx without a password, and try again"


class Workbook:
    """The first sheet of an XLSX file. Rows are as wide as the first; what a formula gave is its value."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with _opened(path) as sheet:
            self.last_line = sheet.max_row or 0

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Return the rows; their numbers are those at the left of the sheet."""
        width = 0
        for line, cells in enumerate(self._cells(), 1):
            texts = [_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                width = width or len(texts)
                yield line, texts + [""] * (width - len(texts))

    def _cells(self) -> Iterator[Sequence[object]]:
        with _opened(self._path) as sheet:
            sheet.reset_dimensions()  # some programs write a size that hides most of the cells
            rows = sheet.iter_rows(values_only=True)
            while block := _next_block(rows):
                yield from block


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:  # opened here, as the library would not open every name
        with _readable():
            sheet = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[0]
        yield sheet


def _next_block(rows: Iterator[Sequence[object]]) -> list[Sequence[object]]:
    with _readable():
        return list(islice(rows, _BLOCK))


@contextmanager
def _readable() -> Iterator[None]:
    """Let the library read, unheard: its warnings are about styles, and its exceptions are of every kind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Exception as error:
            raise UnreadableError(_REMEDY) from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return Figure(cell)
    if isinstance(cell, float):
        return Figure(format(cell, ".15g"))  # what is seen: a sum is kept as 1022.5099999999999
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
