"""Files as programs write them: CSV of every kind, workbooks, and what is neither."""

import io
import warnings
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from import_samples import FAMILY, HEADERS, HUANG, LI, WEI, binding, movement, person
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.store.tables import LedgerEntry, Person
from ivr.tools.importing import Importing, Report, import_file


@pytest.fixture
def read(session: Session, tools: Importing, tmp_path: Path) -> Any:
    """Import a file of these bytes: read("people", b"...", name="people.csv")."""

    def run(kind: Any, content: bytes, name: str = "file.csv") -> Report:
        path = tmp_path / name
        path.write_bytes(content)
        return import_file(kind, path, session, tools)

    return run


def told(report: Report) -> list[str]:
    return [f"{fault.line}: {fault.what}" for fault in report.faults]


def csv_of(kind: str, *rows: str, end: str = "\n") -> str:
    return end.join((HEADERS[kind], *rows)) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_in_utf_8(read: Any, encoding: str, end: str) -> None:
    report = read("people", csv_of("people", *FAMILY, end=end).encode(encoding))
    assert (report.added, report.faults) == (4, ())


def test_empty_lines_and_spaces_do_not_count(read: Any) -> None:
    text = "\n\n".join((HEADERS["people"].replace(",", " , "), "," * 12, person().replace(",", " , "), ""))
    report = read("people", text.encode())
    assert (report.rows, report.added, report.faults) == (1, 1, ())


def test_a_row_over_several_lines_is_told_by_its_first(read: Any) -> None:
    rows = movement(institution='"演示\n医院"'), movement(amount="x")
    report = read("ledger", csv_of("ledger", *rows).encode())
    assert told(report) == [
        "2: institution: a line break or another character that cannot be seen; take it away",
        "4: amount: not an amount; write yuan with at most two decimals, such as 1022.51 or -35.00",
    ]


@pytest.mark.parametrize(("row", "cells"), [(binding() + ",", 7), (binding().removesuffix(","), 5)])
def test_a_row_of_another_length(read: Any, row: str, cells: int) -> None:
    assert told(read("bindings", csv_of("bindings", row).encode())) == [
        f"2: {cells} cells where the first line names 6 columns; count the commas"
    ]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n,,\n"])
def test_an_empty_file(read: Any, content: bytes) -> None:
    assert told(read("bindings", content)) == [
        f"1: the first line must name the columns: {HEADERS['bindings']}"
    ]


def test_a_file_of_a_first_line_only(read: Any) -> None:
    assert read("bindings", HEADERS["bindings"].encode()) == Report(0, 0, 0, 0, ())


def test_gb18030_is_recognized(read: Any) -> None:
    long = csv_of("people", *["x" * 100] * 1000, person())
    for encoding in ("gb18030", "gbk", "gb2312"):
        assert told(read("people", long.encode(encoding))) == [
            "1002: this file is in GB18030 (GBK), not in UTF-8; save it as 'CSV UTF-8'"
        ]


def test_other_encodings(read: Any) -> None:
    utf_16 = csv_of("people", person()).encode("utf-16")
    assert told(read("people", utf_16)) == ["1: this file is in UTF-16; save it as 'CSV UTF-8'"]
    unknown = HEADERS["people"].encode() + b"\n\xff\xff\xff"
    assert told(read("people", unknown)) == [
        "2: this file is in no encoding known here; save it as 'CSV UTF-8'"
    ]
    torn = csv_of("people", person()).encode() + "国".encode()[:1]
    assert told(read("people", torn)) == ["3: this file is in no encoding known here; save it as 'CSV UTF-8'"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (binding() + '"', "unexpected end of data"),
        ('"a"b' + binding(), "',' expected after '\"'"),
        (binding() + "x" * 200_000, "field larger than field limit (131072)"),
    ],
)
def test_broken_quotation_marks(read: Any, row: str, why: str) -> None:
    report = read("bindings", csv_of("bindings", binding(quota="x"), row).encode())
    assert told(report)[-1] == (
        f"3: this is not CSV ({why}); look for a quotation mark that is not closed or not doubled"
    )


