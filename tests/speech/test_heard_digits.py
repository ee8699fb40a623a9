"""Spoken digits: every vector, the rules between them, and laws over any text."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech import spoken
from speech.heard import digits

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
VOCABULARY = "零洞一幺二两三四五六七拐八九勾十百千万双个叉x是不对重来那嗯的号山酒 0123456789，"


@pytest.mark.parametrize(("text", "expected", "found", "flags"), VECTORS["spoken_digits"])
def test_vector(text, expected, found, flags):
    heard = digits(text, expected)
    assert (heard.digits, list(heard.flags)) == (found, flags)
    assert heard.sure == (bool(found) and not flags)


@pytest.mark.parametrize(
    ("text", "expected", "found", "flags"),
    [
        # number words
        ("四十八万两千九百一十三", 6, "482913", ("compound",)),
        ("一万二", None, "12000", ("compound",)),
        ("一万零二", None, "10002", ("compound",)),
        ("三万五千", None, "35000", ("compound",)),
        ("一千零一十", None, "1010", ("compound",)),
        ("一百一十五", None, "115", ("compound",)),
        ("二十三个零", None, "20000", ("compound",)),
        ("八十三十", None, "8030", ("compound",)),
        ("十十", None, "1010", ("compound",)),
        # repeats
        ("两个八三个零", None, "88000", ()),
        ("双零双九", None, "0099", ()),
        # a unit or a counter without its figure is left over
        ("百", None, None, ("garbage:百",)),
        ("一个", None, None, ("garbage:个",)),
        ("三个", None, None, ("garbage:个",)),
        ("双", None, None, ("garbage:双",)),
        # X
        ("四五零大写叉", None, "450X", ()),
        ("星号", 1, "X", ()),
        ("叉叉", None, None, ("x_not_last",)),
        # taken back: what came before is forgotten, whatever it was
        ("我找四五不对六七", None, "67", ("reset",)),
        ("妖妖重来一二", None, "12", ("reset",)),
        ("叉一不对找", None, None, ("reset", "garbage:找")),
        # 是 belongs to the words around the number, is a four, or is neither
        ("我的身份证号啊是四五零幺九九", 6, "450199", ()),
        ("是五零幺九九四", 6, "501994", ("homophone",)),
        ("是五零", None, "450", ("homophone",)),
        ("五是零", None, "540", ("homophone",)),
        ("是", 1, "4", ("homophone",)),
        # traditional and formal figures, other scripts, nothing
        ("壹貳叄肆伍陸柒捌玖零", None, "1234567890", ()),
        ("①②③", None, "123", ()),
        ("٣", None, None, ("garbage:٣",)),
        ("", 6, "", ()),
        ("嗯，那个……", None, "", ()),
    ],
)
def test_between_the_vectors(text, expected, found, flags):
    heard = digits(text, expected)
    assert (heard.digits, heard.flags) == (found, flags)


@given(st.text("0123456789", min_size=1, max_size=30), st.sampled_from(["plain", "code", "card", "identity"]))
def test_what_we_say_we_also_hear(text, kind):
    heard = digits(spoken.digits(text, kind), len(text))
    assert heard.digits == text
    assert heard.sure


@given(st.integers(10, 99_999))
def test_number_words_are_heard_but_never_taken_for_sure(number):
    heard = digits(spoken.cardinal(number))
    assert heard.digits == str(number)
    assert heard.flags == ("compound",)


@given(st.text() | st.text(VOCABULARY), st.none() | st.integers(0, 20))
def test_any_text_is_read_without_an_exception(text, expected):
    heard = digits(text, expected)
    assert heard.digits is None or set(heard.digits[:-1]) <= set("0123456789")
    if heard.sure:
        assert expected in (None, len(heard.digits))
        assert heard.digits[-1] in "0123456789X"


@given(st.text(VOCABULARY), st.integers(1, 20))
def test_the_expected_length_never_adds_a_digit(text, expected):
    free, bound = digits(text), digits(text, expected)
    assert bound.digits in (free.digits, (free.digits or "")[1:])


def test_the_repr_holds_no_digits():
    assert repr(digits("四五零幺九九", 5)) == "HeardDigits(flags=('length',))"


PIECES = ["九个零", "四十万", "一千", "千", "不对", "艾克斯", "十", "个", "a", " ", "\u0300", "👍"]


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_ten_thousand_characters_are_read_too(piece):
    heard = digits(piece * (10_000 // len(piece)), 6)
    assert not heard.sure
