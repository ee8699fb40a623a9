"""What a confirmed act changes, who is told, and what a core system elsewhere answers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from core_sample import CoreSystem, looked
from family_sample import MINE, THEIRS, Family, act_of
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.services import errands, releases
from ivr.services.keeper import OWN_TABLES, Outcome, Release
from ivr.store.tables import (
    Account,
    Act,
    Alarm,
    BindingEvent,
    LedgerEntry,
    Message,
    Ticket,
)
from menus.catalogue import WAITING
from menus.events import Told
from menus.values import Money, Name

Make = Callable[..., Any]


# --- the quota


@pytest.mark.parametrize(
    ("quota", "used", "returned"), [(50000, 12000, 38000), (50000, 50000, 0), (50000, 60000, 0), (None, 9, 0)]
)
def test_the_unused_rest_of_a_quota_comes_back(
    family: Family, session: Session, quota: int | None, used: int, returned: int
) -> None:
    family.binding.quota_fen, family.binding.quota_used_fen = quota, used
    account = session.get_one(Account, family.authoriser.id)
    account.locked_fen = 40000
    family.confirm(family.code())
    session.refresh(account)
    assert (account.locked_fen, account.balance_fen) == (40000 - returned, 102251)
    entries = session.scalars(select(LedgerEntry)).all()
    assert [(entry.kind, entry.amount_fen, entry.person_id) for entry in entries] == (
        [("share_return", returned, family.authoriser.id)] if returned else []
    )
    if returned:
        assert (entries[0].counterparty_id, entries[0].day) == (family.beneficiary.id, date(2026, 11, 23))
        assert family.line.ask("accounts.balance").values["locked"] == Money(2000)


@pytest.mark.parametrize("account", [True, False])
def test_books_that_disagree_raise_an_alarm_and_are_left_alone(
    family: Family, session: Session, account: bool
) -> None:
    family.binding.quota_fen = 50000
    books = session.get_one(Account, family.authoriser.id)
    if account:
        books.locked_fen = 49999
    else:
        session.delete(books)
    assert family.confirm(family.code()).outcome == "done"
    (alarm,) = session.scalars(select(Alarm))
    assert (alarm.kind, alarm.detail) == ("locked_sum", f"binding {family.binding.id}")
    assert session.scalar(select(LedgerEntry)) is None


# --- receipts that cannot be sent


def test_who_cannot_be_told_by_text_is_told_by_the_office(family: Family, session: Session) -> None:
    family.beneficiary.mobile_sealed = family.beneficiary.mobile_hash = None
    assert family.confirm(family.code()).outcome == "done"
    assert family.templates() == ["SMS02_unbind_code", "SMS03_unbind_done"]
    (ticket,) = session.scalars(select(Ticket))
    assert (ticket.kind, ticket.person_id) == ("failed_receipt", family.beneficiary.id)


def test_receipts_go_out_to_who_wants_no_notices(family: Family, opted_out: Make) -> None:
    opted_out(THEIRS)
    family.confirm(family.code())
    assert "SMS04_notice_beneficiary" in family.templates()


# --- whoever keeps the accounts


@pytest.fixture
def core(rooms: dict[str, Any]) -> CoreSystem:
    return CoreSystem().settle_in(rooms)


CODE_ONLY = ["SMS02_unbind_code"]
RECEIPTS = ["SMS03_unbind_done", "SMS04_notice_beneficiary"]


def test_our_own_tables_refuse_nothing_and_know_no_statement() -> None:
    order = Release("key", "one", "other")
    assert (OWN_TABLES.release(order), OWN_TABLES.outcome(order)) == ("confirmed", "confirmed")
    assert (OWN_TABLES.elsewhere, OWN_TABLES.statement("one")) == (False, None)


def test_nothing_is_done_before_the_core_system_has_confirmed(
    family: Family, core: CoreSystem, session: Session
) -> None:
    assert family.confirm(family.code()) == Told(WAITING)
    assert (act_of(session).state, family.binding.state, family.templates()) == (
        "unknown",
        "active",
        CODE_ONLY,
    )
    assert (core.orders, errands.is_out(family.line.context(like=family.line.like))) == ([], True)
    core.carry_out(family.line)
    told = looked(family.line, "unbinding.confirm")
    assert told == Told("done", {"name": Name("陈*英")})
    session.refresh(family.binding)
    assert (act_of(session).state, family.binding.state) == ("confirmed", "released")
    assert family.templates() == CODE_ONLY + RECEIPTS


def test_the_order_names_both_and_carries_the_key_of_its_act(
    family: Family, core: CoreSystem, session: Session, vault: Any
) -> None:
    family.confirm(family.code())
    core.carry_out(family.line)
    both = (
        vault.open(each.number_sealed, "people.number") for each in (family.authoriser, family.beneficiary)
    )
    assert core.orders == [Release(act_of(session).idempotency_key, *both)]
    assert not any(number in repr(core.orders) for number in (core.orders[0].authoriser, "4501"))


def test_what_the_core_system_refuses_is_told_as_such(
    family: Family, core: CoreSystem, session: Session
) -> None:
    core.verdict = "refused"
    family.confirm(family.code())
    core.carry_out(family.line)
    assert looked(family.line, "unbinding.confirm") == Told("refused")
    assert (act_of(session).state, family.binding.state) == ("refused", "active")
    assert family.templates() == [*CODE_ONLY, "SMS17_unbind_refused"]
    (ticket,) = session.scalars(select(Ticket))
    assert (ticket.kind, ticket.person_id) == ("refused_act", family.authoriser.id)


def test_who_has_waited_long_enough_is_told_that_it_was_submitted(family: Family, core: CoreSystem) -> None:
    family.confirm(family.code())
    assert looked(family.line, "unbinding.confirm") == Told("submitted")
    core.carry_out(family.line)  # it came after we gave up, and counts all the same
    assert family.templates() == CODE_ONLY + RECEIPTS


def test_a_conversation_that_has_handed_over_nothing_has_no_verdict(family: Family, core: CoreSystem) -> None:
    assert looked(family.line, "unbinding.confirm") == Told("none")
    family.line.ask("accounts.balance")
    assert looked(family.line, "codes.reply") == Told("none")


@pytest.mark.parametrize(
    ("later", "after", "ordered"),
    [
        ("unknown", ("unknown", "active", []), 1),
        ("refused", ("refused", "active", ["SMS17_unbind_refused"]), 1),
        ("confirmed", ("confirmed", "released", RECEIPTS), 1),
        ("unheard", ("unknown", "active", []), 3),
    ],
)
def test_an_unknown_outcome_is_settled_by_asking_and_ordered_again_only_if_unheard_of(
    family: Family, core: CoreSystem, session: Session, later: Outcome, after: Any, ordered: int
) -> None:
    core.verdict, core.later = "unknown", later
    code = family.code()
    family.confirm(code)
    core.carry_out(family.line)
    assert looked(family.line, "unbinding.confirm") == Told("submitted")
    assert (act_of(session).state, act_of(session).finished_at) == ("unknown", None)
    assert family.templates() == CODE_ONLY
    assert family.confirm(code) == Told("none")
    assert family.line.ask("unbinding.choices") == Told("pending")
    assert family.line.ask("unbinding.cancel") == Told("none")
    settled = [core.reconcile(family.line), core.reconcile(family.line)]
    assert settled == [1 if after[0] != "unknown" else 0, 0]
    assert len(core.orders) == ordered
    assert set(core.questions) == set(core.orders) == {core.orders[0]}
    session.refresh(family.binding)
    assert (act_of(session).state, family.binding.state, family.templates()[1:]) == after


def test_an_order_that_never_arrived_is_given_again_under_its_key(
    family: Family, core: CoreSystem, session: Session
) -> None:
    core.later = "unheard"
    family.confirm(family.code())
    core.sent.clear()  # the process died between the commit and the request
    assert core.reconcile(family.line) == 1
    assert act_of(session).state == "confirmed"
    assert family.templates() == CODE_ONLY + RECEIPTS


def test_a_verdict_that_comes_twice_counts_once(family: Family, core: CoreSystem) -> None:
    core.later = "confirmed"
    family.confirm(family.code())
    assert core.reconcile(family.line) == 1
    core.carry_out(family.line)
    assert family.templates() == CODE_ONLY + RECEIPTS


def test_an_act_without_a_verdict_for_an_hour_raises_an_alarm(
    family: Family, core: CoreSystem, session: Session, clock: Any
) -> None:
    family.confirm(family.code())
    for minutes, alarms in ((60, 0), (1, 1), (5, 1), (5, 2)):
        clock.forward(minutes=minutes)
        releases.watch(family.line.context(like=family.line.like))
        assert len(session.scalars(select(Alarm)).all()) == alarms


def test_a_hotline_that_keeps_the_accounts_itself_settles_what_a_core_system_left(
    family: Family, core: CoreSystem, rooms: dict[str, Any], session: Session
) -> None:
    family.confirm(family.code())
    del rooms["keeper"]
    context = family.line.context(like=family.line.like)
    assert [inquiry(OWN_TABLES)(context) for inquiry in releases.inquiries(context)] == [True]
    assert act_of(session).state == "confirmed"


def test_a_binding_ended_while_the_core_system_was_thinking_is_not_ended_twice(
    family: Family, core: CoreSystem, session: Session
) -> None:
    family.confirm(family.code())
    family.binding.state, family.binding.release_reason = "released", "counter"
    session.flush()
    core.carry_out(family.line)
    assert family.binding.release_reason == "counter"
    assert family.templates()[1:] == RECEIPTS


def test_where_a_core_system_keeps_the_books_none_of_ours_are_moved(
    family: Family, core: CoreSystem, session: Session
) -> None:
    family.binding.quota_fen = 100
    session.get_one(Account, family.authoriser.id).locked_fen = 100
    family.confirm(family.code())
    core.carry_out(family.line)
    session.refresh(family.binding)
    assert family.binding.state == "released"
    assert session.get_one(Account, family.authoriser.id).locked_fen == 100
    assert session.scalar(select(LedgerEntry)) is None


def test_no_full_name_code_or_mobile_stands_open_in_the_database(family: Family, session: Session) -> None:
    code = family.code()
    family.confirm(code)
    family.line.ask("unbinding.not_me")
    written = [
        *(str(value) for row in session.scalars(select(Message)) for value in vars(row).values()),
        *(str(value) for row in session.scalars(select(Act)) for value in vars(row).values()),
        *(str(value) for row in session.scalars(select(Ticket)) for value in vars(row).values()),
        *(str(value) for row in session.scalars(select(BindingEvent)) for value in vars(row).values()),
    ]
    assert not [text for text in written for secret in ("陈小英", "黄建国", code, MINE) if secret in text]