def test_what_is_no_file(session: Session, tools: Importing, tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.csv", "No such file or directory"), (tmp_path, "Is a directory")):
        (fault,) = import_file("people", path, session, tools).faults
        assert str(fault) == f"{path}: this cannot be read ({why}); give the path of a file"


def test_faults_name_the_file_as_it_was_given(read: Any, tmp_path: Path) -> None:
    report = read("people", csv_of("people", person(name="")).encode())
    assert str(report.faults[0]) == f"{tmp_path / 'file.csv'}:2: name: empty; write 1 to 40 characters"


# --- workbooks


# Workbooks know no zones.
A_DAY = datetime.combine(date(2020, 1, 31), datetime.min.time())


def workbook(*rows: list[Any], more_sheets: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    if more_sheets:
        book.create_sheet("notes").append(["nothing"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def cells(row: str) -> list[Any]:
    return [cell or None for cell in row.split(",")]


def test_a_workbook(read: Any, session: Session) -> None:
    rows = [cells(row) for row in FAMILY]
    rows[0][2], rows[0][5], rows[0][6], rows[0][12] = 450100, 13800138000.0, A_DAY, False
    rows[1][5], rows[1][6], rows[1][12] = "13800138000", date(2020, 1, 31), True
    rows[2][9] = 258036
    content = workbook(cells(HEADERS["people"]), *rows, [None] * 20, more_sheets=True)
    report = read("people", content, "people.xlsx")
    assert (report.rows, report.added, report.faults) == (4, 4, ())
    assert (
        session.scalars(select(Person.mobile_registered_on).order_by(Person.id)).all()[:2]
        == [date(2020, 1, 31)] * 2
    )
    again = read("people", csv_of("people", *FAMILY).encode())
    assert (again.changed, again.unchanged) == (2, 2)


def test_money_in_a_workbook(read: Any, session: Session) -> None:
    read("people", csv_of("people", *FAMILY).encode())
    rows = [cells(movement(reference="x")) for _ in range(4)]
    for place, amount in enumerate((1022.51, -3, 0.1 + 0.2, 1022.5099999999999)):
        rows[place][3], rows[place][6] = amount, place + 20260001
    report = read("ledger", workbook(cells(HEADERS["ledger"]), *rows), "ledger.xlsx")
    assert report.faults == ()
    found = session.scalars(select(LedgerEntry.amount_fen).order_by(LedgerEntry.reference)).all()
    assert found == [102251, -300, 30, 102251]


AS_TEXT = "the spreadsheet keeps this as a number; format the column as text and enter it again"


def test_numbers_that_a_spreadsheet_spoils(read: Any) -> None:
    row = cells(person())
    row[0], row[7], row[8], row[9] = 450199196803129974, 1234567890, 600123456.0, 12345
    assert told(read("people", workbook(cells(HEADERS["people"]), row), "people.xlsx")) == [
        f"2: card_number: {AS_TEXT}",
        f"2: computer_number: {AS_TEXT}",
        f"2: id_number: {AS_TEXT}",
        "2: query_pin: not six digits; write six, or nothing where there is no PIN; "
        "format the column as text, so that zeros in front stay",
    ]
    row = cells(movement())
    row[0], row[1], row[3], row[5], row[6] = (
        4.5019919680313e17,
        46000,
        1.234,
        450199197009259987.0,
        1234567890123456,
    )
    assert told(read("ledger", workbook(cells(HEADERS["ledger"]), row), "ledger.xlsx")) == [
        "2: amount: not an amount; write yuan with at most two decimals, such as 1022.51 or -35.00",
        f"2: counterparty_id_number: {AS_TEXT}",
        "2: date: not a date; write year, month and day as in 2026-01-31",
        f"2: id_number: {AS_TEXT}",
        f"2: reference: {AS_TEXT}",
    ]


def test_a_moment_is_no_day(read: Any) -> None:
    row = cells(binding())
    row[4] = A_DAY.replace(hour=12)
    report = read("bindings", workbook(cells(HEADERS["bindings"]), row), "bindings.xlsx")
    assert told(report) == ["2: bound_on: not a date; write year, month and day as in 2026-01-31"]


def test_a_cell_beyond_the_last_column(read: Any) -> None:
    content = workbook(cells(HEADERS["bindings"]), [*cells(binding()), None, "note"])
    assert told(read("bindings", content, "bindings.xlsx")) == [
        "2: 8 cells where the first line names 6 columns; count the commas"
    ]


def test_lines_of_a_workbook_are_those_at_its_left(read: Any) -> None:
    content = workbook(
        cells(HEADERS["people"]), [], [], [*cells(person(name="")), " ", ""], [" "], cells(person(name=""))
    )
    assert [fault.line for fault in read("people", content, "people.xlsx").faults] == [4, 6]


def test_a_workbook_is_known_whatever_its_name(read: Any) -> None:
    content = workbook(cells(HEADERS["people"]), cells(person()))
    assert read("people", content, "people.csv").added == 1
    assert read("people", csv_of("people", person()).encode(), "people.xlsx").unchanged == 1


def test_workbooks_that_cannot_be_read(read: Any) -> None:
    sentence = "0: this workbook cannot be read; open it, save it as .xlsx without a password, and try again"
    whole = workbook(cells(HEADERS["people"]), cells(person()))
    assert told(read("people", b"PK\x03\x04 and no more", "people.xlsx")) == [sentence]
    assert told(read("people", whole[: len(whole) // 2], "people.xlsx")) == [sentence]
    assert told(read("people", without(whole, "xl/worksheets/sheet1.xml"), "people.xlsx")) == [sentence]
    broken = replaced(whole, "xl/worksheets/sheet1.xml", b"<row", b"<r\x00w")
    assert told(read("people", broken, "people.xlsx")) == [sentence]
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old one"
    assert told(read("people", old, "people.xls")) == [
        "0: this is a workbook of the old kind (.xls); save it as .xlsx"
    ]


def test_a_workbook_that_lies_about_its_size(read: Any) -> None:
    whole = workbook(cells(HEADERS["people"]), cells(person()))
    small = replaced(whole, "xl/worksheets/sheet1.xml", b'<dimension ref="A1:M2"', b'<dimension ref="A1"')
    assert read("people", small, "people.xlsx").added == 1


def test_a_workbook_without_styles_is_read_in_silence(read: Any) -> None:
    whole = workbook(cells(HEADERS["people"]), cells(person()))
    plain = replaced(whole, "xl/styles.xml", b'<cellStyle name="Normal"', b'<cellStyle name="Odd"')
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read("people", plain, "people.xlsx").added == 1


def without(book: bytes, part: str) -> bytes:
    return _rewritten(book, lambda name, content: None if name == part else content)


def replaced(book: bytes, part: str, old: bytes, new: bytes) -> bytes:
    def swap(name: str, content: bytes) -> bytes:
        assert name != part or old in content
        return content.replace(old, new) if name == part else content

    return _rewritten(book, swap)


def _rewritten(book: bytes, change: Any) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(written, "w") as after:
        for name in before.namelist():
            content = change(name, before.read(name))
            if content is not None:
                after.writestr(name, content)
    return written.getvalue()


# --- progress


def test_progress_counts_lines_and_then_pins(session: Session, tools: Importing, tmp_path: Path) -> None:
    path, steps = tmp_path / "people.csv", []
    rows = person(query_pin="258036"), person(id_number=LI, query_pin="258036"), person(id_number=WEI)
    path.write_text(csv_of("people", *rows), encoding="utf-8")
    import_file("people", path, session, tools, lambda done, total: steps.append((done, total)))
    assert steps == [(4, 5), (5, 5), (7, 7)]
    steps.clear()
    import_file("people", path, session, tools, lambda done, total: steps.append((done, total)))
    assert steps == [(4, 5), (5, 5)]
    assert HUANG not in repr(steps)
