"""What a confirmed act changes, who is told, and what a core system elsewhere answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from family_sample import MINE, THEIRS, Family, act_of
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.services import releases
from ivr.services.context import Party
from ivr.services.keeper import Release, Verdict
from ivr.store.tables import (
    Account,
    Act,
    Alarm,
    BindingEvent,
    LedgerEntry,
    Message,
    Ticket,
)
from menus.catalogue import FAILED
from menus.events import Told
from menus.values import Money

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


@dataclass
class CoreSystem:
    """A keeper of accounts elsewhere, that answers as told and remembers what it was given."""

    verdict: Verdict
    later: Verdict = "unknown"
    orders: list[Release] = field(default_factory=list)
    questions: list[Release] = field(default_factory=list)

    def release(self, order: Release) -> Verdict:
        self.orders.append(order)
        return self.verdict

    def outcome(self, order: Release) -> Verdict:
        self.questions.append(order)
        return self.later


def reconcile(family: Family) -> int:
    """Do what the worker does: its party is nobody."""
    context = family.line.context(like=family.line.like)
    nobody = type(context)(
        **{name: getattr(context, name) for name in context.__slots__} | {"party": Party(0, "text", "", "")}
    )
    return releases.reconcile(nobody)


def test_what_the_core_system_refuses_is_not_done(
    family: Family, rooms: dict[str, Any], session: Session
) -> None:
    rooms["keeper"] = core = CoreSystem("refused")
    assert family.confirm(family.code()) == Told(FAILED)
    assert (act_of(session).state, family.binding.state) == ("refused", "active")
    assert family.templates() == ["SMS02_unbind_code"]
    assert core.orders == [Release(act_of(session).idempotency_key, family.binding.id)]
    (ticket,) = session.scalars(select(Ticket))
    assert (ticket.kind, ticket.person_id) == ("refused_act", family.authoriser.id)


@pytest.mark.parametrize(
    ("later", "after"),
    [
        ("unknown", ("unknown", "active", [])),
        ("refused", ("refused", "active", [])),
        ("confirmed", ("confirmed", "released", ["SMS03_unbind_done", "SMS04_notice_beneficiary"])),
    ],
)
def test_an_unknown_outcome_is_submitted_and_settled_by_asking_never_by_ordering_again(
    family: Family, rooms: dict[str, Any], session: Session, later: Verdict, after: Any
) -> None:
    rooms["keeper"] = core = CoreSystem("unknown", later=later)
    code = family.code()
    assert family.confirm(code) == Told("submitted")
    assert (act_of(session).state, act_of(session).finished_at) == ("unknown", None)
    assert family.templates() == ["SMS02_unbind_code"]
    assert family.confirm(code) == Told("none")
    assert family.line.ask("unbinding.choices") == Told("pending")
    assert family.line.ask("unbinding.cancel") == Told("none")
    settled = [reconcile(family), reconcile(family)]
    assert settled == [0 if later == "unknown" else 1, 0]
    assert len(core.orders) == 1
    assert set(core.questions) == set(core.orders)
    session.refresh(family.binding)
    assert (act_of(session).state, family.binding.state, family.templates()[1:]) == after


def test_a_hotline_that_keeps_the_accounts_itself_settles_what_a_core_system_left(
    family: Family, rooms: dict[str, Any], session: Session
) -> None:
    rooms["keeper"] = CoreSystem("unknown")
    family.confirm(family.code())
    del rooms["keeper"]
    assert reconcile(family) == 1
    assert act_of(session).state == "confirmed"


def test_a_binding_ended_while_the_core_system_was_thinking_returns_nothing_twice(
    family: Family, rooms: dict[str, Any], session: Session
) -> None:
    rooms["keeper"] = CoreSystem("unknown", later="confirmed")
    family.binding.quota_fen = 100
    session.get_one(Account, family.authoriser.id).locked_fen = 100
    family.confirm(family.code())
    family.binding.state, family.binding.release_reason = "released", "counter"
    session.flush()
    assert reconcile(family) == 1
    assert (family.binding.release_reason, session.scalar(select(LedgerEntry))) == ("counter", None)
    assert family.templates()[1:] == ["SMS03_unbind_done", "SMS04_notice_beneficiary"]


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
