"""Log lines: one each, whatever is logged, and nothing of what an exception quotes."""

import io
import logging
import re

from gunicorn.config import Config
from hypothesis import given
from hypothesis import strategies as st

from ivr.commands.logs import OneLine, ServerLog

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d [A-Z]+ [\w.]+ .*")


def line(message: str, error: BaseException | None = None) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("ivr.voice", logging.ERROR, "voice.py", 1, message, (), exc_info)
    return OneLine().format(record)


@given(st.text())
def test_a_record_is_one_line_whatever_it_says(message):
    told = line("the provider said " + message)
    assert len(told.splitlines()) == 1
    assert LINE.fullmatch(told)


def test_of_an_exception_the_kind_and_the_place_are_told_and_not_its_words():
    try:
        raise ValueError("450199195503179983 is locked")
    except ValueError as error:
        told = line("the door failed", error)
    assert re.search(r"ERROR ivr\.voice the door failed \| ValueError at test_commands_logs\.py:\d+$", told)
    assert "450199195503179983" not in told


def test_the_servers_own_lines_look_the_same():
    log = ServerLog(Config())
    (handler,) = log.error_log.handlers
    written = io.StringIO()
    handler.setStream(written)
    try:
        log.info("Listening at: %s", "http://127.0.0.1:8000")
        log.exception("Exception in worker process")
    finally:
        log.error_log.removeHandler(handler)
    first, second = written.getvalue().splitlines()
    assert LINE.fullmatch(first)
    assert first.endswith("INFO gunicorn.error Listening at: http://127.0.0.1:8000")
    assert LINE.fullmatch(second)
