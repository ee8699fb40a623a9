"""A table in a file, row by row: what the readers of CSV and XLSX have in common."""

from collections.abc import Iterator, Sequence
from typing import Protocol


class UnreadableError(Exception):
    """A file cannot be read (on); the text says why and what to do. Line 0 is the whole file."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.line = line


class Figure(str):
    """A cell that the spreadsheet keeps as a number, which has lost leading zeros and all after 15 digits."""

    __slots__ = ()


class Sheet(Protocol):
    """Rows of cells without spaces around them; the first row names the columns.

    `last_line` is about how many lines there are. `rows` gives each row that is not empty with its line and
    may be called again; it raises UnreadableError.
    """

    last_line: int

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Return the rows from the first on, read as they are asked for."""
        ...
