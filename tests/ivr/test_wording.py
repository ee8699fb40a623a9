"""Templates filled: what is said is speakable, what is written is exact, faults name the placeholder."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ivr.wording import WordingError, placeholders, spoken, written
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
from speech.spoken import assert_speakable

NINE_THIRTY = Moment(datetime(2026, 11, 22, 1, 30, tzinfo=UTC))
CONSTANTS = {"机构": "南宁医保", "hotline": Digits("0771-0000000", "phone")}


@pytest.mark.parametrize(
    ("template", "values", "words"),
    [
        ("余额是,{amount}。", {"amount": Money(102251)}, "余额是,一千零二十二元五角一分。"),
        ("{amount}。再说一遍,{amount}。", {"amount": Money(200)}, "两元。再说一遍,两元。"),
        ("负的{amount}", {"amount": Money(-5)}, "负的负五分"),
        ("有{count}位。", {"count": Count(2)}, "有两位。"),
        ("有{count}个。", {"count": Count(12)}, "有十二个。"),
        ("试{left}次,共{left}笔。", {"left": Count(2)}, "试两次,共两笔。"),
        ("等{count}小时", {"count": Count(2)}, "等两小时"),
        ("第{rank}位", {"rank": Count(2)}, "第二位"),
        ("请按{key}。", {"key": Count(2)}, "请按二。"),
        ("{key}", {"key": Count(2)}, "二"),
        ("{day}止", {"day": Day(date(2026, 11, 21))}, "二零二六年十一月二十一日止"),
        ("{month}", {"month": Month(2026, 10)}, "二零二六年十月"),
        ("{moment},", {"moment": NINE_THIRTY}, "十一月二十二日九点三十分,"),
        ("{phone}", {"phone": Digits("0771-2800185", "phone")}, "零七七幺,二八零,零幺八五"),
        ("{code}", {"code": Digits("482913", "code")}, "四八二,九幺三"),
        ("尾号{tail}", {"tail": Digits("999X", "tail")}, "尾号九九九艾克斯"),
        ("{relation}{name}", {"relation": Word("爱人"), "name": Name("陈*英")}, "爱人陈某英"),
        ("{地点}见", {"地点": Word("大楼诶座", "大楼A座")}, "大楼诶座见"),
        ("这里是{机构}。", {}, "这里是南宁医保。"),
        ("请拨{hotline}", {}, "请拨零七七幺,零零零,零零零零"),
        ("请按零。", {}, "请按零。"),
    ],
)
def test_says_values_in_hanzi(template: str, values: dict[str, Value], words: str) -> None:
    assert spoken(template, values, CONSTANTS) == words


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("余额{amount}元", {"amount": Money(102251)}, "余额1022.51元"),
        ("余额{amount}元", {"amount": Money(5)}, "余额0.05元"),
        ("余额{amount}元", {"amount": Money(-1230)}, "余额-12.30元"),
        ("截至{day}", {"day": Day(date(2026, 11, 1))}, "截至11月1日"),
        ("{month}到账", {"month": Month(2026, 10)}, "2026年10月到账"),
        ("{moment}解除", {"moment": NINE_THIRTY}, "11月22日9点30分解除"),
        ("{moment}", {"moment": Moment(datetime(2026, 11, 22, 17, 5, tzinfo=UTC))}, "11月23日1点05分"),
        ("电话{phone}", {"phone": Digits("0771-2800185", "phone")}, "电话0771-2800185"),
        ("与{name}", {"name": Name("陈*英")}, "与陈*英"),
        ("还能试{left}次", {"left": Count(2)}, "还能试2次"),
        ("到{place}", {"place": Word("大楼诶座", "大楼A座")}, "到大楼A座"),
        ("您的{relation}", {"relation": Word("爱人")}, "您的爱人"),
        ("【{机构}】请拨{hotline}", {}, "【南宁医保】请拨0771-0000000"),
        ("不变", {}, "不变"),
        ("", {}, ""),
    ],
)
def test_writes_values_in_figures(template: str, values: dict[str, Value], text: str) -> None:
    assert written(template, values, CONSTANTS) == text


def test_a_value_of_the_turn_wins_over_a_constant() -> None:
    assert written("{机构}", {"机构": Word("窗口")}, CONSTANTS) == "窗口"


def test_a_constant_with_figures_is_spoken_too() -> None:
    assert spoken("{line}", {}, {"line": "12333热线"}) == "幺二三三三热线"


@pytest.mark.parametrize("fill", [spoken, written])
def test_a_missing_value_is_named(fill: Any) -> None:
    with pytest.raises(WordingError, match=r"\{amount\}"):
        fill("余额{amount}元", {"day": Day(date(2026, 1, 1))}, CONSTANTS)


@pytest.mark.parametrize("fill", [spoken, written])
@pytest.mark.parametrize("value", [Reference(5), Secret("482913"), Items(())])
def test_what_has_no_words_is_refused_by_name_not_by_content(fill: Any, value: Value) -> None:
    with pytest.raises(WordingError, match=r"\{thing\}") as refused:
        fill("看{thing}", {"thing": value}, {})
    assert "482913" not in str(refused.value)


@pytest.mark.parametrize("fill", [spoken, written])
def test_a_full_name_is_refused_and_not_repeated(fill: Any) -> None:
    with pytest.raises(WordingError) as refused:
        fill("与{name}", {"name": Name("陈小英")}, {})
    assert "陈" not in str(refused.value)


@pytest.mark.parametrize("template", ["请按1", "余额{amount}元A", "{word}"])
def test_nothing_but_hanzi_is_said(template: str) -> None:
    with pytest.raises(WordingError, match="cannot be said"):
        spoken(template, {"amount": Money(1), "word": Word("A座")}, {})


def test_an_empty_prompt_is_not_said() -> None:
    with pytest.raises(WordingError):
        spoken("", {}, {})


@pytest.mark.parametrize("template", ["{amount", "amount}", "{}", "{a b}", "{{amount}}", "{1}", "{a.b}"])
def test_a_broken_brace_is_a_fault_everywhere(template: str) -> None:
    for fill in (lambda: spoken(template, {}, {}), lambda: written(template, {}, {})):
        with pytest.raises(WordingError, match="brace"):
            fill()
    with pytest.raises(WordingError, match="brace"):
        placeholders(template)


def test_placeholders_are_listed_once_in_their_order() -> None:
    assert placeholders("【{机构}】{month}到账{amount}元,{amount}") == ("机构", "month", "amount")
    assert placeholders("您好") == ()


VALUES = some.one_of(
    some.builds(Money, some.integers(-(10**11), 10**11)),
    some.builds(Count, some.integers(0, 10**6)),
    some.builds(Day, some.dates(date(1900, 1, 1), date(2100, 1, 1))),
    some.builds(Month, some.integers(1900, 2100), some.integers(1, 12)),
    some.builds(Moment, some.datetimes(datetime(1990, 1, 1), timezones=some.just(UTC))),  # noqa: DTZ001
    some.builds(Digits, some.text("0123456789", min_size=1, max_size=12), some.just("phone")),
    some.builds(Name, some.sampled_from(["陈*英", "黄*", "欧阳**"])),
    some.builds(Word, some.sampled_from(["爱人", "孩子"])),
)


@given(VALUES, VALUES)
def test_whatever_is_said_may_be_given_to_a_voice(first: Value, second: Value) -> None:
    words = spoken("好,{first}位,第{second}。", {"first": first, "second": second}, {})
    assert_speakable(words)
    assert words.startswith("好,")


@given(VALUES)
def test_the_same_value_is_said_and_written_every_time_alike(value: Value) -> None:
    twice = spoken("{value},{value}", {"value": value}, {})
    once = spoken("{value}", {"value": value}, {})
    assert twice == f"{once},{once}"
    assert written("{value}|{value}", {"value": value}, {}).split("|")[0] == written(
        "{value}", {"value": value}, {}
    )


@given(some.integers(0, 10**12))
def test_written_money_is_exact(fen: int) -> None:
    text = written("{amount}", {"amount": Money(fen)}, {})
    assert int(text.replace(".", "")) == fen
    assert text[-3] == "."
