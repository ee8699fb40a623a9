"""Confirming: one code for one act, by key or by text, in its time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from family_sample import MINE, THEIRS, Family, act_of, events, other_than
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.store.tables import (
    LedgerEntry,
)
from menus.events import Told
from menus.values import Count, Name, Reference

Make = Callable[..., Any]


# --- confirming it


def test_the_right_code_ends_the_sharing_and_tells_both(family: Family, session: Session, clock: Any) -> None:
    code = family.code()
    clock.forward(seconds=40)
    assert family.confirm(code) == Told("done", {"name": Name("陈*英")})
    act, binding = act_of(session), family.binding
    assert (act.state, act.finished_at) == ("confirmed", clock.now)
    assert (binding.state, binding.released_at, binding.release_reason) == (
        "released",
        clock.now,
        "authoriser",
    )
    assert [(text.template, text.mobile, text.kind) for text in family.texts()[1:]] == [
        ("SMS03_unbind_done", MINE, "receipt"),
        ("SMS04_notice_beneficiary", THEIRS, "receipt"),
    ]
    assert "陈*英" in family.texts()[1].body
    assert "黄*国" in family.texts()[2].body
    assert events(session) == [("requested", "voice"), ("released", "voice")]
    assert session.scalar(select(LedgerEntry)) is None


def test_decisions_28_receipts_do_not_tell_who_began_it(family: Family) -> None:
    family.confirm(family.code())
    for text in family.texts()[1:]:
        assert not any(word in text.body for word in ("来电", "要求", "发起的", "电话号码", "0000000001"))


def test_a_code_works_once(family: Family) -> None:
    code = family.code()
    family.confirm(code)
    assert family.confirm(code) == Told("none")
    assert family.templates().count("SMS03_unbind_done") == 1


def test_three_wrong_codes_leave_everything_as_it_was(family: Family, session: Session) -> None:
    code = family.code()
    wrong = other_than(code)
    assert family.confirm(wrong) == Told("wrong", {"left": Count(2)})
    assert family.confirm(wrong) == Told("wrong", {"left": Count(1)})
    assert family.confirm(wrong) == Told("exhausted")
    assert family.confirm(code) == Told("none")
    assert (act_of(session).state, family.binding.state) == ("cancelled", "active")
    assert family.templates() == ["SMS02_unbind_code"]


@pytest.mark.parametrize(("seconds", "outcome"), [(299, "done"), (300, "done"), (301, "expired")])
def test_sec_58_a_code_is_good_to_its_last_instant(
    family: Family, clock: Any, seconds: int, outcome: str
) -> None:
    code = family.code()
    clock.forward(seconds=seconds)
    told = family.confirm(code)
    assert told.outcome == outcome
    assert (family.binding.state == "released") == (outcome == "done")


def test_sec_11_a_code_to_verify_does_not_unbind(family: Family, line: Make, texts: Make) -> None:
    family.code()
    line(channel="text", caller=MINE).ask("identity.text_code")
    assert texts()[-1].template == "SMS01_verify_code"
    assert family.confirm(texts()[-1].code).outcome == "wrong"


def test_sec_11_a_code_for_one_binding_does_not_release_another(
    family: Family, person: Make, bind: Make, clock: Any
) -> None:
    second = bind(family.authoriser, person())
    first_code = family.code()
    family.line.ask("unbinding.cancel")
    clock.forward(minutes=1)
    family.line.ask("unbinding.request", binding=Reference(second.id))
    assert family.texts()[-1].code != first_code
    assert family.confirm(first_code) == Told("wrong", {"left": Count(2)})
    assert (family.binding.state, second.state) == ("active", "active")


def test_without_an_act_there_is_nothing_to_confirm(family: Family, verified: Make) -> None:
    assert family.confirm("234567") == Told("none")
    code = family.code()
    assert verified(family.beneficiary).ask("unbinding.confirm", code) == Told("none")


def test_a_binding_gone_otherwise_is_not_released_again(family: Family, session: Session) -> None:
    code = family.code()
    family.binding.state, family.binding.release_reason = "released", "counter"
    session.flush()
    assert family.confirm(code) == Told("none")
    assert (act_of(session).state, family.binding.release_reason) == ("cancelled", "counter")
    assert family.templates() == ["SMS02_unbind_code"]


def test_a_lock_set_at_the_desk_stops_a_code_already_out(
    family: Family, session: Session, clock: Any
) -> None:
    code = family.code()
    family.authoriser.unbinding_locked_until = clock.now + timedelta(hours=1)
    session.flush()
    assert family.confirm(code) == Told("none")
    assert (act_of(session).state, family.binding.state) == ("cancelled", "active")


# --- sending again


def test_a_new_code_replaces_the_first_and_lasts_as_long(
    family: Family, session: Session, clock: Any
) -> None:
    first = family.code()
    clock.forward(seconds=59)
    assert family.line.ask("unbinding.resend") == Told("limit")
    clock.forward(seconds=1)
    assert family.line.ask("unbinding.resend") == Told("sent")
    second = family.texts()[-1].code
    assert act_of(session).expires_at == clock.now + timedelta(minutes=5)
    assert family.confirm(first).outcome == "wrong"
    clock.forward(minutes=5)
    assert family.confirm(second).outcome == "done"


def test_an_overdue_act_gets_a_new_code_only_in_its_own_call(
    family: Family, verified: Make, clock: Any
) -> None:
    family.code()
    elsewhere = verified(family.authoriser)
    clock.forward(minutes=5)
    assert elsewhere.ask("unbinding.resend") == Told("sent")
    clock.forward(minutes=5, seconds=1)
    late = verified(family.authoriser)
    assert late.ask("unbinding.resend") == Told("none")
    assert late.ask("unbinding.confirm", family.texts()[-1].code) == Told("expired")
    assert verified(family.beneficiary).ask("unbinding.resend") == Told("none")


def test_a_code_too_old_is_sent_again_in_the_same_call(family: Family, clock: Any) -> None:
    code = family.code()
    clock.forward(minutes=5, seconds=1)
    assert family.confirm(code) == Told("expired")
    assert family.line.ask("unbinding.resend") == Told("sent")
    assert family.confirm(family.texts()[-1].code).outcome == "done"


# --- by text


def test_sec_17_only_the_mobile_the_code_went_to_can_confirm(family: Family, line: Make) -> None:
    code = family.code()
    for caller in (THEIRS, "+8610000000099", ""):
        assert line(channel="text", caller=caller).ask("codes.reply", code) == Told("none")
    mine = line(channel="text", caller=MINE)
    assert mine.ask("codes.reply", other_than(code)) == Told("wrong", {"left": Count(2)})
    assert mine.ask("codes.reply", code) == Told("done", {"name": Name("陈*英")})
    assert family.binding.state == "released"
    assert family.confirm(code) == Told("none")


def test_who_is_frozen_meanwhile_confirms_nothing_by_text(
    family: Family, line: Make, session: Session
) -> None:
    code = family.code()
    family.authoriser.status = "frozen"
    session.flush()
    assert line(channel="text", caller=MINE).ask("codes.reply", code) == Told("none")
    assert family.binding.state == "active"
