"""What the core makes of words is told by where it leads, on the shipped menus."""

import pytest

from menus.question import ask
from speech.ears import Heard
from tests.callers.corpus import questions
from tests.callers.talks import Reached, Result, answered, question, shipped


def reached(menu: str, words: str, meant: str) -> Reached:
    return answered(question(menu), Heard(words, 0.9), meant)


@pytest.mark.parametrize(
    ("menu", "words", "answer"),
    [
        ("main", "余额", "1"),
        ("main", "帮我查一下于额", "1"),
        ("main", "转人工", "0"),
        ("main", "慢一点", "8"),
        ("main", "不是我办的", "不是我办的"),
        ("policy.region", "深圳", "2"),
        ("policy.region", "海南", "4"),
        ("offices.nanning", "兴宁", "3"),
        ("balance.text", "好的", "1"),
        ("pin.offer", "不要", "2"),
    ],
)
def test_what_was_meant_is_what_is_chosen(menu: str, words: str, answer: str) -> None:
    assert reached(menu, words, answer) == Reached(Result.CHOSEN, answer)


def test_another_place_is_another_answer() -> None:
    assert reached("policy.region", "北京", "2") == Reached(Result.CHOSEN, "3")
    assert reached("offices.nanning", "江南", "3").answer == "4"


def test_answers_that_lead_to_one_place_are_one() -> None:
    assert reached("more", "不是我办的", "4").answer == "4"
    assert reached("more", "被骗了", "不是我办的").answer == "不是我办的"


@pytest.mark.parametrize("words", ["今天天气真好啊", "不要查余额", "嗯", "五十六"])
def test_nothing_is_chosen_by_what_means_nothing(words: str) -> None:
    assert reached("main", words, "") == Reached(Result.NOTHING)


def test_who_is_asked_back_may_say_yes_or_no() -> None:
    doubted = reached("main", "没听清楚,再说一遍", "9")
    assert (doubted.result, doubted.answer) == (Result.ASKED, "9")
    assert doubted.next
    assert "是的" in doubted.next.phrases
    assert answered(doubted.next, Heard("是的", 0.9), "9") == Reached(Result.CHOSEN, "9")
    assert answered(doubted.next, Heard("不是", 0.9), "9") == Reached(Result.NOTHING)


def test_the_ear_expects_what_the_menu_asks_for() -> None:
    for menu in questions(shipped()):
        expected = question(menu).phrases
        asked = ask(shipped().start, question(menu).state, shipped().menus[menu]).phrases
        assert expected == asked
        assert "人工服务" in expected
