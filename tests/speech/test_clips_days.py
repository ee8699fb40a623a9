"""Days, months and times from clips: whatever speech.spoken says of them is joined from what exists."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.clips import days
from speech.spoken import UnspeakableError, cardinal, date, month, time_of_day

INVENTORY = list(days.inventory())
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))


def test_each_clip_is_there_once_and_two_alike_are_never_neighbours():
    assert len(set(INVENTORY)) == len(INVENTORY)
    assert not [pair for pair in pairwise(INVENTORY) if pair[0] in pair[1]]


def assert_joined(said, number_of_clips):
    clips = days.split(said)
    assert "".join(clips) == said
    assert set(clips) <= set(INVENTORY)
    assert len(clips) == number_of_clips


@given(DATES)
def test_a_day_is_its_year_its_month_and_its_day(day):
    parts = 1 if 1990 <= day.year < 2050 else 2
    assert_joined(date(day), parts + 2)
    assert_joined(month(day.year, day.month), parts + 1)


@given(DATES, st.times())
def test_a_moment_is_joined_from_its_day_and_its_time(day, time):
    hour_and_minute = 1 if time.minute == 0 else 2
    said = f"{cardinal(day.month)}月{cardinal(day.day)}日{time_of_day(time)}"
    assert_joined(said, 2 + hour_and_minute)
    assert_joined(time_of_day(time), hour_and_minute)


@pytest.mark.parametrize(
    ("said", "clips"),
    [
        ("二零二五年六月一日", ("二零二五年", "六月", "一日")),
        ("二零一零年十月十日", ("二零一零年", "十月", "十日")),
        ("十二月三十一日晚上十一点五十九分", ("十二月", "三十一日", "晚上十一点", "五十九分")),
        ("凌晨零点零五分", ("凌晨零点", "零五分")),
        ("九点整", ("九点整",)),
        ("二零九九年十二月", ("二零", "九九年", "十二月")),
    ],
)
def test_a_clip_is_what_is_said_in_one_breath(said, clips):
    assert days.split(said) == clips


NO_DAYS = ("", "一八九九年一月", "二一零零年一月", "十三月", "三十二日", "一日六月", "九点", "三十分")


@pytest.mark.parametrize("said", [*NO_DAYS, "六月一日,", "六月1日", "整", "二月两日", "二五年六月"])
def test_what_is_no_day_is_refused(said):
    with pytest.raises(UnspeakableError):
        days.split(said)
