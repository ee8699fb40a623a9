"""Days, digit strings, names, addresses and mixed text in Hanzi, and the gate before every voice."""

import datetime
import doctest
import importlib
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

import speech.heard
import speech.spoken
from speech.spoken import (
    UnspeakableError,
    address,
    assert_speakable,
    date,
    digits,
    masked_name,
    month,
    speakable,
    time_of_day,
)


@pytest.mark.parametrize("package", [speech.spoken, speech.heard])
def test_the_examples_in_the_docstrings_are_true(package):
    tried = 0
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        failed, attempted = doctest.testmod(importlib.import_module(module.name))
        assert not failed, module.name
        tried += attempted
    assert tried >= 6


@given(st.dates())
def test_every_day_can_be_said(day):
    words = date(day)
    assert_speakable(words)
    year, rest = words.split("年")
    assert len(year) == len(str(day.year))
    assert rest.endswith("日")
    assert month(day.year, day.month) == words[: words.index("月") + 1]


@pytest.mark.parametrize(("year", "of_month"), [(2025, 0), (2025, 13), (0, 1), (10000, 1)])
def test_what_is_no_month_is_refused(year, of_month):
    with pytest.raises(UnspeakableError):
        month(year, of_month)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("00:00", "凌晨零点整"),
        ("02:00", "凌晨两点整"),
        ("06:10", "六点十分"),
        ("12:59", "十二点五十九分"),
        ("13:00", "下午一点整"),
        ("17:59", "下午五点五十九分"),
        ("18:00", "晚上六点整"),
        ("23:02", "晚上十一点零二分"),
    ],
)
def test_parts_of_the_day(time, words):
    assert time_of_day(datetime.time.fromisoformat(time)) == words


@given(st.times())
def test_every_time_can_be_said(time):
    assert_speakable(time_of_day(time))


NAMES = {"零": "0", "幺": "1"} | {name: str(value) for value, name in enumerate("二三四五六七八九", 2)}


@given(
    st.text("0123456789", min_size=1, max_size=20),
    st.sampled_from(["phone", "landline", "mobile", "code", "tail", "identity", "card", "plain"]),
)
def test_digits_are_all_said_once_in_order(text, kind):
    words = digits(text, kind)
    assert "".join(NAMES.get(name, "") for name in words) == text
    assert set(words) <= {*NAMES, ","}
    assert not words.startswith(",")
    assert ",," not in words


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("+86 138 0013 8000", "mobile", "幺三八,零零幺三,八零零零"),
        ("010-12345678", "phone", "零幺零,幺二三四,五六七八"),
        ("07712800185", "landline", "零七七幺,二八零,零幺八五"),
        ("400-123-4567", "phone", "四零零,幺二三,四五六七"),
        ("999888777", "phone", "九九九八,八八七七,七"),
        ("123456789012", "card", "幺二三四,五六七八,九零幺二"),
        ("123456", "plain", "幺二三四五六"),
        ("12345678", "plain", "幺二三四,五六七八"),
        ("12x", "tail", "幺二艾克斯"),
    ],
)
def test_groups(text, kind, words):
    assert digits(text, kind) == words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "phone"),
        ("12a", "code"),
        ("X", "tail"),
        ("1X2", "identity"),
        ("12X", "code"),
        ("１２", "code"),
        ("*", "card"),
    ],
)
def test_what_is_no_digit_string_is_refused_without_repeating_it(text, kind):
    with pytest.raises(UnspeakableError, match=f"^this is not a {kind} number: digits are written 0 to 9$"):
        digits(text, kind)


@pytest.mark.parametrize(
    ("name", "words"),
    [("陈*英", "陈某英"), ("黄*", "黄某"), ("欧**", "欧某"), ("阿*提", "阿某提"), ("J*h", "杰某艾尺")],
)
def test_masked_names(name, words):
    assert masked_name(name) == words


@pytest.mark.parametrize("name", ["陈小英", "", "陈*1"])
def test_names_that_are_not_masked_are_refused(name):
    with pytest.raises(UnspeakableError):
        masked_name(name)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("民族大道45号,金融大厦A座2楼,国贸大厦旁边", "民族大道四十五号,金融大厦诶座二楼,国贸大厦旁边"),
        ("科园东五路6号", "科园东五路六号"),
        ("民主路14-8号", "民主路十四杠八号"),
        ("白沙大道１３８号", "白沙大道一百三十八号"),
        ("英华嘉园2号楼1楼b座1203室", "英华嘉园二号楼一楼比座幺二零三室"),
    ],
)
def test_addresses(text, words):
    assert address(text) == words


@pytest.mark.parametrize("text", ["1234567号", "45号@", ""])
def test_addresses_that_cannot_be_read_are_refused(text):
    with pytest.raises(UnspeakableError):
        address(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("余额-12.30元", "余额负十二元三角"),
        ("共3,200.05元", "共三千二百元零五分"),
        ("3-5元", "三到五元"),
        ("2~3天", "二到三天"),
        ("8:30-17:30", "八点三十分到下午五点三十分"),
        ("2个月,2月", "两个月,二月"),
        ("第2次,第12笔", "第二次,第十二笔"),
        ("3.5万元", "三点五万元"),
        ("20万人", "二十万人"),
        ("2024年,2025年6月,２０２５年６月１日", "二零二四年,二零二五年六月,二零二五年六月一日"),
        ("拨打110", "拨打幺幺零"),
        ("尾号999X", "尾号九九九艾克斯"),
        ("验证码605173", "验证码六零五,幺七三"),
        ("电话0771-2800185", "电话零七七幺,二八零,零幺八五"),
        ("13800138000", "幺三八,零零幺三,八零零零"),
        ("民主路14-8号2楼A座", "民主路十四杠八号二楼诶座"),
        ("陈*英", "陈某英"),
        ("007", "零零七"),
        ("按*返回,按#结束", "按星号返回,按井号结束"),
        ("1-6级", "一到六级"),
        ("您好。", "您好。"),
    ],
)
def test_mixed_text(text, words):
    assert speakable(text) == words


@pytest.mark.parametrize(
    "text", ["", "2025-13-01", "2025-02-30", "2025-13", "1.005元", "*", "#", "{amount}", "50℃", "👍", "5/6"]
)
def test_mixed_text_without_a_certain_reading_is_refused(text):
    with pytest.raises(UnspeakableError):
        speakable(text)


@given(st.text() | st.text("0123456789X年月日号元%~-.,:第位 *A"))
def test_mixed_text_is_speakable_or_refused(text):
    try:
        words = speakable(text)
    except UnspeakableError:
        return
    assert_speakable(words)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("余额300元", "'3' (U+0033, character 3 of the text)"),
        ("按＊键", "'＊' (U+FF0A, character 2 of the text)"),
        ("尾号X", "'X'"),
        ("{n}位", "'{'"),
        ("您好\x00", "'\\x00'"),
        ("한국", "'한'"),
        ("百分之5", "'5'"),
        ("好👍", "'👍'"),
    ],
)
def test_the_gate_names_the_character_it_refuses(text, named):
    with pytest.raises(UnspeakableError) as refusal:
        assert_speakable(text)
    assert named in str(refusal.value)


@pytest.mark.parametrize("text", ["", " ", "。"])
def test_the_gate_refuses_silence(text):
    with pytest.raises(UnspeakableError, match="nothing to say"):
        assert_speakable(text)


@given(st.characters())
def test_no_figure_and_no_letter_passes_the_gate(character):
    if (character.isdigit() or character.isalpha()) and character < "\u3400":
        with pytest.raises(UnspeakableError):
            assert_speakable("好" + character)
