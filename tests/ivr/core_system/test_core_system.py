"""The adapter over real HTTP: what it asks is as described, and what is no answer is none."""

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from core_system_server import TOKEN, CoreServer, Fault
from hypothesis import given
from hypothesis import strategies as st

from ivr.core_system import messages
from ivr.core_system.adapter import CoreSystem
from ivr.core_system.breaker import FAILURES, REST, Breaker
from ivr.services.keeper import Holdings, Release, Statement

DESCRIBED = yaml.safe_load((Path(__file__).parents[3] / "docs" / "core-system.yaml").read_text("utf-8"))
HUANG, CHEN = "450199195503179983", "45019919520405999X"
ORDER = Release("0123456789abcdef" * 2, HUANG, CHEN)
ACCOUNT = {"balance_fen": 102251, "locked_fen": 100, "as_of": "2026-11-23"}
CREDITS = [{"month": "2026-11", "amount_fen": 10500}, {"month": "2026-10", "amount_fen": 9800}]
FAULTS: tuple[Fault, ...] = (
    *("slow", "drips", "status", "garbage", "other", "long", "redirect", "before", "after"),
)


@pytest.fixture
def server() -> Iterator[CoreServer]:
    with CoreServer().running() as running:
        running.books.accounts[HUANG] = ACCOUNT
        running.books.credits[HUANG] = CREDITS
        yield running


def core(server: CoreServer, seconds: float = 5.0) -> CoreSystem:
    return CoreSystem(server.address, TOKEN, seconds)


def test_an_account_is_read(server: CoreServer) -> None:
    credits_ = {date(2026, 11, 1): 10500, date(2026, 10, 1): 9800}
    told = Statement(Holdings(102251, 100, date(2026, 11, 23)), credits_)
    assert core(server).statement(HUANG) == told
    assert core(server).statement(CHEN) == Statement(None, {})


def test_a_sharing_is_ended_once_however_often_it_is_ordered(server: CoreServer) -> None:
    asked = core(server)
    assert asked.outcome(ORDER) == "unheard"
    assert [asked.release(ORDER), asked.release(ORDER), asked.outcome(ORDER)] == ["confirmed"] * 3
    assert server.books.ended == [(HUANG, CHEN)]


def test_a_refusal_is_one(server: CoreServer) -> None:
    server.books.refuses.add(HUANG)
    assert (core(server).release(ORDER), core(server).outcome(ORDER)) == ("refused", "refused")
    assert server.books.ended == []


def test_everything_said_is_as_described_and_no_number_stands_in_an_address(server: CoreServer) -> None:
    asked = core(server)
    asked.statement(HUANG)
    asked.statement(CHEN)
    asked.release(ORDER)
    asked.outcome(ORDER)
    for seen in server.seen:
        operation = DESCRIBED["paths"][seen.path]["post"]
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
        question = operation["requestBody"]["content"]["application/json"]["schema"]
        validated(seen.question, question)
        validated(seen.answer, answer)
        named = [each["name"] for each in operation.get("parameters", ())]
        assert [seen.headers.get(name) for name in named] == [seen.question.get("key")] * len(named)
        assert seen.headers["Content-Type"] == "application/json"
        assert not any(number in seen.path for number in (HUANG, CHEN))


