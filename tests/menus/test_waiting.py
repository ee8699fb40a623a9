"""Waiting for another machine: what a caller hears while a service has not got its answer yet."""

import doctest

import pytest
from small import FILES, small  # type: ignore[import-not-found]
from test_dialogue import DAY, Talk  # type: ignore[import-not-found]

from menus import waiting
from menus.actions import Ask, Consult, HangUp, Say, Wait
from menus.catalogue import WAITING
from menus.check import check
from menus.dialogue import Turn, begin, step
from menus.events import Arrived, Event, Left, Pressed, Reading, Said, StayedSilent, Told, Wrote
from menus.load import load
from menus.menu import Menus
from menus.state import State
from menus.values import Money, Secret

STILL = Told(WAITING)
ANSWER = Told("ok", {"amount": Money(102251)})


def patiently(menus: Menus, state: State, answer: Told) -> tuple[list[tuple[list[str], int]], Turn]:
    """Wait until the answer comes at the last look; return what was said, with the seconds waited after."""
    waited = []
    turn = step(menus, state, STILL)
    while isinstance(wait := turn.actions[-1], Wait):
        waited.append(([say.prompt for say in turn.actions if isinstance(say, Say)], wait.seconds))
        turn = step(menus, turn.state, StayedSilent())
        consult = turn.actions[-1]
        assert consult == Consult(turn.state.consulting, looks=len(waited))
        turn = step(menus, turn.state, STILL if len(waited) < waiting.LOOKS else answer)
    return waited, turn


def test_a_caller_hears_the_filler_after_two_seconds_and_an_answer_before_ten() -> None:
    talk = Talk().verified()
    waited, turn = patiently(small().menus, talk.turn.state, ANSWER)
    assert waited == [([], 1), ([], 1), (["waiting"], 1), ([], 1)]
    assert [say.prompt for say in turn.actions[:-1] if isinstance(say, Say)] == ["balance", "free"]
    assert (turn.state.menu, turn.state.looks, turn.state.consulting) == ("balance.said", 0, "")


def test_an_answer_that_comes_early_is_told_at_the_next_look() -> None:
    talk = Talk().verified().on(STILL, StayedSilent(), ANSWER)
    assert talk.said == ["balance", "free"]


@pytest.mark.parametrize("event", [Pressed("0"), Said("人工"), Pressed("1"), Arrived("voice", DAY)])
def test_nothing_interrupts_a_wait_but_hanging_up(event: Event) -> None:
    talk = Talk().verified().on(STILL)
    assert talk.on(event).end == Consult("accounts.balance", looks=1)
    assert Talk().verified().on(STILL, Left()).end == HangUp()


def test_a_service_that_never_has_an_answer_has_failed() -> None:
    waited, turn = patiently(small().menus, Talk().verified().turn.state, STILL)
    assert (len(waited), turn.state.menu) == (waiting.LOOKS, "sorry")


def test_a_wait_without_a_filler_is_silent() -> None:
    files = dict(FILES)
    files["menus/start.yaml"] = files["menus/start.yaml"].replace("wait: waiting\n", "")
    loaded = load(files, small().menus.catalogue)
    waited, _ = patiently(loaded.menus, Talk().verified().turn.state, ANSWER)
    assert [said for said, _ in waited] == [[]] * waiting.LOOKS
    assert check(loaded) == []


def test_a_filler_without_wording_is_a_fault() -> None:
    files = dict(FILES)
    files["menus/start.yaml"] = files["menus/start.yaml"].replace("wait: waiting", "wait: wating")
    (fault,) = check(load(files, small().menus.catalogue))
    assert "'wating' has no wording in prompts/zh-CN.yaml" in str(fault)


# --- texts -------------------------------------------------------------------------------------------------


def code(digits: str) -> Wrote:
    return Wrote(digits, Reading(digits, meaning="code"))


def test_a_text_waits_seven_seconds_and_says_nothing_meanwhile() -> None:
    state = begin(Arrived("text", DAY))
    turn = step(small().menus, state, code("482913"))
    waited, turn = patiently(small().menus, turn.state, Told("right", assurance=2))
    assert waited == [([], 1), ([], 1), ([], 4), ([], 1)]
    assert turn.actions[0] == Say("fine", {})


def test_what_was_keyed_is_not_kept_while_waiting() -> None:
    turn = step(small().menus, begin(Arrived("text", DAY)), code("482913"))
    assert any(isinstance(value, Secret) for value in turn.state.answers.values())
    turn = step(small().menus, turn.state, STILL)
    assert not any(isinstance(value, Secret) for value in turn.state.answers.values())


def test_who_writes_again_meanwhile_is_answered_that() -> None:
    turn = step(small().menus, begin(Arrived("text", DAY)), code("482913"))
    turn = step(small().menus, turn.state, STILL)
    turn = step(small().menus, turn.state, Wrote("网点 青秀"))
    consult = turn.actions[-1]
    assert isinstance(consult, Consult)
    assert (consult.service, consult.looks, turn.state.looks) == ("offices.named", 0, 0)
    turn = step(small().menus, turn.state, Told("unknown"))
    assert [type(action) for action in turn.actions] == [Say, Ask]


def test_the_examples_are_true() -> None:
    failed, attempted = doctest.testmod(waiting)
    assert (failed, attempted) == (0, 1)
