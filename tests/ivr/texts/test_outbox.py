"""What gets into the outbox: once, sealed, to allowed mobiles, without links, numbers or balances."""

import logging
import re
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from texting import MOBILE, SECRET_KEY, Desk

from ivr.store.sealed import Vault
from ivr.store.tables import Alarm, Caller, Message, Person, Ticket
from ivr.texts.content import content_fault
from menus.values import Count, Day, Digits, Money, Name, Values, Word

NOTICE: Values = {"words": Word("您好")}


def send(desk: Desk, session: Session, **changes: Any) -> bool:
    text = {
        "template": "notice",
        "values": NOTICE,
        "mobile": MOBILE,
        "kind": "receipt",
        "business_key": "one",
        "now": desk.clock.now,
    }
    return desk.outbox.write(session, **(text | changes))


def test_a_text_is_one_sealed_row(desk: Desk) -> None:
    values = {"code": Digits("605173", "code"), "minutes": Count(5)}
    expires_at = desk.clock.now + timedelta(minutes=5)
    with desk.sessions.begin() as session:
        assert send(
            desk,
            session,
            template="SMS01_verify_code",
            values=values,
            kind="code",
            expires_at=expires_at,
        )
    with desk.sessions() as session:
        (row,) = session.scalars(select(Message)).all()
    assert desk.vault.open(row.mobile_sealed, "outbox.mobile") == MOBILE
    body = desk.vault.open(row.body_sealed, "outbox.body")
    assert body == "【医保热线】查询验证码605173,5分钟内有效。谁要都别给。"
    assert row.mobile_hash == desk.vault.hash(MOBILE, "mobile")
    assert (row.template, row.kind, row.segments, row.state, row.attempts, row.rank) == (
        "SMS01_verify_code",
        "code",
        1,
        "waiting",
        0,
        0,
    )
    assert (row.created_at, row.due_at, row.expires_at) == (desk.clock.now, desk.clock.now, expires_at)
    assert row.provider_id is None
    assert row.finished_at is None


def test_a_text_shares_the_fate_of_its_transaction(desk: Desk) -> None:
    with desk.sessions() as session:
        assert send(desk, session)
        session.rollback()
    with desk.sessions() as session:
        assert session.scalar(select(func.count(Message.id))) == 0


