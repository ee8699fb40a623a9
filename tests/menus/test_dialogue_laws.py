"""The laws of the core, for random events on the small hotline, the shipped menus and random valid menus."""

import json
from dataclasses import astuple
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_menus import menus as random_menus  # type: ignore[import-not-found]
from small import small  # type: ignore[import-not-found]

from ivr.services.register import CATALOGUE
from menus.actions import Ask, Consult, HangUp, Say, Transfer, Wait
from menus.catalogue import EXPIRED, FAILED, WAITING
from menus.check import check
from menus.dialogue import REPETITIONS, Turn, begin, step
from menus.events import (
    Arrived,
    Event,
    Left,
    Pressed,
    Reading,
    Said,
    StayedSilent,
    Told,
    TransferEnded,
    Wrote,
)
from menus.load import load_folder
from menus.menu import Menus
from menus.question import phrases
from menus.state import State, state_from_json, state_to_json
from menus.values import Count, Items, Money, Name, Reference, Secret, Value, Word
from menus.waiting import LOOKS

DAY = date(2026, 11, 22)
ENDINGS = (Ask, Wait, Transfer, HangUp, Consult)
MENUS = small().menus

keys = st.one_of(
    st.sampled_from(
        ["1", "2", "3", "4", "0", "8", "9", "*", "#", "1#", "5", "123456", "12345", "1234567", "**"]
    ),
    st.sampled_from(
        ["450199195503179983", "45019919520405999*", "45019919520405999", "4501*450199195503", "12345678#"]
    ),
    st.text("0123456789*#", min_size=1, max_size=20),
)
readings = st.builds(
    Reading,
    digits=st.text("0123456789", max_size=7),
    sure=st.booleans(),
    yes=st.sampled_from([True, False, None]),
    meaning=st.sampled_from(["code", "refusal", "not_me", "opt_out", "unclear"]),
)
words = st.one_of(
    st.sampled_from(["余额", "网点 青秀", "网点", "CX", "1", "查余额", "家人", "?", ""]), st.text(max_size=8)
)
# What is heard: whole phrases, such by their sound, halves of them that are asked back about, and anything.
spoken = st.one_of(
    st.sampled_from(
        [
            "查余额",
            "茶鱼鹅",
            "我看看余我",
            "家人",
            "人工",
            "朝人",
            "找人工",
            "再看一遍",
            "慢点说",
            "返回",
            "救命",
        ]
    ),
    st.sampled_from(
        ["不要查余额", "接触绑定", "邦定", "发短心", "不发", "确定", "一宝卡里", "是", "不是", "喂"]
    ),
    st.text("查余额到账解除绑定不没别是要的一二人工找再说遍。 给谁用", max_size=9),
    words,
)
values: dict[str, st.SearchStrategy[Value]] = {
    "amount": st.builds(Money, st.integers(0, 10**9)),
    "locked": st.builds(Money, st.integers(0, 10**9)),
    "name": st.just(Name("陈*英")),
    "office": st.just(Word("青秀")),
    "keys": st.builds(Secret, st.text("0123456789*", max_size=18)),
    "people": st.lists(
        st.fixed_dictionaries(
            {"name": st.just(Name("陈*英")), "binding": st.builds(Reference, st.integers(1, 9))}
        ),
        max_size=9,
    ).map(lambda items: Items(tuple(items))),
}


def told_by(menus: Menus, service: str, data: st.DataObject) -> Told:
    """Draw any answer a service may give, dishonest assurances included."""
    outcomes = menus.catalogue[service].outcomes
    outcome = data.draw(st.sampled_from([*outcomes, EXPIRED, FAILED, WAITING, "nonsense"]))
    declared = outcomes[outcome].values if outcome in outcomes else {}
    optional = {name: values.get(name, st.just(Count(1))) for name in declared}
    known = data.draw(st.fixed_dictionaries({}, optional=optional))
    return Told(outcome, known, data.draw(st.sampled_from([None, 0, 1, 2, 3])))


def events() -> st.SearchStrategy[Event]:
    return st.one_of(
        st.builds(Pressed, keys),
        st.builds(Said, spoken, st.floats(0, 1), readings, spoken),
        st.builds(Said, spoken),
        st.builds(Wrote, words, readings),
        st.just(StayedSilent()),
        st.builds(TransferEnded, st.sampled_from(["answered", "busy", "no_answer", "failed"])),
        st.builds(Arrived, st.sampled_from(["voice", "text"]), st.just(DAY)),
        st.builds(Told, st.just("ok"), st.just({}), st.just(3)),
    )


def through_json(state: State) -> State:
    text = json.dumps(state_to_json(state), ensure_ascii=False)
    assert len(text.encode()) < 2048
    again = state_from_json(json.loads(text))
    assert again == state
    return again


