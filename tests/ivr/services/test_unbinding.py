"""Ending a sharing: who may, one code for one act, receipts only after the verdict."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from region_samples import BY_PHONE, COUNTER, NOT_BY_AUTHORISER
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.regions import Regions
from ivr.services import releases
from ivr.services.context import Party
from ivr.services.keeper import Release, Verdict
from ivr.store.tables import (
    Account,
    Act,
    Alarm,
    Binding,
    BindingEvent,
    Code,
    LedgerEntry,
    Message,
    Person,
    Ticket,
)
from menus.catalogue import FAILED
from menus.events import Told
from menus.values import Count, Items, Money, Name, Reference, Word

Make = Callable[..., Any]
MINE, THEIRS = "+8610000000011", "+8610000000022"


@dataclass
class Family:
    """An authoriser on a verified line, the beneficiary 陈小英, and the binding between them."""

    authoriser: Person
    beneficiary: Person
    binding: Binding
    line: Any
    texts: Make = field(repr=False)

    def request(self) -> Told:
        told: Told = self.line.ask("unbinding.request", binding=Reference(self.binding.id))
        return told

    def code(self) -> str:
        """Ask for a code and return the one in the text."""
        assert self.request().outcome == "sent"
        return str(self.texts()[-1].code)

    def confirm(self, code: str) -> Told:
        told: Told = self.line.ask("unbinding.confirm", code)
        return told

    def templates(self) -> list[str]:
        return [text.template for text in self.texts()]


@pytest.fixture
def family(person: Make, bind: Make, verified: Make, texts: Make) -> Family:
    authoriser = person(name="黄建国", mobile=MINE, region=BY_PHONE, balance=102251)
    beneficiary = person(name="陈小英", mobile=THEIRS, region=BY_PHONE)
    return Family(authoriser, beneficiary, bind(authoriser, beneficiary), verified(authoriser), texts)


def other_than(code: str) -> str:
    return "234567" if code != "234567" else "345678"


def act_of(session: Session) -> Act:
    (act,) = session.scalars(select(Act).execution_options(populate_existing=True))
    return act


def events(session: Session) -> list[tuple[str, str]]:
    return [(event.what, event.via) for event in session.scalars(select(BindingEvent).order_by("id"))]


# --- may this person?


def test_the_choices_are_the_persons_own_bindings(family: Family, person: Make, bind: Make) -> None:
    child = bind(family.authoriser, person(name="黄国"), "child", bound_on=date(2024, 1, 1))
    bind(person(), family.authoriser)  # somebody else's money: not the caller's to end in this version
    spouse = {"relation": Word("爱人"), "name": Name("陈*英"), "binding": Reference(family.binding.id)}
    younger = {"relation": Word("孩子"), "name": Name("黄*"), "binding": Reference(child.id)}
    told = family.line.ask("unbinding.choices")
    assert told == Told("ok", {"choices": Items((younger, spouse))})


def _without_bindings(family: Family, _now: Any) -> None:
    family.binding.state = "released"


def _disabled_soldier(family: Family, _now: Any) -> None:
    family.authoriser.region, family.authoriser.special_scheme = COUNTER, "disabled_soldier_1_6"


def _only_at_the_counter(family: Family, _now: Any) -> None:
    family.authoriser.region = COUNTER


def _not_the_authorisers_to_end(family: Family, _now: Any) -> None:
    family.authoriser.region = NOT_BY_AUTHORISER


def _locked(family: Family, now: Any) -> None:
    family.authoriser.unbinding_locked_until = now + timedelta(seconds=1)


def _without_mobile(family: Family, _now: Any) -> None:
    family.authoriser.mobile_sealed = family.authoriser.mobile_hash = None


def _new_mobile(family: Family, _now: Any) -> None:
    family.authoriser.mobile_registered_on = date(2026, 11, 17)


def _mobile_of_unknown_age(family: Family, _now: Any) -> None:
    family.authoriser.mobile_registered_on = None


REFUSED = [
    (_without_bindings, Told("none")),
    (_disabled_soldier, Told("disabled")),
    (_only_at_the_counter, Told("counter", {"region": Word("乙市")})),
    (_not_the_authorisers_to_end, Told("counter", {"region": Word("戊市")})),
    (_locked, Told("locked")),
    (_without_mobile, Told("no_phone")),
    (_new_mobile, Told("new_phone")),
    (_mobile_of_unknown_age, Told("new_phone")),
]


@pytest.mark.parametrize(("hinder", "told"), REFUSED)
def test_what_is_refused_in_the_choice_is_refused_in_the_request(
    family: Family, session: Session, clock: Any, hinder: Make, told: Told
) -> None:
    hinder(family, clock.now)
    session.flush()
    assert family.line.ask("unbinding.choices") == told
    assert family.request() == told
    assert session.scalar(select(Act)) is None
    assert family.texts() == []


def test_a_disabled_soldier_elsewhere_is_not_excluded(family: Family, session: Session) -> None:
    family.authoriser.special_scheme = "disabled_soldier_1_6"
    session.flush()
    assert family.line.ask("unbinding.choices").outcome == "ok"


@pytest.mark.parametrize(("day", "outcome"), [(8, "counter"), (9, "ok")])
def test_decisions_1_in_nanning_the_phone_is_enough_from_the_national_rules_on(
    family: Family, verified: Make, rooms: dict[str, Any], clock: Any, day: int, outcome: str
) -> None:
    rooms["regions"] = Regions.load(Path(__file__).parents[3] / "config" / "regions")
    family.authoriser.region = "450100"
    clock.now = clock.now.replace(month=1, day=day)
    assert verified(family.authoriser).ask("unbinding.choices").outcome == outcome


def test_a_lock_and_a_new_mobile_end_on_time(family: Family, session: Session, clock: Any) -> None:
    family.authoriser.unbinding_locked_until = clock.now
    family.authoriser.mobile_registered_on = date(2026, 11, 16)  # seven days ago
    session.flush()
    assert family.line.ask("unbinding.choices").outcome == "ok"


@pytest.mark.parametrize(
    "case",
    [
        (1, 0, "authoriser", "ok"),
        (2, 0, "authoriser", "often"),
        (2, 86399, "authoriser", "often"),
        (2, 86400, "authoriser", "ok"),
        (2, 0, "enrollment_change", "ok"),
    ],
)
def test_sec_42_a_third_release_in_a_day_goes_to_a_person(
    family: Family, person: Make, bind: Make, clock: Any, case: Any
) -> None:
    released, seconds, reason, outcome = case
    released_at = clock.now - timedelta(seconds=seconds)
    for _ in range(released):
        gone = bind(family.authoriser, person(), state="released", released_at=released_at)
        gone.release_reason = reason
    assert family.line.ask("unbinding.choices").outcome == outcome


# --- asking for it


def test_a_request_is_an_act_and_a_text_that_names_what_it_does(
    family: Family, session: Session, clock: Any
) -> None:
    assert family.request() == Told("sent", {"relation": Word("爱人"), "name": Name("陈*英")})
    act = act_of(session)
    assert (act.state, act.kind, act.person_id) == ("requested", "unbind", family.authoriser.id)
    assert act.binding_id == family.binding.id
    assert act.conversation_id == family.line.like.party.conversation_id
    assert act.expires_at == clock.now + timedelta(minutes=5)
    (text,) = family.texts()
    assert (text.template, text.mobile, text.kind) == ("SMS02_unbind_code", MINE, "code")
    assert "陈*英" in text.body
    (code,) = session.scalars(select(Code))
    assert (code.purpose, code.act_id, code.expires_at) == ("unbind", act.id, act.expires_at)
    assert family.binding.state == "active"
    assert events(session) == [("requested", "voice")]


def test_another_persons_binding_is_refused_however_it_is_forged(
    family: Family, person: Make, bind: Make, session: Session
) -> None:
    stranger, mother = person(), person()
    foreign = bind(stranger, mother)
    received = bind(stranger, family.authoriser)
    for binding in (foreign.id, received.id, 0, 999999):
        assert family.line.ask("unbinding.request", binding=Reference(binding)) == Told("none")
    assert family.line.ask("unbinding.request", binding=Count(family.binding.id)) == Told("none")
    assert family.line.ask("unbinding.request") == Told("none")
    assert session.scalar(select(Act)) is None


def test_a_text_names_the_binding_by_its_number_in_the_list(
    family: Family, person: Make, bind: Make, verified: Make, session: Session
) -> None:
    older = bind(family.authoriser, person(name="黄国"), "child", bound_on=date(2024, 1, 1))
    line = verified(family.authoriser, channel="text", caller=MINE)
    for number in (0, 3):
        assert line.ask("unbinding.request", number=Count(number)) == Told("none")
    told = line.ask("unbinding.request", number=Count(1))
    assert told.values["name"] == Name("黄*")
    assert act_of(session).binding_id == older.id
    assert events(session) == [("requested", "text")]


def test_a_second_act_waits_for_the_first(
    family: Family, person: Make, bind: Make, verified: Make, session: Session
) -> None:
    second = bind(family.authoriser, person())
    family.code()
    for line in (family.line, verified(family.authoriser)):
        assert line.ask("unbinding.choices") == Told("pending")
        assert line.ask("unbinding.request", binding=Reference(second.id)) == Told("pending")
    assert act_of(session).binding_id == family.binding.id


@pytest.mark.parametrize(("seconds", "outcome"), [(299, "pending"), (300, "pending"), (301, "sent")])
def test_an_act_nobody_confirmed_makes_room_for_another(
    family: Family, session: Session, clock: Any, seconds: int, outcome: str
) -> None:
    family.code()
    clock.forward(seconds=seconds)
    assert family.request().outcome == outcome
    states = [act.state for act in session.scalars(select(Act).order_by(Act.id))]
    assert states == (["expired", "requested"] if outcome == "sent" else ["requested"])


def test_too_many_codes_leave_no_act(family: Family, session: Session, clock: Any) -> None:
    family.code()
    assert family.line.ask("unbinding.cancel") == Told("cancelled")
    clock.forward(seconds=59)
    assert family.request() == Told("limit")
    states = [act.state for act in session.scalars(select(Act).order_by(Act.id))]
    assert states == ["cancelled", "cancelled"]
    clock.forward(seconds=1)
    assert family.request().outcome == "sent"


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