def test_an_equal_business_key_writes_nothing_and_is_true(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        assert send(desk, session)
        assert send(desk, session, values={"words": Word("再见")})
    with desk.sessions.begin() as session:
        assert send(desk, session, template="SMS13_balance_optin", values=BALANCE)
    with desk.sessions() as session:
        (row,) = session.scalars(select(Message)).all()
        assert desk.vault.open(row.body_sealed, "outbox.body") == "【医保热线】您好"


def test_two_transactions_with_one_business_key_write_one_text(desk: Desk) -> None:
    ready = threading.Barrier(4)
    answers: list[bool] = []

    def write() -> None:
        ready.wait()
        with desk.sessions.begin() as session:
            answers.append(send(desk, session))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 4
    with desk.sessions() as session:
        assert session.scalar(select(func.count(Message.id))) == 1


@pytest.mark.parametrize(
    "mobile",
    [
        "",
        "13800138000",
        "+861380013800",
        "+86138001380000",
        "+8613800138000\n",
        " +8613800138000",
        "+8612800138000",
        "+867712800185",
        "+86+8613800138000",
        "+88213800138000",
        "+97913800138000",
        "+19005550100",
        "+8613800138000,+19005550100",
        "+86１3800138000",
    ],
)
def test_only_allowed_mobiles_get_texts(desk: Desk, mobile: str) -> None:
    with desk.sessions.begin() as session:
        assert not send(desk, session, mobile=mobile)
    with desk.sessions() as session:
        assert session.scalar(select(func.count(Message.id))) == 0
        assert session.scalar(select(func.count(Alarm.id))) == 0


def test_whoever_builds_the_outbox_decides_about_test_mobiles(desk: Desk) -> None:
    strict = replace(desk, outbox=replace(desk.outbox, allowed=re.compile(r"^\+861[3-9]\d{9}$")))
    with desk.sessions.begin() as session:
        assert send(desk, session, mobile="+8610011112222")
        assert not send(strict, session, mobile="+8610011112222", business_key="two")


@pytest.mark.parametrize(
    ("kind", "sent"),
    [("notice", False), ("receipt", True), ("code", True), ("warning", True), ("answer", True)],
)
def test_opting_out_stops_notices_only(desk: Desk, kind: str, sent: bool) -> None:
    with desk.sessions.begin() as session:
        session.add(Caller(caller_hash=desk.vault.hash(MOBILE, "mobile"), notices_off=True))
        session.add(Caller(caller_hash=desk.vault.hash("+8610011112222", "mobile")))
    with desk.sessions.begin() as session:
        assert send(desk, session, kind=kind) == sent
        assert send(desk, session, kind=kind, mobile="+8610011112222", business_key="two")
        assert send(desk, session, kind=kind, mobile="+8610011113333", business_key="three")


def test_opting_out_survives_a_new_key(desk: Desk) -> None:
    newer = Vault(f"bmV3ZXIta2V5LW5ld2VyLWtleS1uZXdlci1rZXktMSE=,{SECRET_KEY}")
    with desk.sessions.begin() as session:
        session.add(Caller(caller_hash=desk.vault.hash(MOBILE, "mobile"), notices_off=True))
        session.add(Caller(caller_hash=newer.hash(MOBILE, "mobile")))
    rotated = replace(desk, outbox=replace(desk.outbox, vault=newer))
    with desk.sessions.begin() as session:
        assert not send(rotated, session, kind="notice")


BALANCE: Values = {"amount": Money(102251), "day": Day(date(2026, 11, 21))}


def test_only_the_text_the_caller_asked_for_has_an_amount(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        assert send(desk, session, template="SMS13_balance_optin", values=BALANCE)
        assert not send(desk, session, values={**NOTICE, **BALANCE}, business_key="two")
    with desk.sessions() as session:
        assert session.scalars(select(Alarm.detail)).all() == ["notice: amount"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("您好", ""),
        ("请拨0771-2800185,11月22日9点30分", ""),
        ("余额1022.51元,5.0分", ""),
        ("验证码482913。TD退订", ""),
        ("手机+8613800138000", ""),
        ("共12345678901234号", ""),
        ("", "empty"),
        (" \u3000\n", "empty"),
        ("好" * 1600, ""),
        ("好" * 1601, "too long"),
        ("点https://x.cn", "link"),
        ("点HTTP://x", "link"),
        ("点www.医保", "link"),
        ("点t.cn/abc", "link"),
        ("点ｔ．ｃｎ", "link"),
        ("点12333.gov.cn", "link"),
        ("点12333.中国", "link"),
        ("号123456789012345", "long number"),
        ("号450199195503179985", "long number"),
        ("号45019919550317998X", "long number"),
        ("号450199 19550317 9985", "long number"),
        ("号4501-9919-5503-1799-85", "long number"),
        ("号４５０１９９１９５５０３１７９９８５", "long number"),
    ],
)
def test_the_body_is_looked_through(body: str, fault: str) -> None:
    assert content_fault("notice", body, {}) == fault


def test_a_refused_body_leaves_an_alarm_and_is_never_sent(desk: Desk, caplog) -> None:
    with desk.sessions.begin() as session, caplog.at_level(logging.WARNING):
        assert not send(desk, session, values={"words": Word("看", "看http://x.cn")}, kind="code")
    with desk.sessions() as session:
        assert session.scalar(select(func.count(Message.id))) == 0
        assert session.scalar(select(func.count(Ticket.id))) == 0
        (alarm,) = session.scalars(select(Alarm)).all()
    assert (alarm.kind, alarm.detail, alarm.at) == ("text_refused", "notice: link", desk.clock.now)
    assert [record.getMessage() for record in caplog.records] == ["alarm text_refused: notice: link"]


@pytest.mark.parametrize(
    ("template", "values", "detail"),
    [
        ("notice", {}, "notice: wording (WordingError)"),
        ("notice", {"words": Name("陈小英")}, "notice: wording (WordingError)"),
        ("SMS99_unknown", NOTICE, "SMS99_unknown: wording (KeyError)"),
    ],
)
def test_broken_wording_does_not_break_the_act(
    desk: Desk, template: str, values: Values, detail: str
) -> None:
    with desk.sessions.begin() as session:
        assert not send(desk, session, template=template, values=values)
    with desk.sessions() as session:
        assert session.scalars(select(Alarm.detail)).all() == [detail]
        (ticket,) = session.scalars(select(Ticket)).all()
    assert (ticket.kind, ticket.state, ticket.person_id) == ("failed_receipt", "open", None)


def people(desk: Desk, session: Session, count: int) -> list[int]:
    found = []
    for number in range(count):
        person = Person(
            number_hash=str(number),
            number_sealed=b"",
            name_sealed=b"",
            region="450100",
            member_type="employed",
            status="active",
            mobile_hash=desk.vault.hash(MOBILE, "mobile"),
        )
        session.add(person)
        session.flush()
        found.append(person.id)
    return found


@pytest.mark.parametrize("count", [1, 2])
def test_the_ticket_of_a_lost_receipt_names_the_owner_of_the_mobile(desk: Desk, count: int) -> None:
    with desk.sessions.begin() as session:
        ids = people(desk, session, count)
        assert not send(desk, session, values={})
    with desk.sessions() as session:
        assert session.scalars(select(Ticket.person_id)).all() == [ids[0] if count == 1 else None]


def test_nothing_tells_who_it_was_for(desk: Desk, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        desk.write()
        with desk.sessions.begin() as session:
            assert not send(desk, session, values={"words": Word("看450199195503179985")})
    assert "13800138000" not in caplog.text
    assert "450199" not in caplog.text
    with desk.sessions() as session:
        kept = [*session.scalars(select(Alarm.detail)), *session.scalars(select(Ticket.note))]
    assert not any("13800138000" in text or "450199" in text for text in kept)
