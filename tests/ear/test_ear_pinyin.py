"""Errors are counted in sounds, not in characters, and not in how numbers are written."""

import pytest

from tests.ear.pinyin import distance, error, syllables


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("欢迎致电幺二三三三", "欢迎致电12333。"),
        ("二零一八年十月九日", "2018年10月9日"),
        ("请按十八位身份证号", "請按18位身份證號"),
        ("您的医保个人账户", "您的一宝个人账护"),
        ("两位,两千,二十二", "二位二千22"),
        ("七十五岁及以上", "75岁,及以上"),
        ("百分之二到百分之三", "2%到3%"),
        ("百分之零点五", "0.5%"),
        ("八点三十分", "8:30分"),
        ("一万两千元", "12,000元"),
        ("零七七幺,二八零,零幺八五", "0771 280 0185"),
        ("最后是艾克斯的", "最后是X的"),
        ("共十二项,电话幺二三四五", "共12项,电话12345"),
    ],
)
def test_the_ears_spelling_is_no_error(said: str, heard: str) -> None:
    assert error(said, heard) == 0


@pytest.mark.parametrize(
    ("said", "heard", "share"),
    [
        ("请按零", "请按", 1 / 3),
        ("请按零", "请按一零", 1 / 3),
        ("请按零", "", 1),
        ("请按零", "请办零", 1 / 3),
        ("请按十八位", "请按80位", 2 / 5),
        ("好", "不好不好", 3),
    ],
)
def test_each_syllable_wrong_missing_or_added_counts(said: str, heard: str, share: float) -> None:
    assert error(said, heard) == pytest.approx(share)


def test_distance_is_symmetric_and_zero_for_one_sound() -> None:
    left, right = syllables("再说一遍,两元"), syllables("在说一边二元")
    assert distance(left, right) == distance(right, left) == 0
    assert distance(left, []) == len(left) == 6
