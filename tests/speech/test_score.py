"""Scores: where a voice rests and how long, what is spoken whole, and that no word is ever lost."""

import datetime
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech import spoken
from speech.clips.kinds import KINDS, KindOfClip
from speech.phrasing import HANZI, syllables
from speech.score import (
    AFTER_KEY,
    NORMAL,
    SLOW,
    SLOWER_THAN_SLOW,
    Clip,
    Part,
    Phrase,
    Piece,
    Rest,
    Score,
    Value,
    Word,
    joined,
    phrases,
    score,
)
from speech.telephone import silence

BALANCE = Value("money", "三千一百二十五元六角八分")
PHONE = Value("digits", "二八零,零幺八五")
NAME = Value("name", "陈某英")
PACES = pytest.mark.parametrize("pace", [NORMAL, SLOW])


def texts(parts: Iterable[Part]) -> list[str]:
    return [part.text for part in parts if isinstance(part, Phrase | Clip)]


def rests(parts: Iterable[Part]) -> list[float]:
    return [part.seconds for part in parts if isinstance(part, Rest)]


def rest_before(parts: Score, text: str, nth: int = 0) -> float:
    """Seconds of silence right before the nth part with this text; 0 if there is none."""
    places = [place for place, part in enumerate(parts) if getattr(part, "text", "") == text]
    before = parts[places[nth] - 1]
    return before.seconds if isinstance(before, Rest) else 0.0


def hanzi(text: str) -> str:
    return "".join(character for character in text if syllables(character))


@PACES
@pytest.mark.parametrize("before", ["余额是", "余额是,", "余额是。", "余额是：“"])
def test_an_amount_comes_after_a_second(before: str, pace: float) -> None:
    assert rest_before(score((before, BALANCE), pace), "三千一百") == pytest.approx(1.0 / pace, abs=0.001)


def test_nothing_rests_a_second_but_before_an_amount() -> None:
    said = score(("电话是,", PHONE, "。", NAME, "您好。", Word("配偶"), ",", Value("day", "六月一日"), "。"))
    assert max(rests(said)) < 0.8


@PACES
def test_sentences_and_options_stand_apart(pace: float) -> None:
    said = score(("查余额,请按一。查到账,请按二！要人工,请按零;挂机也行",), pace)
    assert texts(said) == ["查余额,请按一。", "查到账,请按二！", "要人工,请按零;", "挂机也行"]
    assert rests(said) == pytest.approx([0.4 / pace] * 3, abs=0.001)


@pytest.mark.parametrize("stop", [*"。！？；.!?;\n", "。”", "。》 ", "?!", "。。。"])
def test_every_stop_ends_a_sentence(stop: str) -> None:
    assert rests(score((f"您好{stop}请讲",))) == [0.4]
    assert rests(score(("您好", Value("count", "三"), f"{stop}请讲")))[-1] == 0.4


@PACES
def test_groups_of_digits_stand_apart_in_values_and_in_text(pace: float) -> None:
    value = score(("电话是", Value("digits", "幺三八,零零幺三,八零零零")), pace)
    text = score(("电话是幺三八,零零幺三，八零零零,请记好。",), pace)
    assert texts(text) == ["电话是幺三八", "零零幺三", "八零零零,请记好。"]
    groups = rests(text), [rest for rest in rests(value) if rest >= 0.5]
    for found in groups:
        assert len(found) == 2
        assert all(0.6 <= rest * pace <= 0.8 for rest in found)
        assert pace == NORMAL or min(found) > 0.8


def test_a_group_of_digits_ends_as_long_where_words_change() -> None:
    assert score((Word("青秀区"), "的电话是二八零,零幺八五。")) == (
        Phrase("青秀区的电话是二八零", NORMAL),
        Rest(0.7),
        Phrase("零幺八五。", NORMAL),
    )


