"""`hotline callbacks`: the list of who wants to be called back, and what became of each."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from ivr import callbacks
from ivr.desk_hours import DeskHours
from ivr.store import schema
from ivr.store.engine import connect
from ivr.store.sealed import Vault
from ivr.store.tables import Person, Ticket

ASKED = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
NUMBER, LANDLINE = "+8613800138000", "+867715550123"


@pytest.fixture
def vault(production: dict[str, str]) -> Vault:
    return Vault(production["HOTLINE_SECRET_KEY"])


@pytest.fixture
def engine(production: dict[str, str]) -> Iterator[Engine]:
    engine = connect(production["HOTLINE_DATABASE_URL"])
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def asked(engine: Engine, vault: Vault) -> Callable[..., int]:
    """Let somebody ask to be called back: asked(NUMBER, kind="call_back", window_begins=..)."""

    def ask(number: str = NUMBER, **columns: object) -> int:
        with Session(engine) as session, session.begin():
            sealed = vault.seal(number, "tickets.caller") if number else None
            ticket = Ticket(**{"kind": "call_back", "caller_sealed": sealed, "at": ASKED} | columns)
            session.add(ticket)
            session.flush()
            return ticket.id

    return ask


def ticket_of(engine: Engine, request: int) -> Ticket:
    with Session(engine) as session:
        return session.scalars(select(Ticket).where(Ticket.id == request)).one()


def test_the_list_has_masked_numbers_and_the_next_to_be_called_at_its_top(
    hotline_command, production, engine, asked, vault
):
    with Session(engine) as session, session.begin():
        person = Person(
            number_hash="x", number_sealed=b"", name_sealed=vault.seal("陈秀英", "people.name"),
            region="450100", member_type="retired", status="active",
        )  # fmt: skip
        session.add(person)
        session.flush()
        owner = person.id
    later = {"window_begins": ASKED + timedelta(hours=4), "window_ends": ASKED + timedelta(hours=7)}
    asked(NUMBER, person_id=owner, tries=1, **later)
    asked(LANDLINE)
    asked(NUMBER, state="done")
    asked(NUMBER, kind="fraud")
    told = hotline_command("callbacks", **production)
    assert told.exit_code == 0
    header, first, second = (re.split(r"  +", row.strip()) for row in told.output.splitlines())
    assert header == ["ID", "Call", "Number", "Name", "Asked", "Tries"]
    assert first == ["2", "any time", "**********", "-", "11-23 09:30", "0"]
    assert second == ["1", "2026-11-23 13:30-16:30", "138****8000", "陈*英", "11-23 09:30", "1"]
    assert "13800138000" not in told.output


def test_an_empty_list_says_so(hotline_command, production, engine):
    assert hotline_command("callbacks", **production).output == "Nobody waits to be called back.\n"


def test_the_whole_number_is_shown_for_one_only(hotline_command, production, asked):
    request = asked()
    assert hotline_command("callbacks", "--number", str(request), **production).output == f"{NUMBER}\n"


def test_who_was_reached_is_done(hotline_command, production, engine, asked):
    request = asked()
    told = hotline_command("callbacks", "done", str(request), **production)
    assert (told.exit_code, told.output) == (0, f"Call-back {request} is done.\n")
    ticket = ticket_of(engine, request)
    assert ticket.state == "done"
    assert ticket.finished_at is not None


def test_three_tries_and_the_third_closes_it_with_the_reason(hotline_command, production, engine, asked):
    request = asked()

    def fail(reason: str) -> str:
        told = hotline_command("callbacks", "failed", str(request), "--reason", reason, **production)
        assert told.exit_code == 0
        return told.output

    assert re.fullmatch(rf"Call-back {request} waits: \S+ \S+ \(try 1 of 3\)\.\n", fail("没人接"))
    assert ticket_of(engine, request).window_begins > datetime.now(UTC)
    assert "(try 2 of 3)" in fail("")
    assert ticket_of(engine, request).reason == "没人接"
    assert fail("关机") == f"Call-back {request} is closed: nobody was reached (try 3 of 3).\n"
    ticket = ticket_of(engine, request)
    assert (ticket.state, ticket.tries, ticket.reason) == ("failed", 3, "关机")
    assert ticket.finished_at is not None


@pytest.mark.parametrize("arguments", [("done",), ("failed",), ("--number",)])
def test_what_is_not_open_is_told_in_a_sentence(hotline_command, production, engine, asked, arguments):
    asked(state="done")
    asked(kind="fraud")
    for request in ("1", "2", "99"):
        told = hotline_command("callbacks", *arguments, request, **production)
        assert told.exit_code == 1
        assert told.output == f"Error: no call-back {request} is open; list them with: hotline callbacks\n"
    assert ticket_of(engine, 2).state == "open"


def test_a_long_reason_is_cut_and_a_desk_without_hours_calls_at_any_time(engine, asked):
    request = asked()
    with Session(engine) as session, session.begin():
        tried = callbacks.failed(session, request, ASKED, DeskHours(()), "没" * 300)
    assert tried == callbacks.Tried(1, True, None, None)
    assert ticket_of(engine, request).reason == "没" * 200


def test_a_request_without_its_number_is_listed_all_the_same(engine, asked, vault):
    asked("")
    with Session(engine) as session:
        (listed,) = callbacks.waiting(session, vault)
    assert listed.number == ""
