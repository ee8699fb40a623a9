"""What the ear wrote of real renderings (several Kokoro voices, telephone line), read as amounts."""

import pytest

from speech.spoken import money
from tests.ear.amounts import fen, spelled_out
from tests.ear.drawing import LARGEST, drawn
from tests.ear.readings import Judgement, after, judged, readings

BEFORE = "您的医保个人账户,余额是,"
RIGHT, OTHER, NONE = Judgement.RIGHT, Judgement.OTHER, Judgement.NONE


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3125元6角8分", 312568),
        ("三千一百二十五元六角八分", 312568),
        ("3125.68元", 312568),
        ("3,125.68", 312568),
        ("68分", 68),
        ("6.8分", 68),
        ("六角八分", 68),
        ("10.7角", 1070),
        ("53255元8.6分", 5325586),
        ("22,542元五角八分。", 2254258),
        ("亿元", 100),
        ("四月", 400),
        ("6539907分", 6539907),
        ("8元105分", None),
        ("37500亿元一角一分", 3750111),
        ("1万2345元", 1234500),
        ("12,345元", 1234500),
        ("30,000,4521元", 3452100),
        ("3万,4,521元", 3452100),
        ("两万零五元", 2000500),
        ("两万0五元", 2000500),
        ("零五分", 5),
        ("5分", 5),
        ("0.05元", 5),
        ("12.05元", 1205),
        ("10.50", 1050),
        ("三块五毛", 350),
        ("五块八", 580),
        ("三角五", 35),
        ("61元64", 6164),
        ("65399元07分", 6539907),
        ("2160元无脚", 216050),
        ("把万三千一败把十散元无教。", 8318350),
        ("就十六元斯教拔粉。", 9648),
        ("散彎起潜無敗領以援以教一粉", 3750111),
        ("一千两百元", 120000),
        ("1.2万元", None),
        ("零元", 0),
    ],
)
def test_an_amount_is_read_whatever_its_spelling(written: str, value: int | None) -> None:
    assert fen(written) == value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "您好",
        "零",
        "二零",
        "阿粉",
        "时人欺脚",
        "启石丝元已教繁粉",
        "十三千元",
        "元",
        "五元元",
        "角",
        "分",
    ],
)
def test_what_is_no_amount_is_none(written: str) -> None:
    assert fen(written) is None


def test_every_amount_is_read_back_from_its_words_and_its_usual_spellings() -> None:
    for amount in [*range(1, 1200), *drawn(600, 3)]:
        whole, cents = divmod(amount, 100)
        jiao, rest = divmod(cents, 10)
        ends = (f"{jiao}角" if jiao else "") + (f"{rest}分" if rest else "")
        for written in (
            money(amount),
            f"{whole:,}元{ends}" if whole else ends,
            f"{whole}元{ends}" if whole else ends,
            f"{whole}.{cents:02}元",
        ):
            assert fen(written) == amount, written


@pytest.mark.parametrize(
    ("heard", "expected", "both"),
    [
        ("你那一宝个人账户,余俄是22,542元五角八分。再说一遍,22,542元五角八分。", 2254258, (RIGHT, RIGHT)),
        ("您的依保个人账户余俄是65399元零七分,再说一遍65399元零七分。", 6539907, (RIGHT, RIGHT)),
        ("您的一宝个人账户余俄是十元七角,再说一遍十元七角。", 1070, (RIGHT, RIGHT)),
        ("您的一宝个人账户余俄是二分,再说一点二分。", 2, (RIGHT, RIGHT)),
        ("您利益报歌人彰呼 余俄斯就十六元斯教拔粉。在说一边,就十六元斯教拔粉。", 9648, (RIGHT, RIGHT)),
        ("您的一宝个人账户余俄是6539元零七分,再说一遍6539元零七分。", 6539907, (OTHER, OTHER)),
        ("您的一宝个人账户余俄是6539元零七分,再说一遍65399元零七分。", 6539907, (OTHER, RIGHT)),
        ("你那一宝个人账户余俄是时人欺脚,再说一遍时人欺脚。", 1070, (NONE, NONE)),
        ("以您利益曝歌人张湖 余俄斯阿粉 再说一边阿粉。", 2, (NONE, NONE)),
        ("您的医保个人账户余额是十元,再说一遍,四元。", 1000, (RIGHT, OTHER)),
        ("您的医保个人账户余额是二元,再说一遍二元。", 200, (RIGHT, RIGHT)),
        ("您的医保个人账户余额是五分,", 5, (RIGHT, NONE)),
        ("", 5, (NONE, NONE)),
    ],
)
def test_both_readings_of_a_turn_are_judged(
    heard: str, expected: int, both: tuple[Judgement, Judgement]
) -> None:
    first, second = readings(heard, BEFORE)
    assert (judged(first, expected), judged(second, expected)) == both


def test_a_dropped_word_before_the_amount_takes_nothing_from_it() -> None:
    assert after("您的医保个人账户余额二元", BEFORE) == "二元"
    assert after("一宝个人余额是十元七角", BEFORE) == "十元七角"
    assert after("3元", BEFORE) == "三元"


def test_only_the_amount_expected_is_right() -> None:
    for amount in drawn(300, 5):
        for other in (amount + 1, amount * 10, amount + 100, amount // 10):
            assert judged(money(other), amount) is OTHER


def test_figures_are_spelled_out_with_their_zeros() -> None:
    assert spelled_out("4.05元") == "四元零五分"
    assert spelled_out("第１２，０００号") == "第一万二千号"
    assert spelled_out("1234567890123") == "一二三四五六七八九零一二三"


def test_drawn_amounts_are_the_same_for_the_same_seed_and_of_every_length() -> None:
    amounts = drawn(200, 1)
    assert amounts == drawn(200, 1)
    assert amounts[:50] == drawn(50, 1)
    assert amounts != drawn(200, 2)
    assert len(set(amounts)) == 200
    assert all(0 < amount <= LARGEST for amount in amounts)
    assert {len(str(amount)) for amount in amounts} == set(range(1, 8))
    assert sum("零" in money(amount) for amount in amounts) > 40