def test_the_second_reading_is_slower() -> None:
    said = score(("余额是,", BALANCE, "。再说一遍,", BALANCE, "。"))
    clips = [(part.text, part.pace) for part in said if isinstance(part, Clip)]
    words = ["三千一百", "二十五元", "六角八分"]
    assert clips == [(word, NORMAL) for word in words] + [(word, SLOW) for word in words]
    assert rest_before(said, "二十五元", 1) > rest_before(said, "二十五元", 0) > 0
    assert rest_before(said, "三千一百", 1) == 1.0


def test_a_second_reading_at_the_slow_pace_rests_longer() -> None:
    said = score(("电话是,", PHONE, ",再说一遍,", PHONE), SLOW)
    assert {part.pace for part in said if isinstance(part, Phrase | Clip)} == {SLOW}
    assert rest_before(said, "零幺", 0) == pytest.approx(0.7 / SLOW, abs=0.001)
    assert rest_before(said, "零幺", 1) == pytest.approx(0.7 / SLOWER_THAN_SLOW, abs=0.001)
    assert rest_before(said, "八五", 1) > rest_before(said, "八五", 0)


@pytest.mark.parametrize(("kind", "text"), [("name", "陈某英"), ("day", "六月一日"), ("count", "二十一")])
def test_what_need_not_be_written_down_is_said_alike_each_time(kind: KindOfClip, text: str) -> None:
    said = score((Value(kind, text), "和", Value(kind, text)))
    assert {part.pace for part in said if isinstance(part, Clip)} == {NORMAL}


def test_another_amount_is_no_second_reading() -> None:
    said = score(("花了", Value("money", "三元"), ",剩", Value("money", "五元")))
    assert {part.pace for part in said if isinstance(part, Clip)} == {NORMAL}


def test_clauses_are_spoken_alone_only_where_words_change() -> None:
    said = score(("查余额,请按一。给", Word("配偶"), "办,请按二。要人工,请按零。"))
    assert said == (
        Phrase("查余额,请按一。", NORMAL),
        Rest(0.4),
        Phrase("给配偶办,", NORMAL),
        Rest(0.25),
        Phrase("请按二。", NORMAL),
        Rest(0.4),
        Phrase("要人工,请按零。", NORMAL),
    )


def test_a_word_beyond_a_value_parts_nothing() -> None:
    said = score(("您好,余额是", Value("money", "三元"), "。", Word("配偶"), ",好"))
    assert texts(said) == ["您好,余额是", "三元", "配偶,", "好"]


def test_a_changed_word_changes_its_own_clause_only() -> None:
    """So that words times clauses can be rendered ahead, not words times words."""
    one, other = (
        score((Word(relation), "张某,请按", Word(key), "。"))
        for relation, key in [("配偶", "一"), ("父亲", "二")]
    )
    mixed = score((Word("配偶"), "张某,请按", Word("二"), "。"))
    assert set(mixed) <= {*one, *other}


def test_fixed_text_in_several_pieces_is_one_sentence() -> None:
    assert score(("您好,", "这里是", "南宁医保", "。")) == (Phrase("您好,这里是南宁医保。", NORMAL),)


def test_values_may_begin_and_end_and_follow_one_another() -> None:
    said = score((Value("day", "六月一日"), Value("money", "三元")))
    assert said == (
        Clip("day", "六月", NORMAL),
        Rest(0.08),
        Clip("day", "一日", NORMAL),
        Rest(1.0),
        Clip("money", "三元", NORMAL),
    )


def test_words_beside_clips_follow_at_once() -> None:
    said = score(("关联", NAME, "吗?"))
    assert rests(said) == [0.08, 0.08]
    assert texts(said) == ["关联", "陈某", "英", "吗?"]


def test_a_rest_is_as_long_as_the_longest_that_is_asked_for() -> None:
    said = score((Value("count", "三"), "。,", Value("count", "五"), "，“再”"))
    assert rests(said) == [0.4, 0.25]
    assert texts(said) == ["三", "五", "再”"]


@pytest.mark.parametrize("pieces", [(), ("",), ("。",), ("，", Word("……"), "》"), (Word(""), " \n")])
def test_where_nothing_is_said_there_is_no_silence_either(pieces: tuple[Piece, ...]) -> None:
    assert score(pieces) == ()


