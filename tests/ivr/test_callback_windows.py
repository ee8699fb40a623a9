"""Half days in which somebody can call, and their names."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.callback_windows import said_windows, windows
from ivr.desk_hours import DeskHours
from ivr.hotline_parts import CHINA
from ivr.office_hours import Shift

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
EVERY_DAY = (*WEEK, "saturday", "sunday")


def desk(*hours: tuple[str, str], days: tuple[str, ...] = WEEK) -> DeskHours:
    return DeskHours(
        tuple(Shift.model_validate({"days": days, "from": opens, "until": closes}) for opens, closes in hours)
    )


USUAL = desk(("09:00", "12:00"), ("13:00", "17:00"))


def names(of: DeskHours, now: datetime, most: int = 3) -> list[str]:
    return [each.name.spoken for each in windows(of, now, most)]


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (at(11, 23, 8), ["今天上午", "今天下午", "明天上午"]),
        (at(11, 23, 11, 30), ["今天上午", "今天下午", "明天上午"]),
        (at(11, 23, 11, 31), ["今天下午", "明天上午", "明天下午"]),
        (at(11, 23, 16, 31), ["明天上午", "明天下午", "后天上午"]),
        (at(11, 27, 17), ["周一上午", "周一下午", "周二上午"]),  # a Friday
        (at(9, 30, 17), ["放假以后第一天上午", "放假以后第一天下午"]),
        (at(10, 2, 9), ["周四上午", "周四下午"]),
        (at(10, 9, 17), ["明天上午", "明天下午", "周一上午"]),  # the Saturday is worked
    ],
)
def test_the_next_half_days_with_half_an_hour_left(now: datetime, offered: list[str]) -> None:
    assert names(USUAL, now) == offered


def test_hours_without_a_break_are_cut_at_noon_and_nobody_is_called_at_night() -> None:
    whole = desk(("00:00", "00:00"), days=EVERY_DAY)
    found = windows(whole, at(11, 23, 0))
    assert [(each.name.spoken, each.begins.hour, each.ends.hour) for each in found] == [
        ("今天上午", 8, 12),
        ("今天下午", 12, 18),
        ("今天晚上", 18, 21),
    ]
    assert names(desk(("21:00", "23:00"), days=EVERY_DAY), at(11, 23, 8)) == []


def test_a_desk_without_hours_has_no_windows() -> None:
    assert names(DeskHours(()), at(11, 23, 8)) == []
    assert said_windows(()) == ()


def test_a_desk_of_one_day_a_week_offers_what_has_a_name() -> None:
    mondays = desk(("09:00", "12:00"), days=("monday",))
    assert names(mondays, at(11, 23, 8)) == ["今天上午"]
    assert names(mondays, at(11, 23, 12)) == []
    assert names(mondays, at(11, 24, 12)) == ["周一上午"]


@given(st.dates(date(2025, 1, 1), date(2026, 11, 1)), st.times())
def test_every_window_is_to_come_is_manned_and_has_a_name_known_before(day: date, moment: time) -> None:
    now = datetime.combine(day, moment, CHINA)
    found = windows(USUAL, now)
    assert found
    assert found == sorted(found, key=lambda each: each.begins)
    for each in found:
        assert each.ends - max(each.begins, now) >= timedelta(minutes=30)
        assert USUAL.is_open(each.begins)
        assert each.name in said_windows(USUAL.shifts)
    assert len({each.name for each in found}) == len(found)
