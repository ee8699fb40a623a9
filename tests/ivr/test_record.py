"""Turns as JSON: everything comes back as it was, but for secrets, of which only the length does."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import record
from ivr.record import Consulted, Record, masked
from menus import actions, events
from menus.actions import Action, Ask, Consult, HangUp, Say, Transfer, Wait
from menus.dialogue import Turn
from menus.events import (
    Arrived,
    Event,
    Left,
    Meaning,
    Pressed,
    Reading,
    Said,
    StayedSilent,
    Told,
    TransferEnded,
    Wrote,
)
from menus.state import State, Tries
from menus.values import (
    Count,
    Day,
    Digits,
    Items,
    Moment,
    Money,
    Month,
    Name,
    Reference,
    Secret,
    Value,
    Word,
)
from speech.heard import reply
from speech.heard.digit_strings import FIGURES

DAY = date(2026, 11, 23)
words = st.text(max_size=12)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
plain_values: st.SearchStrategy[Value] = st.one_of(
    st.builds(Money, st.integers(-(10**9), 10**9)),
    st.builds(Day, days),
    st.builds(Month, st.integers(1990, 2090), st.integers(1, 12)),
    st.builds(Moment, st.datetimes(timezones=st.just(UTC))),
    st.builds(Digits, words, st.sampled_from(["phone", "code", "tail"])),
    st.builds(Name, words),
    st.builds(Count, st.integers(0, 99)),
    st.builds(Word, words, words),
    st.builds(Reference, st.integers(1, 10**9)),
)
some: st.SearchStrategy[Mapping[str, Value]] = st.dictionaries(words, plain_values, max_size=3)
values = st.dictionaries(
    words, st.one_of(plain_values, st.builds(Items, st.lists(some, max_size=3).map(tuple))), max_size=3
)
# Without four digits in a row, in any script: with them see below.
readings = st.builds(
    Reading,
    digits=st.text("0123456789", max_size=3),
    sure=st.booleans(),
    yes=st.sampled_from([None, True, False]),
    meaning=st.sampled_from(get_args(Meaning)),
)
quiet_words = st.sampled_from(["", "余额", "查 余额", "解绑2", "JB 12", "</Say>\"'&", "😀"])
plain_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        Arrived,
        st.sampled_from(["voice", "text"]),
        days,
        st.sampled_from(["normal", "slow"]),
        st.lists(st.sampled_from(["first_today", "demo", "announcement", "hidden"]), max_size=3).map(tuple),
    ),
    st.builds(Pressed, st.text("0123456789*#", max_size=19)),
    st.builds(Said, quiet_words, st.floats(0, 1), readings, quiet_words),
    st.builds(Wrote, quiet_words, readings),
    st.builds(Told, words, values, st.sampled_from([None, 0, 1, 2, 3])),
    st.builds(TransferEnded, st.sampled_from(["answered", "busy", "no_answer", "failed"])),
    st.just(StayedSilent()),
    st.just(Left()),
)
plain_actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(Say, words, values, st.booleans()),
    st.builds(
        Ask,
        st.integers(1, 18),
        st.integers(1, 60),
        st.booleans(),
        st.booleans(),
        st.lists(words, max_size=3).map(tuple),
    ),
    st.builds(Wait, st.integers(1, 10)),
    st.builds(Consult, words, values, st.integers(0, 5)),
    st.builds(Transfer, words, st.lists(st.builds(Say, words, values, st.booleans()), max_size=2).map(tuple)),
    st.just(HangUp()),
)
states = st.builds(
    State,
    menu=words,
    channel=st.sampled_from(["voice", "text"]),
    day=days,
    pace=st.sampled_from(["normal", "slow"]),
    assurance=st.integers(0, 3),
    tries=st.builds(Tries, *[st.integers(0, 9)] * 5),
    answers=values,
    after=words,
    kept=st.integers(0, 18),
    consulting=words,
    page=st.integers(0, 9),
    asked=words,
    about=words,
    over=st.booleans(),
)
records = st.builds(
    Record,
    plain_events,
    st.lists(
        st.builds(Consulted, words, st.builds(Told, words, values, st.sampled_from([None, 2]))), max_size=3
    ).map(tuple),
    st.builds(Turn, st.lists(plain_actions, max_size=4).map(tuple), states),
)
WRITTEN = "".join(FIGURES.values()).replace(" ", "")
digits = st.text("0123456789", min_size=4, max_size=18)


@given(records)
def test_what_is_not_secret_comes_back_as_it_was(kept: Record) -> None:
    assert record.load(record.dump(kept, secret=False)) == kept
    assert record.load_state(record.dump(kept, secret=False)) == kept.turn.state


def test_what_was_stored_before_anything_was_asked_back_is_still_read() -> None:
    now = Record(Pressed("1"), (), Turn((HangUp(),), State("main", "voice", DAY, tries=Tries(1, 2, 3, 1))))
    stored = json.loads(record.dump(now, secret=False))
    del stored["state"]["asked"], stored["state"]["about"]
    stored["state"]["tries"].pop()
    assert record.load(json.dumps(stored)) == now
    assert record.load_state(json.dumps(stored)) == now.turn.state


def test_a_transfer_that_was_stored_before_anybody_was_told_anything_is_still_read() -> None:
    assert record.action_from_json({"kind": "Transfer", "to": "person"}) == Transfer("person")


@given(plain_events)
def test_events_come_back_as_they_were(event: Event) -> None:
    data = json.loads(json.dumps(record.event_to_json(event, secret=False)))
    assert record.event_from_json(data) == event


def of(event: Event, values: Mapping[str, Value] | None = None) -> Record:
    turn = Turn((Consult("identity.claim", values or {}),), State("id", "voice", DAY, answers=values or {}))
    return Record(event, (Consulted("entry.join", Told("joined", values or {})),), turn)


@given(st.text("0123456789*#", min_size=1, max_size=19))
def test_sec_33_of_secret_keys_only_their_number_is_kept(keys: str) -> None:
    text = record.dump(of(Pressed(keys)), secret=True)
    assert record.load(text).event == Pressed("?" * len(keys))
    assert re.search("[0-9*#]", json.dumps(json.loads(text)["event"])) is None


@given(digits)
def test_sec_33_secrets_leave_only_their_length_wherever_they_stand(keys: str) -> None:
    text = record.dump(of(StayedSilent(), {"keys": Secret(keys)}), secret=False)
    assert keys not in text.replace(DAY.isoformat(), "")
    loaded = record.load(text)
    assert loaded.turn.state.answers == {"keys": Secret("?" * len(keys))}
    assert loaded.consulted[0].told.values == {"keys": Secret("?" * len(keys))}
    assert loaded.turn.actions == (Consult("identity.claim", {"keys": Secret("?" * len(keys))}),)


@given(words)
def test_sec_33_words_that_answer_a_secret_question_are_not_kept(spoken: str) -> None:
    loaded = record.load(record.dump(of(Said(spoken, perhaps=spoken)), secret=True)).event
    assert loaded == Said("?" * len(spoken))


@given(digits, st.sampled_from([Said, Wrote]))
def test_sec_33_digits_in_words_and_what_was_read_of_them_are_masked(keys: str, kind: Any) -> None:
    reading = Reading(digits=keys)
    event = kind(f"验证码是{keys}。", reading=reading)
    text = record.dump(of(event), secret=False)
    assert keys not in text.replace(DAY.isoformat(), "")
    loaded: Any = record.load(text).event
    assert (loaded.reading.digits, len(keys)) == ("?" * len(keys), loaded.reading.digits.count("?"))


@pytest.mark.parametrize(
    "text",
    [
        "482913",
        "４８２９１３",
        "482 913",
        "482-913",
        "四八二九幺三",
        "四 八 二 九 一 三",
        "45019919520405999X",
        "我的号码450199195503179983,密码837294",
        "٤٨٢٩١٣",
        "①②③④⑤⑥",
        "482913 482914",
        "4.8.2.9.1.3",
        "4,8,2,9,1,3",
        "壹贰叁肆伍陆",
        "4八2九1三",
        "肆、捌、贰;玖/壹…叁",
        "4 8 2 9\n1 3",
        "___4_8_2_9_1_3",
    ],
)
def test_sec_33_codes_and_numbers_in_texts_are_masked_however_they_are_written(text: str) -> None:
    left = masked(text)
    assert sum(character.isnumeric() for character in left) < 4
    assert masked(left) == left


@given(
    st.lists(st.sampled_from(WRITTEN), min_size=6, max_size=6),
    st.lists(st.sampled_from(["", " ", ",", "。", "-", "/", "、", ".", "\n", "…"]), min_size=6, max_size=6),
)
def test_sec_33_whatever_is_understood_as_a_code_is_masked(figures: list[str], between: list[str]) -> None:
    text = "".join(figure + gap for figure, gap in zip(figures, between, strict=True))
    assert reply(text).code is not None
    assert not set(masked(text)) & set(WRITTEN)


@pytest.mark.parametrize("text", ["余额", "解绑 2", "网点 青秀", "CX", "120", "第三位", "不是我", ""])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert masked(text) == text


def test_every_event_and_every_action_has_its_json() -> None:
    assert set(record._EVENTS) == {kind.__name__ for kind in get_args(events.Event)}
    assert set(record._ACTIONS) == {kind.__name__ for kind in get_args(actions.Action)}
    assert {field.name for field in fields(Record)} == {"event", "consulted", "turn"}


def test_a_record_can_be_read_by_a_person() -> None:
    text = record.dump(of(Wrote("网点 青秀")), secret=False)
    assert '"text":"网点 青秀"' in text
