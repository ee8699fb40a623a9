"""From words to the answer they mean: whole phrases, no ties, no 'no' inside 'nothing'."""

import pytest

from menus.answers import choose, heading

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
