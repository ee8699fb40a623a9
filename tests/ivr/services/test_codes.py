"""One-time codes: who gets one, for what, how long, how often, and that each works once."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from ivr.services import code_digits, codes, identity
from ivr.store.tables import Act, Alarm, Binding, Code, CodeRequest, Lock, Person
from menus.events import Told
from menus.values import Name, Secret

Make = Callable[..., Any]

RIGHT = codes.Checked("right")


@pytest.fixture
def owner(person: Make, number: Make) -> Person:
    made: Person = person(number=number(), pin="246813")
    return made


@pytest.fixture
def acts(owner: Person, person: Make, session: Session, clock: Any) -> list[int]:
    """Return two acts to confirm; only one waits, as a person has at most one."""
    made = []
    for state in ("requested", "cancelled"):
        binding = Binding(
            authoriser_id=owner.id,
            beneficiary_id=person(mobile=None).id,
            relation="spouse",
            bound_on=date(2020, 1, 1),
        )
        session.add(binding)
        session.flush()
        act = Act(
            kind="unbind",
            person_id=owner.id,
            binding_id=binding.id,
            state=state,
            requested_at=clock.now,
            expires_at=clock.now + timedelta(minutes=5),
            idempotency_key=f"key {state}",
        )
        session.add(act)
        session.flush()
        made.append(act.id)
    return made


@pytest.fixture
def issue(context: Make, owner: Person) -> Make:
    """Ask for a code on a new call; `verify` unless an act is named."""

    def ask(act: int | None = None, someone: Person | None = None, **party: Any) -> bool:
        call = context(**party)
        if act is None:
            return codes.issue(call, someone or owner, "verify", None, "SMS01_verify_code", {})
        values = {"name": Name("陈*英")}
        return codes.issue(call, someone or owner, "unbind", act, "SMS02_unbind_code", values)

    return ask


@pytest.fixture
def check(context: Make, owner: Person) -> Make:
    """Try keys on a new call."""

    def ask(keys: str, act: int | None = None) -> codes.Checked:
        return codes.check(context(), owner.id, "unbind" if act else "verify", act, keys)

    return ask


def other(code: str) -> str:
    """Return six digits that are not the code."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


# --- what a code looks like, and where it goes

_ROUND = "0123456789" * 2
SEQUENCES = {run[place : place + 6] for run in (_ROUND, _ROUND[::-1]) for place in range(15)}


@given(again=st.integers())
def test_sec_10_codes_are_six_digits_that_nobody_would_guess(again: int) -> None:
    code = code_digits.generated()
    assert len(code) == 6
    assert code.isdecimal()
    assert code[0] != "0"
    assert code not in {digit * 6 for digit in "123456789"} | SEQUENCES


@pytest.mark.parametrize("drawn", [111111, 123456, 654321, 890123, 210987])
def test_sec_10_repeated_and_sequential_ones_are_drawn_again(
    monkeypatch: pytest.MonkeyPatch, drawn: int
) -> None:
    draws = iter([drawn - 100_000, 605173 - 100_000])
    monkeypatch.setattr("ivr.services.code_digits.secrets.randbelow", lambda _below: next(draws))
    assert code_digits.generated() == "605173"


def test_sec_12_a_code_goes_to_the_registered_mobile_only(
    issue: Make, person: Make, texts: Make, number: Make
) -> None:
    someone = person(number=number(date(1944, 4, 4)), mobile="+8610012345678")
    assert issue(someone=someone, caller="+8613800138000")
    (text,) = texts()
    assert (text.mobile, text.template, text.kind) == ("+8610012345678", "SMS01_verify_code", "code")


def test_sec_12_without_a_registered_mobile_there_is_no_code(
    issue: Make, person: Make, texts: Make, session: Session
) -> None:
    assert not issue(someone=person(mobile=None), caller="+8613800138000")
    assert texts() == []
    assert session.query(CodeRequest).one().sent is False


@pytest.mark.parametrize(
    "mobile",
    ["+88212345678901", "+979123456789", "+190055501", "+8677112345678", "+861380013800", "13800138000"],
)
def test_sec_15_codes_go_to_mainland_mobiles_only(
    issue: Make, person: Make, texts: Make, session: Session, mobile: str
) -> None:
    assert not issue(someone=person(mobile=mobile))
    assert texts() == []
    assert session.query(Code).count() == 0


