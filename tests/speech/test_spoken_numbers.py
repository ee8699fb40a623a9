"""Numbers and amounts in Hanzi: laws over wide ranges, and what is refused."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.spoken import (
    AmountError,
    UnspeakableError,
    assert_speakable,
    cardinal,
    count,
    money,
    ordinal,
    percent,
    yuan,
)

FIGURES = {figure: value for value, figure in enumerate("零一二三四五六七八九")} | {"两": 2}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10**4, "亿": 10**8}


def number_of(words):
    """Read a cardinal back with a stack of units, sharing nothing with the code under test."""
    total = section = figure = 0
    for character in words:
        if character in FIGURES:
            figure = FIGURES[character]
        elif character in SMALL:
            section += (figure or 1) * SMALL[character]
            figure = 0
        else:
            total += (section + figure) * LARGE[character]
            section = figure = 0
    return total + section + figure


def fen_of(words):
    """Read an amount back: what stands before 元, 角 and 分."""
    sign = -1 if words.startswith("负") else 1
    parts = re.fullmatch(r"负?(?:(?P<yuan>[^元角分]+)元)?(?:零?(?P<jiao>.)角)?(?:零?(?P<fen>.)分)?", words)
    worth = {"yuan": 100, "jiao": 10, "fen": 1}
    return sign * sum(number_of(words) * worth[name] for name, words in parts.groupdict().items() if words)


@given(st.integers(0, 10**12 - 1) | st.integers(0, 120_000))
def test_a_cardinal_is_read_back_as_the_same_number(number):
    words = cardinal(number)
    assert number_of(words) == number
    assert_speakable(words)


@given(st.integers(0, 10**12 - 1) | st.integers(0, 9).flatmap(lambda n: st.just(n * 10**8 + n)))
def test_a_cardinal_keeps_the_rules_of_zero_and_two(number):
    words = cardinal(number)
    assert "零零" not in words
    assert number == 0 or not words.endswith("零")
    assert "两" not in words[1:], "only a leading 千, 万 or 亿 takes 两"
    assert not re.search("两(?![千万亿])", words)
    assert not words.startswith("一十")


@given(st.integers(-(10**13), 10**13) | st.integers(-100_000, 100_000))
def test_an_amount_is_read_back_as_the_same_fen(fen):
    words = money(fen)
    assert fen_of(words) == fen
    assert_speakable(words)


@given(st.integers(-(10**13), 10**13))
def test_yuan_takes_every_amount_it_is_written_with(fen):
    sign = "-" if fen < 0 else ""
    assert yuan(f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}") == fen


def test_yuan_takes_one_decimal_and_none():
    assert (yuan("3"), yuan("3.5"), yuan("-0.5"), yuan("-0.00")) == (300, 350, -50, 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.005", "two decimals"),
        ("-12.300", "two decimals"),
        ("", "empty"),
        ("  ", "empty"),
        ("1,022.51", "without commas"),
        ("1，022", "without commas"),
        ("1e3", "such as 1022.51"),
        ("NaN", "such as 1022.51"),
        ("¥", "such as 1022.51"),
        ("¥5", "such as 1022.51"),
        (".5", "such as 1022.51"),
        ("5.", "such as 1022.51"),
        ("+5", "such as 1022.51"),
        (" 5", "such as 1022.51"),
        ("5\n", "such as 1022.51"),
        ("５", "such as 1022.51"),
        ("1" * 13, "such as 1022.51"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_reason(text, sentence):
    with pytest.raises(AmountError, match=sentence):
        yuan(text)


@given(st.text())
def test_yuan_answers_or_refuses(text):
    try:
        fen = yuan(text)
    except AmountError:
        return
    assert Decimal(text) * 100 == fen


@pytest.mark.parametrize("text", ["88776.655", "8,877.66", "887766元"])
def test_the_refusal_does_not_repeat_the_amount(text):
    with pytest.raises(AmountError) as refusal:
        yuan(text)
    assert "8" not in str(refusal.value)


def test_numbers_too_large_to_say_are_refused():
    assert cardinal(10**12 - 1).startswith("九千九百九十九亿")
    with pytest.raises(UnspeakableError):
        cardinal(10**12)
    with pytest.raises(UnspeakableError):
        money(-(10**14))


def test_zero_groups_between_are_announced_once():
    assert cardinal(100002345) == "一亿零二千三百四十五"
    assert cardinal(300000020) == "三亿零二十"
    assert cardinal(-15) == "负十五"


def test_two_of_a_thing_is_the_other_two():
    assert (count(2, "笔"), count(2), count(12, "位"), count(200, "人")) == ("两笔", "两", "十二位", "二百人")
    assert (ordinal(2), ordinal(12)) == ("第二", "第十二")


def test_percentages_and_ranges():
    assert percent("2%") == percent("2") == "百分之二"
    assert percent("12.05％") == "百分之十二点零五"
    assert percent("2%-3%") == percent("2～3%") == percent("2到3") == "百分之二到百分之三"


@pytest.mark.parametrize("text", ["", "%", "1%~2%~3%", "a%", "1.%", "1e3%"])
def test_what_is_no_percentage_is_refused(text):
    with pytest.raises(UnspeakableError):
        percent(text)
