"""How words sound, and that what sounds alike in some dialect or over the line is near."""

import pytest
from pypinyin import lazy_pinyin

from menus.pronunciation import FOREIGN, Syllable, apart, sounds, spoken, syllable, unlike


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("查余额", ("cha", "yu", "e")),
        ("银行,行不行", ("yin", "hang", "xing", "bu", "xing")),
        ("１ 2", ("yi", "er")),
        ("餘額。", ("yu", "e")),
        ("APP里", (FOREIGN, "li")),
        ("?! ", ()),
    ],
)
def test_words_have_one_sound_a_character(words: str, heard: tuple[str, ...]) -> None:
    assert sounds(words) == heard


def test_what_is_written_stands_beside_how_it_is_read() -> None:
    assert spoken("查2次OK") == (("查", "二", "次", "ok"), ("cha", "er", "ci", FOREIGN))


@pytest.mark.parametrize(
    ("character", "parts"),
    [
        ("账", Syllable("zh", "ang")),
        ("余", Syllable("", "v")),
        ("有", Syllable("", "iou")),
        ("女", Syllable("n", "v")),
        ("儿", Syllable("", "er")),
        ("贵", Syllable("g", "uei")),
    ],
)
def test_a_sound_has_an_initial_and_a_final(character: str, parts: Syllable) -> None:
    assert syllable(sounds(character)[0]) == parts


@pytest.mark.parametrize(
    "two", ["四十", "兰南", "张脏", "吃疵", "发花", "飞灰", "热乐", "肉又", "因英", "身生", "单当", "关光"]
)
def test_confusions_of_dialects_cost_little(two: str) -> None:
    assert 0 < apart(*sounds(two)) <= 0.15


@pytest.mark.parametrize("two", ["播坡", "低踢", "鸡七", "租出", "家渣", "西师", "妈拿", "夫书"])
def test_confusions_of_the_line_cost_more(two: str) -> None:
    assert 0.15 < apart(*sounds(two)) <= 0.65


@pytest.mark.parametrize("two", ["账抓", "八逼", "他替", "东单", "查车", "钱求"])
def test_a_wrong_vowel_costs_much(two: str) -> None:
    assert apart(*sounds(two)) >= 0.5


def test_homophones_are_the_same() -> None:
    assert apart(*sounds("余鱼")) == 0
    assert sounds("一宝个人账护") == sounds("医保个人账户")


def test_latin_words_are_like_nothing() -> None:
    assert apart(FOREIGN, FOREIGN) == apart(FOREIGN, "yu") == apart("yu", FOREIGN) == 1


def test_being_alike_is_mutual_and_bounded() -> None:
    common = sorted(
        set(lazy_pinyin("查每月到账余额卡里还有多少钱家人共用解除绑定办事地点窗口电话嗯诶女略云翁"))
    )
    for one in common:
        for other in common:
            assert 0 <= apart(one, other) <= 1
            assert apart(one, other) == apart(other, one) == unlike(one)[other]
            assert (apart(one, other) == 0) == (one == other) or "n" in (one, other)
