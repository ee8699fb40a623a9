"""Services within a turn: what breaks is undone and apologized for; nobody is told more than was proven."""

import logging
from dataclasses import replace

import pytest
from house import House
from sqlalchemy import text as sql
from talking import Talk, rows, said

from ivr.consulting import Consulting
from ivr.conversation import Conversations
from ivr.services.context import Context, Party
from ivr.services.service import Answer as ServiceAnswer
from ivr.services.service import Service
from ivr.services.tickets import open_ticket
from ivr.store.tables import Claim, Ticket
from ivr.store.versions import Versions
from menus.actions import Consult
from menus.catalogue import EXPIRED, FAILED, Arguments
from menus.events import Told

ID, PIN = "450199195503179983", "837294"


def breaking(house: House, name: str, answer: ServiceAnswer) -> Talk:
    """Return a call in which one service answers otherwise."""
    services = dict(house.built.consulting.services)
    services[name] = Service(services[name].declaration, answer)
    consulting = replace(house.built.consulting, services=services)
    return Talk(Conversations(house.built.engine, house.built.versions, consulting, house.clock))


def test_what_a_broken_service_wrote_is_undone_and_the_caller_hears_an_apology(either_hotline: House) -> None:
    def write_and_break(context: Context, _: Arguments) -> Told:
        open_ticket(context, "fraud", note="half done")
        raise ValueError(f"the number {ID} and the PIN {PIN}")

    talk = breaking(either_hotline, "accounts.balance", write_and_break)
    talk.dial()
    answer = talk.press("1", ID, PIN)
    # The verification that came before it in the same turn stays.
    assert said(answer) == ["verify.ok", "sorry", "agent.back"]
    assert rows(either_hotline, Ticket) == 0
    assert rows(either_hotline, Claim, Claim.method == "pin") == 1
    assert said(talk.press("1")) == ["main"]


def test_sec_33_of_a_broken_service_only_the_place_is_logged(
    hotline: House, caplog: pytest.LogCaptureFixture
) -> None:
    def leak(_: Context, arguments: Arguments) -> Told:
        raise ValueError(f"no such number: {arguments['keys'].keys}")  # type: ignore[union-attr]

    talk = breaking(hotline, "identity.claim_number", leak)
    talk.dial()
    with caplog.at_level(logging.DEBUG):
        assert said(talk.press("1", ID))[0] == "sorry"
    assert "identity.claim_number failed in conversation" in caplog.text
    assert "ValueError" in caplog.text
    assert ID not in caplog.text


def test_a_service_that_the_database_refuses_leaves_the_turn_whole(either_hotline: House) -> None:
    def refused(context: Context, _: Arguments) -> Told:
        context.session.execute(sql("INSERT INTO people (id) VALUES (1)"))
        return Told("ok")

    talk = breaking(either_hotline, "accounts.balance", refused)
    talk.dial()
    assert said(talk.press("1", ID, PIN)) == ["verify.ok", "sorry", "agent.back"]
    assert said(talk.press("1")) == ["main"]


def test_an_answer_nobody_declared_is_an_apology(hotline: House) -> None:
    talk = breaking(hotline, "accounts.balance", lambda *_: Told("surprise"))
    talk.dial()
    assert said(talk.press("1", ID, PIN)) == ["verify.ok", "sorry", "agent.back"]


def context_of(house: House, consulting: Consulting) -> Context:
    menus = house.built.newest_menus()
    return consulting.context(house.session(), menus, Party(0, "voice", "", ""), house.clock())


def test_without_a_verification_nothing_is_asked(hotline: House) -> None:
    consulting = hotline.built.consulting
    context = context_of(hotline, consulting)
    with context.session:
        for name, service in consulting.services.items():
            if service.declaration.needs:
                assert consulting.ask(context, Consult(name)) == Told(EXPIRED, assurance=0), name


def test_a_service_nobody_knows_fails(hotline: House) -> None:
    consulting = hotline.built.consulting
    context = context_of(hotline, consulting)
    with context.session, pytest.raises(KeyError):
        consulting.ask(context, Consult("weather.tomorrow"))
    assert FAILED not in consulting.services


def test_each_version_of_the_wording_has_its_own_outbox(hotline: House) -> None:
    built = hotline.built
    consulting = replace(built.consulting, _outboxes={})
    menus = built.newest_menus()
    party = Party(0, "voice", "", "")
    with hotline.session() as session:
        first, again = (consulting.context(session, menus, party, hotline.clock()).outbox for _ in range(2))
        other_menus = replace(menus, digest="other")
        other = consulting.context(session, other_menus, party, hotline.clock()).outbox
    assert first is again
    assert other is not first


def test_versions_are_asked_of_the_database_only_once(hotline: House) -> None:
    known = Versions(hotline.built.versions._catalogue)
    with hotline.built.engine.connect() as connection:
        assert known.newest(connection) is known.newest(connection)