def check_turn(menus: Menus, before: State, event: Event, turn: Turn) -> None:
    *saying, ending = turn.actions
    assert isinstance(ending, ENDINGS)
    assert all(isinstance(action, Say) for action in saying)
    if not isinstance(event, Told):
        assert turn.state.assurance <= before.assurance
    for action in saying:
        assert isinstance(action, Say)
        needed = [menus.levels.get(name, 0) for name in menus.placeholders[action.prompt]]
        assert all(level <= turn.state.assurance or level <= before.assurance for level in needed)
        assert set(action.values) == set(menus.placeholders[action.prompt])
        assert not any(isinstance(value, Secret | Reference) for value in action.values.values())
    if isinstance(ending, Consult):
        assert menus.catalogue[ending.service].needs <= turn.state.assurance
    if isinstance(ending, Wait):
        assert 1 <= ending.seconds <= 10
    assert (turn.state.over) == isinstance(ending, HangUp)
    if turn.state.looks:
        # Whoever waits for another machine does so at most so often, and no secret is stored meanwhile.
        assert isinstance(ending, Wait | Consult)
        assert turn.state.consulting
        assert turn.state.looks <= LOOKS
        assert not any(isinstance(value, Secret) for value in turn.state.answers.values())
    check_hearing(menus, event, turn)


def check_hearing(menus: Menus, event: Event, turn: Turn) -> None:
    """Nothing is heard that must be keyed; what is asked back about is an answer of the question."""
    state, ending = turn.state, turn.actions[-1]
    if isinstance(ending, Ask):
        menu = menus.menus[state.menu]
        silent = ending.secret or menu.keys_only or state.tries.unheard
        assert not (silent and ending.phrases)
        assert state.asked in {"", *phrases(menus.start, menu)}
        assert not (silent and state.asked)
    if isinstance(event, Said | Pressed):
        assert state.tries.unheard <= 3


def take(menus: Menus, state: State, event: Event, data: st.DataObject) -> Turn:
    """Take one turn as a host does: services answer until the turn ends with the caller."""
    turn = step(menus, state, event)
    check_turn(menus, state, event, turn)
    for _ in range(50):
        last = turn.actions[-1]
        if not isinstance(last, Consult):
            return turn
        told = told_by(menus, last.service, data)
        if told.outcome == EXPIRED and not menus.catalogue[last.service].needs:
            continue  # a host says expired only of what needed a verification
        before, turn = turn.state, step(menus, turn.state, told)
        check_turn(menus, before, told, turn)
    raise AssertionError("services were consulted without end")


def walk(menus: Menus, channel: Any, happenings: list[Event], data: st.DataObject) -> None:
    state = begin(Arrived(channel, DAY, facts=("first_today",)))
    turn = take(menus, state, Arrived(channel, DAY), data)
    stayed = 0
    for event in happenings:
        before = through_json(turn.state)
        turn = take(menus, before, event, data)
        entered = turn.state.menu != before.menu or not any(vars_of(turn.state))
        waits = turn.state.looks or before.looks
        stayed = 0 if entered else stayed + (not waits)
        # Silences, wrong keys, repetitions and the free silence of an ID: no more turns than these.
        if channel == "voice":
            assert stayed <= 3 + 2 + REPETITIONS + 1
    assert step(menus, turn.state, Left()).actions == (HangUp(),)
    over = step(menus, turn.state, Left()).state
    for event in happenings[:3]:
        assert step(menus, over, event).actions == (HangUp(),)


def vars_of(state: State) -> tuple[int, ...]:
    return (*astuple(state.tries), len(state.asked))


@settings(max_examples=400)
@given(st.sampled_from(["voice", "text"]), st.lists(events(), max_size=25), st.data())
def test_the_laws_hold_for_any_events_on_the_small_hotline(
    channel: str, happenings: list[Event], data: st.DataObject
) -> None:
    walk(MENUS, channel, happenings, data)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(random_menus(), st.lists(events(), max_size=20), st.data())
def test_the_laws_hold_for_any_events_on_any_valid_menus(
    menus: Menus, happenings: list[Event], data: st.DataObject
) -> None:
    walk(menus, "voice", happenings, data)


@pytest.fixture(scope="module")
def shipped() -> Menus:
    return load_folder(Path(__file__).parents[2] / "config", CATALOGUE).menus


@settings(max_examples=400)
@given(st.sampled_from(["voice", "text"]), st.lists(events(), max_size=25), st.data())
def test_the_laws_hold_for_any_events_on_the_shipped_menus(
    shipped: Menus, channel: str, happenings: list[Event], data: st.DataObject
) -> None:
    walk(shipped, channel, happenings, data)


def test_the_small_hotline_has_no_fault() -> None:
    assert check(small()) == []


@given(st.lists(st.integers(0, 3), max_size=6), st.data())
def test_a_silent_caller_reaches_an_end(presses: list[int], data: st.DataObject) -> None:
    state = begin(Arrived("voice", DAY))
    turn = take(MENUS, state, Arrived("voice", DAY), data)
    for press in presses:
        turn = take(MENUS, turn.state, Pressed(str(press + 1)), data)
    for _ in range(40):
        if isinstance(turn.actions[-1], Transfer | HangUp):
            return
        turn = take(MENUS, turn.state, StayedSilent(), data)
    raise AssertionError("a silent caller is kept on the line for ever")
