"""Yes and no, and days of birth, in spoken Chinese."""

import json
from datetime import date as day
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech import spoken
from speech.heard import date, plain, yes_no

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
TODAY = day(2026, 11, 22)


@pytest.mark.parametrize(("text", "answer"), VECTORS["yes_no"])
def test_yes_no_vector(text, answer):
    assert yes_no(text) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("是的，没错。", True),
        ("嗯嗯好的", True),
        ("對對對", True),
        ("OK", True),
        ("不办了吧", False),
        ("唔系啊", False),
        ("算了不要了", False),
        ("NO", False),
        ("是，不是", None),
        ("对，不对", None),
        ("不要取消", None),
        ("nothing", None),
        ("一", None),
        ("二", None),
        ("查余额", None),
        ("不好意思是的", None),
        ("啊", None),
        ("", None),
    ],
)
def test_yes_no(text, answer):
    assert yes_no(text) is answer


@given(st.text() | st.text("是不对好行要可以取消没错意思嗯 唔系"))
def test_any_text_is_yes_no_or_neither(text):
    assert yes_no(text) in (True, False, None)


ANSWERS = st.lists(st.sampled_from([(text, answer) for text, answer in VECTORS["yes_no"]]), min_size=1)


@given(ANSWERS)
def test_several_answers_are_one_only_if_they_agree(answers):
    meant = {answer for _, answer in answers}
    # 啊 keeps the words apart: 不 and 是的 side by side would be the word 不是的.
    assert yes_no("啊".join(text for text, _ in answers)) is (meant.pop() if len(meant) == 1 else None)


@pytest.mark.parametrize(("text", "iso", "fault"), VECTORS["birthdays"])
def test_birthday_vector(text, iso, fault):
    heard = date(text, TODAY)
    assert (heard.day, heard.fault) == (day.fromisoformat(iso) if iso else None, fault)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("我是一九四九年十二月廿三生的", "1949-12-23"),
        ("嗯，五零年元月三十一日", "1950-01-31"),
        ("1955年3月17日", "1955-03-17"),
        ("公历 1955 年 3 月 17 号", "1955-03-17"),
        ("１９５５-０３-１７", "1955-03-17"),
        ("1955.3.17", "1955-03-17"),
        ("19550317", "1955-03-17"),
        ("一九五五零三幺七", "1955-03-17"),
        ("两千年二月二十九号", None),
        ("二零零零年二月二十九号", "2000-02-29"),
        ("27年1月1日", "1927-01-01"),
    ],
)
def test_birthday(text, iso):
    heard = date(text, TODAY)
    assert heard.day == (day.fromisoformat(iso) if iso else None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("零五年三月一号", "year"),  # 1905 or 2005
        ("二六年三月一号", "year"),
        ("二月二十九", "year"),  # some years have it
        ("一九零零年二月二十九号", "invalid"),
        ("一九五五年十三月一号", "invalid"),
        ("一九五五年三月零号", "invalid"),
        ("零零零零年一月一号", "invalid"),
        ("二零二六年十一月二十三号", "invalid"),  # tomorrow
        ("正月初五", "lunar"),
        ("五零年臘月", "lunar"),
        ("陰曆三月十七", "lunar"),
        ("1955317", "unclear"),
        ("1955-03.17", "unclear"),
        ("一九五五年", "unclear"),
        ("人工", "unclear"),
        ("", "unclear"),
    ],
)
def test_birthdays_that_must_be_asked_again(text, fault):
    heard = date(text, TODAY)
    assert (heard.day, heard.fault) == (None, fault)


@given(st.dates(day(1900, 1, 1), TODAY))
def test_every_day_we_say_is_heard(born):
    assert date(spoken.date(born), TODAY).day == born


@given(st.text() | st.text("零一二五九十廿元年月日号正初-./ 0123456789"))
def test_any_text_is_a_day_or_a_fault(text):
    heard = date(text, TODAY)
    assert (heard.day is None) == (heard.fault is not None)
    assert heard.day is None or heard.day < TODAY + timedelta(days=1)


@given(st.text())
def test_plain_text_is_plain_already(text):
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        ("餘額", "余额"),
        ("ＣＸ", "cx"),
        ("驗證碼 ４８２", "验证码 482"),
        ("网\u200b点\r\n青秀", "网点  青秀"),
        ("4️⃣", "4"),
        ("é", "e"),
    ],
)
def test_plain_text(text, simple):
    assert plain(text) == simple
