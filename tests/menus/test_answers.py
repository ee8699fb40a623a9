"""From words to the answer they mean: whole phrases, no ties, no 'no' inside 'nothing'; then by sound."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from questions import QUESTIONS  # type: ignore[import-not-found]

from menus.answers import Chosen, Doubtful, Match, NotUnderstood, choose, heading, match, too_alike

PHRASES = {"1": ["查余额", "余额"], "2": ["查到账"], "3": ["家人共用"], "4": ["要"]}


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("查余额", "1"),
        ("请 查 余额 谢谢", "1"),
        ("我要查余额。", "1"),
        ("ＣＸ", None),
        ("不查余额", None),
        ("查余额查到账", None),
        ("", None),
        ("要", "4"),
    ],
)
def test_the_whole_phrase_counts(words: str, answer: str | None) -> None:
    assert choose(PHRASES, words) == answer


def test_a_phrase_of_two_answers_chooses_none() -> None:
    assert choose({"1": ["余额"], "2": ["余额"]}, "余额") is None
    assert match({"1": ["余额"], "2": ["余额"]}, "余额") == NotUnderstood()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("查余额", Chosen("1")),
        ("我要茶鱼鹅", Chosen("1")),
        ("那个,加人公用", Chosen("3")),
        ("要", Chosen("4")),  # said as it stands
        ("药", NotUnderstood()),  # keys are for what is so short
        ("鱼", NotUnderstood()),
        ("1", NotUnderstood()),
        ("二", NotUnderstood()),
        ("查余额查到账", NotUnderstood()),
        ("查余额还是查到账", NotUnderstood()),
        ("我看看余我", Doubtful("1")),
        ("公用", NotUnderstood()),
        ("", NotUnderstood()),
        ("hello", NotUnderstood()),
    ],
)
def test_what_sounds_like_a_phrase_counts_when_heard(words: str, meant: Match) -> None:
    assert match(PHRASES, words) == meant


def test_two_answers_nearly_as_near_are_asked_about_or_left() -> None:
    assert match({"1": ["南宁"], "2": ["南京"]}, "蓝凌") == Chosen("1")
    assert match({"1": ["南宁"], "2": ["南里"]}, "南邻") == Doubtful("1")
    assert match({"1": ["南宁"], "2": ["兰林"]}, "难您") == NotUnderstood()


def test_without_phrases_nothing_is_understood() -> None:
    assert match({}, "查余额") == match({"1": []}, "查余额") == NotUnderstood()


@given(st.text(alphabet="查余额到账解除绑定不没别是要的一二no1,。 给谁用", max_size=30))
@settings(deadline=None)  # how fast it is stands in a test of its own
def test_any_words_have_one_meaning(words: str) -> None:
    for phrases in QUESTIONS.values():
        meant = match(phrases, words)
        assert meant == match(phrases, words)
        assert isinstance(meant, NotUnderstood) or meant.answer in phrases


def test_a_match_takes_no_time_that_a_caller_could_notice() -> None:
    phrases = list(dict.fromkeys(p for asked in QUESTIONS.values() for each in asked.values() for p in each))
    eight = {str(key): phrases[6 * key : 6 * key + 6] for key in range(8)}
    words = "麻烦你帮我看一下卡里还有多少钱"
    taken = []
    for _ in range(30):
        before = time.perf_counter()
        match(eight, words)
        taken.append(time.perf_counter() - before)
    # Half a millisecond was measured; the rest is room for a busy machine and for counting coverage.
    assert min(taken) < 0.01


def test_shipped_phrases_are_told_apart() -> None:
    assert [too_alike(phrases) for phrases in QUESTIONS.values() if too_alike(phrases)] == []


def test_phrases_that_sound_alike_are_told_with_their_answers() -> None:
    phrases = {"1": ["南宁", "要"], "2": ["北京", "药"], "3": ["兰林", "背景", "不背景"]}
    assert too_alike(phrases) == [("2", "北京", "3", "背景", 0.0), ("1", "南宁", "3", "兰林", 0.16)]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("解绑 2", "2"),
        ("解绑2", "2"),
        ("jb 2", "2"),
        ("JB2", "2"),
        ("JBX", None),
        ("1a", None),
        ("解绑", ""),
        ("不解绑", None),
        ("1", ""),
        ("12", None),
        ("１。", ""),
    ],
)
def test_a_heading_leaves_what_follows(text: str, rest: str | None) -> None:
    assert heading(["解绑", "JB", "1"], text) == rest