def test_sec_16_no_answer_carries_a_code_and_the_text_says_what_it_is_for(
    line: Make, number: Make, owner: Person, texts: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    call = line()
    call.ask("identity.claim_number", number())
    assert call.ask("identity.send_code") == Told("sent")
    (text,) = texts()
    assert "查询验证码" in text.body
    assert "5分钟内有效" in text.body
    assert "谁要都别给" in text.body
    assert text.code not in caplog.text


def test_sec_16_the_text_of_an_unbinding_names_the_masked_relative(
    issue: Make, acts: list[int], texts: Make
) -> None:
    assert issue(acts[0])
    assert "陈*英" in texts()[0].body


def test_sec_06_a_code_is_stored_as_a_keyed_hash(
    issue: Make, texts: Make, session: Session, vault: Any, owner: Person
) -> None:
    issue()
    code = session.query(Code).one()
    assert texts()[0].code not in str(vars(code))
    assert code.code_hash == vault.hash(texts()[0].code, f"code:verify:{owner.id}:")


def test_a_code_is_not_sent_when_nobody_can_use_it_any_more(
    issue: Make, texts: Make, session: Session
) -> None:
    issue()
    assert texts()[0].expires_at == session.query(Code).one().expires_at


# --- what a code is good for


@pytest.mark.parametrize(("seconds", "result"), [(299, "right"), (300, "right"), (301, "expired")])
def test_sec_11_a_code_is_good_for_five_minutes(
    issue: Make, check: Make, texts: Make, clock: Any, seconds: int, result: str
) -> None:
    issue()
    clock.forward(seconds=seconds)
    assert check(texts()[0].code).result == result


def test_sec_11_a_late_code_stays_late(issue: Make, check: Make, texts: Make, clock: Any) -> None:
    issue()
    clock.forward(seconds=301)
    assert [check(texts()[0].code).result for _try in range(2)] == ["expired", "expired"]


def test_sec_11_a_code_works_once(issue: Make, check: Make, texts: Make) -> None:
    issue()
    assert [check(texts()[0].code) for _try in range(2)] == [RIGHT, codes.Checked("none")]


def test_sec_11_three_wrong_tries_use_a_code_up(issue: Make, check: Make, texts: Make) -> None:
    issue()
    code = texts()[0].code
    wrong = [check(other(code)) for _try in range(3)]
    assert wrong == [codes.Checked("wrong", 2), codes.Checked("wrong", 1), codes.Checked("exhausted")]
    assert check(code) == codes.Checked("exhausted")


def test_sec_11_the_third_try_may_be_right(issue: Make, check: Make, texts: Make) -> None:
    issue()
    code = texts()[0].code
    assert [check(other(code)).left for _try in range(2)] == [2, 1]
    assert check(code) == RIGHT


def test_sec_11_a_new_code_revokes_the_old(issue: Make, check: Make, texts: Make, clock: Any) -> None:
    issue()
    clock.forward(seconds=60)
    issue()
    old, new = (text.code for text in texts())
    assert check(old if old != new else other(new)) == codes.Checked("wrong", 2)
    assert check(new) == RIGHT


def test_sec_11_a_code_of_another_purpose_is_not_revoked(
    issue: Make, check: Make, texts: Make, acts: list[int]
) -> None:
    issue()
    issue(acts[0])
    assert check(texts()[0].code) == RIGHT
    assert check(texts()[1].code, acts[0]) == RIGHT


def test_sec_11_a_verifying_code_cannot_unbind(
    issue: Make, check: Make, texts: Make, acts: list[int]
) -> None:
    issue()
    assert check(texts()[0].code, acts[0]) == codes.Checked("none")


def test_sec_11_a_code_for_one_act_cannot_confirm_another(
    issue: Make, check: Make, texts: Make, acts: list[int], session: Session
) -> None:
    issue(acts[0])
    assert check(texts()[0].code, acts[1]) == codes.Checked("none")
    # not even if somebody moved the row: the hash itself covers the act
    session.execute(update(Code).values(act_id=acts[1]))
    assert check(texts()[0].code, acts[1]) == codes.Checked("wrong", 2)


def test_sec_11_a_code_of_one_person_is_not_anothers(
    issue: Make, context: Make, texts: Make, person: Make
) -> None:
    issue()
    someone = person()
    assert codes.check(context(), someone.id, "verify", None, texts()[0].code) == codes.Checked("none")


def test_sec_11_with_another_mobile_a_code_is_none(
    issue: Make, check: Make, texts: Make, owner: Person, vault: Any, session: Session
) -> None:
    issue()
    owner.mobile_hash = vault.hash("+8610099999999", "mobile")
    session.flush()
    assert check(texts()[0].code) == codes.Checked("none")


@pytest.mark.parametrize("keys", ["", "0", "六零五一七三", "9" * 400])
def test_what_is_no_code_is_wrong(issue: Make, check: Make, keys: str) -> None:
    issue()
    assert check(keys) == codes.Checked("wrong", 2)


# --- how often


@pytest.mark.parametrize(("seconds", "sent"), [(59, False), (60, True), (61, True)])
def test_sec_14_a_minute_lies_between_two_codes(
    issue: Make, clock: Any, texts: Make, seconds: int, sent: bool
) -> None:
    assert issue(caller="+8610000000001")
    clock.forward(seconds=seconds)
    assert issue(caller="+8610000000002") is sent
    assert len(texts()) == 1 + sent


def test_sec_14_who_asks_too_soon_does_not_prolong_the_gap(issue: Make, clock: Any) -> None:
    issue()
    clock.forward(seconds=40)
    assert not issue()
    clock.forward(seconds=20)
    assert issue()


def test_sec_14_after_verifying_one_need_not_wait_to_unbind(issue: Make, acts: list[int]) -> None:
    assert issue()
    assert issue(acts[0])


@pytest.mark.parametrize(("seconds", "sent"), [(86399, False), (86400, True), (86401, True)])
def test_sec_14_a_person_gets_five_codes_a_day(issue: Make, clock: Any, seconds: int, sent: bool) -> None:
    start = clock.now
    for index in range(5):
        assert issue(caller=f"+861000000010{index}")
        clock.forward(minutes=2)
    assert not issue(caller="+8610000000200")
    clock.now = start + timedelta(seconds=seconds)
    assert issue(caller="+8610000000201") is sent


def test_sec_14_a_mobile_gets_five_codes_a_day_whoever_shares_it(
    issue: Make, clock: Any, person: Make
) -> None:
    sent = [issue(someone=person(), caller=f"+861000000010{index}") for index in range(6)]
    assert sent == [True] * 5 + [False]


def test_sec_14_a_caller_asks_ten_times_a_day_for_whomever(
    issue: Make, clock: Any, person: Make, line: Make, number: Make, texts: Make
) -> None:
    for day in range(1, 10):  # strangers: nobody is texted, but each asking counts
        call = line(caller="+8610000000001")
        call.ask("identity.claim_number", number(date(1940, 1, day)))
        call.ask("identity.send_code")
    assert issue(caller="+8610000000001")
    clock.forward(minutes=2)
    assert not issue(caller="+8610000000001")
    assert issue(caller="+8610000000002")
    clock.forward(hours=24)
    assert issue(caller="+8610000000001")


def test_sec_14_asking_for_a_stranger_does_not_use_up_what_the_stranger_may_have(
    issue: Make, clock: Any, line: Make, number: Make, owner: Person, session: Session
) -> None:
    session.add(
        Lock(
            scope="caller",
            subject_hash=line(caller="+8610000000009").like.party.caller_hash,
            until=clock.now + timedelta(hours=1),
            reason="failures",
        )
    )
    for _asked in range(8):
        call = line(caller="+8610000000009")
        call.ask("identity.claim_number", number())
        call.ask("identity.send_code")
    assert issue(caller="+8610000000001")


def requests(session: Session, count: int, **columns: Any) -> None:
    """Write down requests of strangers, all sent."""
    session.add_all(
        CodeRequest(number_hash=f"n{index}", mobile_hash=f"m{index}", caller_hash=f"c{index}", **columns)
        for index in range(count)
    )
    session.flush()


@pytest.mark.parametrize(("before", "sent"), [(29, True), (30, False)])
def test_sec_14_thirty_codes_a_minute_in_all(
    issue: Make, session: Session, clock: Any, before: int, sent: bool
) -> None:
    requests(session, before, sent=True, at=clock.now)
    assert issue() is sent
    assert session.query(Alarm).filter_by(kind="codes_budget").count() == (not sent)
    clock.forward(seconds=60)
    assert issue()


def test_sec_14_a_daily_budget_in_all(
    issue: Make, session: Session, clock: Any, rooms: dict[str, Any]
) -> None:
    few = rooms["hotline"].limits.model_copy(update={"codes_per_day": 7})
    rooms["hotline"] = rooms["hotline"].model_copy(update={"limits": few})
    requests(session, 7, sent=True, at=clock.now - timedelta(hours=23))
    assert not issue()
    clock.forward(hours=1)
    assert issue()


def test_sec_14_what_was_not_sent_is_no_burden_on_the_budget(
    issue: Make, session: Session, clock: Any
) -> None:
    requests(session, 40, sent=False, at=clock.now)
    assert issue()


@pytest.fixture
def ended(session: Session, person: Make, clock: Any) -> Callable[[int, int], None]:
    """Write down strangers' codes that end now, and how many of them were used."""

    def write(count: int, used: int) -> None:
        stranger = person(mobile=None)
        session.add_all(
            Code(
                person_id=stranger.id,
                purpose="verify",
                mobile_hash="m",
                code_hash="h",
                state="used" if index < used else "issued",
                issued_at=clock.now - timedelta(minutes=5),
                expires_at=clock.now,
            )
            for index in range(count)
        )

    return write


@pytest.mark.parametrize("case", [(49, 0, True), (50, 9, False), (50, 10, True), (60, 11, False)])
def test_sec_14_codes_that_nobody_enters_stop_the_sending(
    ended: Make, issue: Make, session: Session, clock: Any, case: tuple[int, int, bool]
) -> None:
    count, used, sent = case
    ended(count, used)
    assert issue() is sent
    assert session.query(Alarm).filter_by(kind="codes_unanswered").count() == (not sent)
    clock.forward(minutes=10)
    assert issue() is True


def test_an_alarm_is_raised_once_in_ten_minutes(issue: Make, session: Session, clock: Any) -> None:
    requests(session, 30, sent=True, at=clock.now + timedelta(minutes=20))
    counts = []
    for minutes in (0, 9, 1):
        clock.forward(minutes=minutes)
        issue()
        counts.append(session.query(Alarm).count())
    assert counts == [1, 1, 2]


# --- races


def test_sec_18_of_many_tries_with_one_code_exactly_one_succeeds(
    database: Engine, session: Session, context: Make, issue: Make, texts: Make, number: Make
) -> None:
    issue()
    code = texts()[0].code
    session.commit()

    def call(index: int) -> str:
        with Session(database) as own, own.begin():
            at = context(session=own, caller=f"+861000000030{index}")
            identity.claim_number(at, {"keys": Secret(number())})
            return identity.verify_code(at, {"keys": Secret(code)}).outcome

    with ThreadPoolExecutor(4) as calls:
        outcomes = sorted(calls.map(call, range(8)))
    assert outcomes == ["failed_1"] * 7 + ["verified"]


def test_sec_18_many_wrong_tries_at_once_are_charged_one_by_one(
    database: Engine, session: Session, context: Make, issue: Make, texts: Make, owner: Person
) -> None:
    issue()
    code, owner_id = texts()[0].code, owner.id
    session.commit()

    def call(_index: int) -> str:
        with Session(database) as own, own.begin():
            return codes.check(context(session=own), owner_id, "verify", None, other(code)).result

    with ThreadPoolExecutor(4) as calls:
        results = sorted(calls.map(call, range(8)))
    assert results.count("wrong") == 2
    session.expire_all()
    assert session.query(Code).one().attempts == 3


def test_sec_14_many_requests_at_once_send_one_code(
    database: Engine, session: Session, context: Make, owner: Person, texts: Make
) -> None:
    owner_id = owner.id
    context()  # writes down what all conversations of a test share
    session.commit()

    def call(index: int) -> bool:
        with Session(database) as own, own.begin():
            at = context(session=own, caller=f"+861000000030{index}")
            person = own.get_one(Person, owner_id)
            return codes.issue(at, person, "verify", None, "SMS01_verify_code", {})

    with ThreadPoolExecutor(4) as calls:
        assert sum(calls.map(call, range(6))) == 1
    assert len(texts()) == 1
