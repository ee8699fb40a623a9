"""Verification by text: one mobile, one person, one code, and constant words otherwise."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ivr.services import claims, codes
from ivr.store.tables import Act, Binding, Code, Failure, Lock, Person
from menus.events import Told
from menus.values import Count, Name

Make = Callable[..., Any]

MOBILE = "+8613800138000"
NONE = Told("none")
VERIFIED = Told("verified", assurance=2)


@pytest.fixture
def owner(person: Make, number: Make) -> Person:
    made: Person = person(number=number(), mobile=MOBILE)
    return made


@pytest.fixture
def mobile(line: Make) -> Any:
    """Return the text conversation of the registered mobile."""
    return line(caller=MOBILE, channel="text")


@pytest.fixture
def unbind(person: Make, session: Session, context: Make, clock: Any) -> Callable[[Person], Act]:
    """Let somebody ask by phone to unbind a relative; the code is on its way."""

    def ask(authoriser: Person) -> Act:
        relative = person(name="陈小英", mobile=None)
        binding = Binding(
            authoriser_id=authoriser.id,
            beneficiary_id=relative.id,
            relation="spouse",
            bound_on=date(2020, 1, 1),
        )
        session.add(binding)
        session.flush()
        act = Act(
            kind="unbind",
            person_id=authoriser.id,
            binding_id=binding.id,
            requested_at=clock.now,
            expires_at=clock.now + timedelta(minutes=5),
            idempotency_key=f"unbind {binding.id}",
        )
        session.add(act)
        session.flush()
        values = {"name": Name("陈*英")}
        assert codes.issue(context(), authoriser, "unbind", act.id, "SMS02_unbind_code", values)
        return act

    return ask


def other(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


# --- asking for a code


def test_decision_23_the_mobile_identifies_and_its_code_verifies(
    mobile: Any, owner: Person, texts: Make, context: Make, session: Session
) -> None:
    assert mobile.ask("identity.text_code") == Told("sent")
    (text,) = texts()
    assert (text.template, text.mobile) == ("SMS01_verify_code", MOBILE)
    assert claims.assurance(context(like=mobile.like)) == 0
    assert mobile.ask("codes.reply", text.code) == VERIFIED
    assert claims.verified_person(context(like=mobile.like)) == owner


@pytest.mark.parametrize(("seconds", "level"), [(599, 2), (600, 2), (601, 1)])
def test_sec_05_a_reply_verifies_for_ten_minutes(
    mobile: Any, owner: Person, texts: Make, clock: Any, seconds: int, level: int
) -> None:
    mobile.ask("identity.text_code")
    mobile.ask("codes.reply", texts()[0].code)
    clock.forward(seconds=seconds)
    assert claims.assurance(mobile.context(like=mobile.like)) == level


def test_an_unknown_mobile_hears_the_same_and_gets_nothing(line: Make, owner: Person, texts: Make) -> None:
    assert line(caller="+8610000000001", channel="text").ask("identity.text_code") == Told("sent")
    assert texts() == []


@pytest.mark.parametrize("caller", [MOBILE, ""])
def test_sec_02_a_callers_number_gets_no_code_by_calling(
    line: Make, owner: Person, texts: Make, caller: str
) -> None:
    assert line(caller=caller, channel="voice").ask("identity.text_code") == Told("sent")
    assert line(caller="", channel="text").ask("identity.text_code") == Told("sent")
    assert texts() == []


def test_decision_23_a_mobile_of_several_people_is_sent_to_the_telephone(
    mobile: Any, owner: Person, person: Make, texts: Make
) -> None:
    person(mobile=MOBILE)
    assert mobile.ask("identity.text_code") == Told("several")
    assert texts() == []


def test_a_child_or_a_dead_person_on_the_same_mobile_is_nobody_else_to_serve(
    mobile: Any, owner: Person, person: Make, number: Make, texts: Make
) -> None:
    person(mobile=MOBILE, number=number(date(2020, 1, 1)))
    person(mobile=MOBILE, status="deceased")
    assert mobile.ask("identity.text_code") == Told("sent")
    assert mobile.ask("codes.reply", texts()[0].code) == VERIFIED


@pytest.mark.parametrize("scope", ["person", "caller"])
def test_sec_04_who_is_locked_gets_no_code_and_can_use_none(
    mobile: Any, owner: Person, texts: Make, session: Session, clock: Any, scope: str
) -> None:
    mobile.ask("identity.text_code")
    subject = owner.number_hash if scope == "person" else mobile.like.party.caller_hash
    session.add(Lock(scope=scope, subject_hash=subject, until=clock.now + timedelta(hours=1), reason=""))
    assert mobile.ask("codes.reply", texts()[0].code) == NONE
    clock.forward(minutes=2)
    assert mobile.ask("identity.text_code") == Told("sent")
    assert len(texts()) == 1


# --- giving it back


def test_sec_17_a_code_comes_back_from_its_own_mobile_only(
    line: Make, mobile: Any, owner: Person, texts: Make
) -> None:
    mobile.ask("identity.text_code")
    code = texts()[0].code
    assert line(caller="+8610000000001", channel="text").ask("codes.reply", code) == NONE
    assert line(caller=MOBILE, channel="voice").ask("codes.reply", code) == NONE
    assert line(caller="", channel="text").ask("codes.reply", code) == NONE
    assert mobile.ask("codes.reply", code) == VERIFIED


def test_sec_17_where_nothing_was_sent_there_is_nothing_to_answer(mobile: Any, owner: Person) -> None:
    assert mobile.ask("codes.reply", "605173") == NONE


def test_a_code_asked_for_by_phone_may_be_texted_back(
    line: Make, mobile: Any, owner: Person, number: Make, texts: Make
) -> None:
    call = line()
    call.ask("identity.claim_number", number())
    call.ask("identity.send_code")
    assert mobile.ask("codes.reply", texts()[0].code) == VERIFIED
    assert call.ask("identity.verify_code", texts()[0].code) == Told("failed_1")


def test_decision_23_on_a_shared_mobile_no_reply_verifies(
    line: Make, mobile: Any, owner: Person, person: Make, number: Make, texts: Make
) -> None:
    person(mobile=MOBILE)
    call = line()
    call.ask("identity.claim_number", number())
    call.ask("identity.send_code")
    assert mobile.ask("codes.reply", texts()[0].code) == NONE


def test_three_wrong_replies_use_the_code_up_and_count_as_failures(
    mobile: Any, owner: Person, texts: Make, session: Session
) -> None:
    mobile.ask("identity.text_code")
    code = texts()[0].code
    heard = [mobile.ask("codes.reply", other(code)) for _try in range(3)]
    assert heard == [
        Told("wrong", {"left": Count(2)}),
        Told("wrong", {"left": Count(1)}),
        Told("exhausted"),
    ]
    assert mobile.ask("codes.reply", code) == Told("exhausted")
    assert [failure.method for failure in session.query(Failure)] == ["reply"] * 3


@pytest.mark.parametrize(("seconds", "heard"), [(299, VERIFIED), (300, VERIFIED), (301, Told("expired"))])
def test_sec_11_a_reply_is_good_for_five_minutes(
    mobile: Any, owner: Person, texts: Make, clock: Any, seconds: int, heard: Told
) -> None:
    mobile.ask("identity.text_code")
    clock.forward(seconds=seconds)
    assert mobile.ask("codes.reply", texts()[0].code) == heard


def test_a_used_code_is_none(mobile: Any, owner: Person, texts: Make) -> None:
    mobile.ask("identity.text_code")
    assert [mobile.ask("codes.reply", texts()[0].code) for _try in range(2)] == [VERIFIED, NONE]


# --- acts that wait


def test_decision_24_a_reply_confirms_the_act_that_waits(
    mobile: Any, owner: Person, unbind: Make, texts: Make, session: Session
) -> None:
    act = unbind(owner)
    assert mobile.ask("codes.reply", texts()[0].code) == Told("done", {"name": Name("陈*英")})
    assert session.get_one(Act, act.id, populate_existing=True).state == "confirmed"


def test_a_wrong_reply_is_charged_to_the_act_before_the_verification(
    mobile: Any, owner: Person, unbind: Make, texts: Make, session: Session
) -> None:
    unbind(owner)
    mobile.ask("identity.text_code")
    wrong = next(
        keys for keys in ("605173", "605174", "605175") if keys not in {text.code for text in texts()}
    )
    assert mobile.ask("codes.reply", wrong) == Told("wrong", {"left": Count(2)})
    charged = {code.purpose: code.attempts for code in session.query(Code).populate_existing()}
    assert charged == {"unbind": 1, "verify": 0}


def test_a_verifying_code_verifies_although_an_act_waits(
    mobile: Any, owner: Person, unbind: Make, texts: Make
) -> None:
    unbind(owner)
    mobile.ask("identity.text_code")
    assert mobile.ask("codes.reply", texts()[1].code) == VERIFIED
    assert mobile.ask("codes.reply", texts()[0].code).outcome == "done"


def test_of_two_acts_on_one_mobile_the_code_names_its_own(
    mobile: Any, owner: Person, person: Make, unbind: Make, texts: Make, session: Session
) -> None:
    first, second = unbind(owner), unbind(person(mobile=MOBILE))
    assert mobile.ask("codes.reply", texts()[0].code).outcome == "done"
    states = [session.get_one(Act, act.id, populate_existing=True).state for act in (first, second)]
    assert states == ["confirmed", "requested"]


def test_an_act_that_is_over_is_in_nobodys_way(
    mobile: Any, owner: Person, unbind: Make, texts: Make, clock: Any
) -> None:
    unbind(owner)
    clock.forward(minutes=20)
    assert mobile.ask("codes.reply", texts()[0].code).outcome in {"expired", "none"}
    mobile.ask("identity.text_code")
    assert mobile.ask("codes.reply", texts()[1].code) == VERIFIED
