"""Values survive JSON, and secrets do not."""

import json
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from menus.state import State, Tries, state_from_json, state_to_json
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
    from_json,
    to_json,
    values_from_json,
    values_to_json,
)

plain = st.one_of(
    st.builds(Money, st.integers(-(10**12), 10**12)),
    st.builds(Day, st.dates()),
    st.builds(Month, st.integers(1900, 2100), st.integers(1, 12)),
    st.builds(Moment, st.datetimes(timezones=st.just(UTC))),
    st.builds(Digits, st.text("0123456789-"), st.sampled_from(["phone", "code", "tail"])),
    st.builds(Name, st.text()),
    st.builds(Count, st.integers(0)),
    st.builds(Word, st.text(), st.text()),
    st.builds(Reference, st.integers(1)),
)
names = st.dictionaries(st.text(max_size=5), plain, max_size=4)
values = st.one_of(plain, st.builds(Items, st.lists(names, max_size=4).map(tuple)))


@given(values)
def test_a_value_is_the_same_after_json(value: Value) -> None:
    assert from_json(json.loads(json.dumps(to_json(value)))) == value


@given(st.dictionaries(st.text(), values))
def test_many_values_are_the_same_after_json(many: dict[str, Value]) -> None:
    assert values_from_json(json.loads(json.dumps(values_to_json(many)))) == many


def test_of_a_secret_only_the_length_is_kept() -> None:
    secret = Secret("837294")
    assert to_json(secret) == {"secret": 6}
    assert from_json({"secret": 6}) == Secret("??????")
    assert "837294" not in repr(secret)


def test_a_moment_keeps_its_zone() -> None:
    moment = Moment(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    assert from_json(to_json(moment)) == moment


def test_a_state_is_the_same_after_json() -> None:
    state = State(
        "main",
        "voice",
        date(2026, 11, 22),
        "slow",
        2,
        Tries(1, 2, 3, 1),
        {"amount": Money(5)},
        "balance",
        3,
        "x",
        1,
    )
    assert state_from_json(json.loads(json.dumps(state_to_json(state)))) == state
