"""Reading a file of one kind: its rows one by one, checked, and a sentence for everything wrong with it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from ivr.tools.checks import Rules
from ivr.tools.csv_file import CsvFile
from ivr.tools.report import Numbered
from ivr.tools.rows import Row, row_faults
from ivr.tools.sheet import Sheet, UnreadableError
from ivr.tools.workbook import Workbook

AnyRow = TypeVar("AnyRow", bound=Row)

# The first bytes of a zip, which an XLSX file is, and of the XLS files from before 2007.
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Reading(Generic[AnyRow]):
    """One pass over a file. While `lines` goes on, `rows` counts and `faults` collects.

    `last_line` is about how many lines there are.
    """

    def __init__(self, path: Path, kind: type[AnyRow], rules: Rules) -> None:
        self._path = path
        self._kind = kind
        self._rules = rules
        self.last_line = 0
        self.rows = 0
        self.faults: list[Numbered] = []

    def lines(self) -> Iterator[tuple[int, AnyRow]]:
        """Return the rows that are right, with their lines."""
        try:
            sheet = _opened(self._path)
            self.last_line = sheet.last_line
            yield from self._checked(sheet.rows())
        except UnreadableError as error:
            self.faults.append((error.line, str(error)))
        except OSError as error:
            self.faults.append((0, f"this cannot be read ({error.strerror}); give the path of a file"))

    def _checked(self, rows: Iterator[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, AnyRow]]:
        columns = self._kind.columns()
        line, header = next(rows, (1, ()))
        wrong = list(columns.faults(header))
        self.faults += [(line, what) for what in wrong]
        for line, cells in () if wrong else rows:
            self.rows += 1
            self.last_line = max(self.last_line, line)
            row = self._row(line, header, cells)
            if row:
                yield line, row

    def _row(self, line: int, header: Sequence[str], cells: Sequence[str]) -> AnyRow | None:
        if len(cells) != len(header):
            what = f"{len(cells)} cells where the first line names {len(header)} columns; count the commas"
            self.faults.append((line, what))
            return None
        try:
            return self._kind.model_validate(dict(zip(header, cells, strict=True)), context=self._rules)
        except ValidationError as error:
            self.faults += [(line, what) for what in row_faults(error)]
            return None


def _opened(path: Path) -> Sheet:
    """Return the table in a file, CSV or XLSX by its content, whatever the name says."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLD_WORKBOOK:
        raise UnreadableError("this is a workbook of the old kind (.xls); save it as .xlsx")
    return Workbook(path) if start == _WORKBOOK else CsvFile(path)