def test_rare_hanzi_that_unicode_added_late_are_words() -> None:
    assert texts(score(("\U000323af好。",))) == ["\U000323af好。"]


def test_a_value_that_is_none_is_refused() -> None:
    with pytest.raises(spoken.UnspeakableError):
        score(("余额是", Value("money", "三百")))


def test_sentences_are_joined_with_a_rest_between() -> None:
    first, amount = score(("您好。",)), score((Value("money", "三元"),))
    slow = score(("再见。",), SLOW)
    assert joined((first, first)) == (*first, Rest(0.4), *first)
    assert joined((first, slow)) == (*first, Rest(0.513), *slow)
    assert joined((first, amount), AFTER_KEY) == (Rest(0.5), *first, Rest(1.0), *amount)
    assert joined((amount, (silence(1),), first)) == (*amount, Rest(0.4), silence(1), Rest(0.4), *first)
    assert joined(()) == ()


def test_an_empty_sentence_adds_no_rest() -> None:
    first = score(("您好。",))
    assert joined(((), first, (), first, ())) == (*first, Rest(0.4), *first)
    assert joined(((), first), AFTER_KEY) == (Rest(0.5), *first)


def test_a_text_for_everybody_is_rendered_sentence_by_sentence() -> None:
    assert list(phrases("您好。请按一。", SLOW)) == [Phrase("您好。", SLOW), Phrase("请按一。", SLOW)]


WORDS = st.text(st.sampled_from("您好余额是请按查一二零〇的区,，。！？;：、\n ”“·…\U000323af"), max_size=12)
VALUES = st.one_of(
    st.builds(Value, st.just("money"), st.integers(-(10**6), 10**11 - 1).map(spoken.money)),
    st.builds(
        Value, st.just("day"), st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 1, 1)).map(spoken.date)
    ),
    st.builds(
        Value,
        st.just("digits"),
        st.from_regex(r"\A[0-9]{3,20}\Z").map(lambda number: spoken.digits(number, "phone")),
    ),
    st.builds(Value, st.just("name"), st.sampled_from("陈爨单欧那").map(lambda name: f"{name}某英")),
    st.builds(Value, st.just("count"), st.integers(0, 999).map(spoken.cardinal)),
)
PIECES = st.lists(st.one_of(WORDS, WORDS.map(Word), VALUES), max_size=8)


def told(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece.text


@given(PIECES, st.sampled_from([NORMAL, SLOW]))
def test_every_hanzi_is_said_in_order_and_every_clip_can_be_rendered(
    pieces: list[Piece], pace: float
) -> None:
    said = score(pieces, pace)
    named = [piece for piece in pieces if isinstance(piece, Value) and piece.kind == "name"]
    expected = "".join(
        "".join(KINDS["name"].split(piece.text)) if piece in named else hanzi(told(piece)) for piece in pieces
    )
    assert hanzi("".join(texts(said))) == expected
    for part in said:
        if isinstance(part, Clip):
            assert part.text in set(KINDS[part.kind].inventory())
        if isinstance(part, Phrase):
            spoken.assert_speakable(part.text)
            assert part.text[0] in hanzi(part.text)


@given(PIECES, st.sampled_from([NORMAL, SLOW]))
def test_rests_stand_alone_and_never_at_an_end(pieces: list[Piece], pace: float) -> None:
    said = score(pieces, pace)
    resting = [isinstance(part, Rest) for part in said]
    assert not said or not (resting[0] or resting[-1])
    assert not any(left and right for left, right in pairwise(resting))
    assert all(0 < rest <= 1.0 / pace + 0.3 for rest in rests(said))


@given(PIECES)
def test_at_the_slow_pace_the_same_is_said_with_longer_rests(pieces: list[Piece]) -> None:
    normal, slow = score(pieces, NORMAL), score(pieces, SLOW)
    assert texts(normal) == texts(slow)
    assert all(short < long for short, long in zip(rests(normal), rests(slow), strict=True))


def test_the_characters_of_words_are_those_a_voice_may_be_given() -> None:
    assert HANZI == spoken.hanzi._HANZI