def validated(value: Any, schema: Any) -> None:
    jsonschema.Draft202012Validator({**DESCRIBED, **schema}).validate(value)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_answer_is_none_and_nothing_is_repeated(
    server: CoreServer, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    server.fault, server.seconds = fault, 0.7 if fault == "slow" else 0.02
    asked = core(server, seconds=0.35)
    with caplog.at_level(logging.DEBUG, "ivr"):
        assert asked.statement(HUANG) is None
        assert asked.release(ORDER) == "unknown"
    assert len(server.seen) == (0 if fault == "before" else 2)
    server.fault = None
    told = core(server)
    assert told.outcome(ORDER) == ("unheard" if fault == "before" else "confirmed")
    assert caplog.text.count("the core system gave no answer to /") == 2
    assert not any(secret in caplog.text for secret in (HUANG, CHEN, TOKEN, ORDER.key, "102251"))


def test_a_core_system_that_is_not_there_answers_nothing() -> None:
    with CoreServer().running() as stopped:
        address = stopped.address
    asked = CoreSystem(address, TOKEN, 1.0)
    assert (asked.statement(HUANG), asked.release(ORDER), asked.outcome(ORDER)) == (
        None,
        "unknown",
        "unknown",
    )


def test_a_wrong_token_is_no_refusal(server: CoreServer) -> None:
    asked = CoreSystem(server.address, "another", 5.0)
    assert (asked.release(ORDER), asked.outcome(ORDER)) == ("unknown", "unknown")
    assert server.seen == []


def test_an_order_is_never_unheard_in_answer_to_itself(
    server: CoreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.books, "release", server.books.outcome)
    assert core(server).release(ORDER) == "unknown"


def test_the_machines_own_proxies_and_passwords_are_not_used(
    server: CoreServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert core(server).outcome(ORDER) == "unheard"


# --- the breaker


def test_who_fails_five_times_is_left_in_peace_and_then_tried_once(
    server: CoreServer, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [0.0]
    asked = CoreSystem(server.address, TOKEN, 5.0, lambda: clock[0])
    server.fault = "status"
    for _ in range(FAILURES + 3):
        assert asked.outcome(ORDER) == "unknown"
    assert len(server.seen) == FAILURES
    assert caplog.text.count("has failed too often and is not asked for 15 seconds") == 1
    clock[0] = REST
    asked.outcome(ORDER)
    asked.outcome(ORDER)
    assert len(server.seen) == FAILURES + 1
    server.fault = None
    clock[0] = 2 * REST
    assert [asked.outcome(ORDER), asked.outcome(ORDER)] == ["unheard", "unheard"]


def test_failures_that_are_not_in_a_row_open_nothing() -> None:
    breaker = Breaker(lambda: 0.0)
    opened = [breaker.note(answered=number % FAILURES == 0) for number in range(30)]
    assert (any(opened), breaker.permits()) == (False, True)


def test_while_one_tries_the_others_are_not_asked() -> None:
    clock = [0.0]
    breaker = Breaker(lambda: clock[0])
    assert [breaker.note(answered=False) for _ in range(FAILURES)] == [False] * (FAILURES - 1) + [True]
    clock[0] = REST
    assert [breaker.permits(), breaker.permits()] == [True, False]
    clock[0] += REST  # whoever tried has never come back
    assert breaker.permits()


# --- what can be read


def body(**changed: Any) -> bytes:
    return json.dumps({"id_number": HUANG, "account": ACCOUNT, "credits": CREDITS, **changed}).encode()


@pytest.mark.parametrize(
    "changed",
    [
        {"id_number": CHEN},
        {"account": {**ACCOUNT, "balance_fen": "102251"}},
        {"account": {**ACCOUNT, "balance_fen": 1022.51}},
        {"account": {**ACCOUNT, "balance_fen": True}},
        {"account": {**ACCOUNT, "balance_fen": 10**14}},
        {"account": {**ACCOUNT, "as_of": "2026-02-30"}},
        {"account": {**ACCOUNT, "as_of": 20261123}},
        {"account": {"balance_fen": 1, "locked_fen": 0}},
        {"account": []},
        {"credits": None},
        {"credits": [{"month": "2026-13", "amount_fen": 1}]},
        {"credits": [{"month": "0000-01", "amount_fen": 1}]},
        {"credits": CREDITS + CREDITS},
        {"credits": CREDITS * 13},
    ],
)
def test_a_statement_that_is_not_as_described_is_none(changed: dict[str, Any]) -> None:
    assert messages.statement(body(), HUANG)
    assert messages.statement(body(**changed), HUANG) is None


def test_more_fields_than_described_do_no_harm() -> None:
    assert messages.statement(body(account={**ACCOUNT, "currency": "CNY"}, at=1), HUANG)


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["key", "outcome", "id_number", "account", "credits"]), inner)
        ),
        max_leaves=9,
    ).map(lambda value: json.dumps(value).encode())
)
def test_nothing_that_can_be_answered_raises(answer: bytes) -> None:
    assert messages.statement(answer, HUANG) is None or b"id_number" in answer
    assert messages.outcome(answer, ORDER.key) is None
