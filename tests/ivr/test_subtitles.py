"""What the demo's page shows of a call over a socket: words, what was understood, and ready answers."""

from collections.abc import Callable

import pytest
from house import House
from talking import Talk

from ivr.channels.phone.demo import Saying
from ivr.channels.stream_call import reading_of
from ivr.channels.subtitles import Subtitles, everything_spoken
from menus.events import Said

PERSON = "人工服务"


@pytest.fixture
def talk(hotline: House) -> Talk:
    return Talk(hotline.built.conversations)


@pytest.fixture
def shown(hotline: House, talk: Talk) -> Callable[[], Saying]:
    built = hotline.built
    subtitles = Subtitles(built.conversations, built.script, lambda passage: f"{len(passage.lines)} 句")

    def last() -> Saying:
        found = subtitles.of(talk.name)
        assert found
        return found

    assert subtitles.of("CA of nobody") is None
    return last


def says(talk: Talk, words: str) -> None:
    talk.tell(Said(words, 0.9, reading_of(words)))


def test_the_greeting_comes_in_two_pieces_and_the_menu_can_be_answered_in_words(talk, shown):
    talk.dial()
    first = shown()
    assert first.number == 1
    assert [piece.interruptible for piece in first.pieces] == [False, True]
    assert [piece.voice for piece in first.pieces] == ["3 句", "2 句"]
    assert "这是演示电话" in first.pieces[0].words
    assert "查余额,请按一" in first.pieces[1].words
    assert first.sentences == ("查余额", "查每月到账", "家人共用", "别的事", PERSON)
    assert (first.heard, first.patience) == ("", 8.0)


def test_what_was_understood_is_shown_and_a_number_is_by_key_only(talk, shown):
    talk.dial()
    says(talk, "查余额")
    asked = shown()
    assert (asked.number, asked.heard, asked.sentences) == (2, "查余额", ())
    talk.press("450199195503179983")
    assert shown().heard == ""


def test_who_is_asked_back_may_say_yes_or_no(talk, shown):
    talk.dial()
    says(talk, "我眼睛不好,你帮我查余额")
    assert shown().sentences == ("是的", "不是")
    says(talk, "不是")
    assert shown().sentences == (), "after that there are keys only"


def test_a_question_for_yes_or_no_is_answered_with_them(talk, shown):
    talk.dial()
    talk.press("1", "450199195503179983", "837294", "3")
    assert shown().pieces[-1].words.endswith("请按二。")
    assert shown().sentences == ("是的", "不是")


def test_digits_that_were_said_are_not_shown(talk, shown):
    talk.dial()
    says(talk, "验证码四八二九一三")
    assert "四八二九" not in shown().heard


def test_a_goodbye_has_no_answer(talk, shown):
    talk.dial()
    talk.press("0")
    assert (shown().sentences, shown().patience) == ((), 0.0)


def test_everything_that_is_ever_offered_can_be_spoken_ahead(hotline):
    listed = everything_spoken(hotline.built.newest_menus())
    assert listed[:7] == ("是的", "不是", "查余额", "查每月到账", "家人共用", "别的事", PERSON)
    assert {"怎么绑定", "发到手机短信", "南宁"} <= set(listed)
    assert len(set(listed)) == len(listed)
