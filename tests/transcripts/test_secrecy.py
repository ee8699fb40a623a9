"""The search for secrets finds what is there; and whoever logs every statement still learns nothing."""

import logging
from pathlib import Path

import pytest
from cast import HUANG
from core_telephone import CoreTelephone
from house import House, Street
from secrecy import leaks
from sqlalchemy import update
from talking import Talk
from test_transcripts import TRANSCRIPTS

from ivr.channels.phone.rehearsal import Rehearsal
from ivr.store.tables import SchemaNote, TurnRow
from menus.events import Wrote

SHOWN = TRANSCRIPTS["unbinding-1"]


@pytest.mark.parametrize("secret", [HUANG.number, HUANG.name, "10027315001", "837294", "1203456789"])
def test_what_stands_in_the_open_is_found(hotline: House, secret: str) -> None:
    assert leaks(hotline, SHOWN, "") == []
    assert {place.rpartition(" ")[2] for place in leaks(hotline, SHOWN, f"about {secret}!")} == {"log"}
    with hotline.session() as session, session.begin():
        session.add(SchemaNote(name="note", value=f"about {secret}"))
    assert {place.rpartition(" ")[2] for place in leaks(hotline, SHOWN, "")} == {"database", "rows"}


def test_what_was_deleted_is_still_found_in_the_file(hotline: House) -> None:
    with hotline.session() as session, session.begin():
        session.add(SchemaNote(name="note", value=HUANG.name))
    with hotline.session() as session, session.begin():
        session.delete(session.get_one(SchemaNote, "note"))
    assert leaks(hotline, SHOWN, "") == [f"{HUANG.name} in database"]


def test_what_is_sealed_in_a_turn_is_opened_and_found(hotline: House) -> None:
    talk = Talk(hotline.built.conversations)
    talk.dial()
    talk.tell(Wrote("我叫黄建国"))
    assert set(leaks(hotline, SHOWN, "")) == {"黄建国 in turns"}
    with hotline.session() as session, session.begin():
        session.execute(update(TurnRow).values(menu="837294"))
    assert "837294 in rows" in leaks(hotline, SHOWN, "")


def test_sec_33_whoever_logs_every_statement_learns_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    street = Street(f"sqlite:///{tmp_path}/hotline.db", tmp_path)
    house = street.house()
    wording = house.built.newest_menus().prompts["zh-CN"]
    Rehearsal(CoreTelephone(house), wording=wording.__getitem__).run(SHOWN)
    street.close()
    assert "SELECT" in caplog.text
    assert "INSERT INTO outbox" in caplog.text
    assert leaks(house, SHOWN, caplog.text) == []
