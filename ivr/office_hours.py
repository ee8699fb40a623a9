"""When the people at the desk answer in an ordinary week: hours, asked and said.

>>> weekdays = ("monday", "tuesday", "wednesday", "thursday", "friday")
>>> shift = Shift.model_validate({"days": weekdays, "from": "09:00", "until": "17:30"})
>>> said((shift,)).spoken, said((shift,)).written
('周一到周五,上午九点到下午五点三十分', '周一到周五9:00-17:30')
"""

from collections.abc import Iterator
from datetime import datetime, time
from itertools import groupby
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from menus.values import Word
from speech.spoken import cardinal, count

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMES = "一二三四五六日"
_MIDNIGHT = time(0)
# Up to which hour a part of the day lasts; noon itself is said without a part: 上午九点到十二点.
_PARTS = ((6, "凌晨"), (12, "上午"), (13, ""), (18, "下午"), (24, "晚上"))


class Shift(BaseModel):
    """Hours of some weekdays, in China: from the first minute up to the last, which is 00:00 for midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: time = Field(alias="from")
    closes: time = Field(alias="until")

    @model_validator(mode="after")
    def _has_a_length(self) -> "Shift":
        if self.closes != _MIDNIGHT and self.closes <= self.opens:
            raise ValueError("'until' is not after 'from'; write 00:00 for midnight")
        return self

    def is_on(self, weekday: int) -> bool:
        """Return whether these are hours of a weekday, Monday being 0."""
        return _DAYS[weekday] in self.days

    def covers(self, at: time) -> bool:
        """Return whether a time of day lies within these hours."""
        return self.opens <= at and (self.closes == _MIDNIGHT or at < self.closes)

    def holds(self, at: datetime) -> bool:
        """Return whether somebody answers at a local time of China."""
        return self.is_on(at.weekday()) and self.covers(at.time())


def said(shifts: tuple[Shift, ...]) -> Word:
    """Return the hours as they are said and written; both empty if there are none."""
    spoken, written = [], []
    for days, same_days in groupby(shifts, key=_days):
        hours = list(same_days)
        spoken.append(",".join([days, *(_spoken(shift) for shift in hours)]))
        written.append(days + ",".join(_written(shift) for shift in hours))
    return Word(",".join(spoken), ",".join(written))


def said_time(at: time) -> str:
    """Return a time of day as hours are said: 上午九点."""
    return _part(at) + _clock(at)


def said_weekday(weekday: int) -> str:
    """Return what a weekday is called, Monday being 0: 周一."""
    return f"周{_NAMES[weekday]}"


def _days(shift: Shift) -> str:
    numbers = sorted({_DAYS.index(day) for day in shift.days})
    if len(numbers) == len(_DAYS):
        return "每天"
    return ",".join(_run(run) for run in _runs(numbers))


def _runs(numbers: list[int]) -> Iterator[list[int]]:
    """Yield days that follow each other together."""
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        yield [number for _, number in run]


def _run(run: list[int]) -> str:
    first, last = said_weekday(run[0]), said_weekday(run[-1])
    return first if len(run) == 1 else f"{first}{'到' if len(run) > 2 else ','}{last}"


def _spoken(shift: Shift) -> str:
    if shift.opens == shift.closes:
        return "全天"
    part, end_part = _part(shift.opens), "晚上" if shift.closes == _MIDNIGHT else _part(shift.closes)
    end = "十二点" if shift.closes == _MIDNIGHT else _clock(shift.closes)
    return f"{part}{_clock(shift.opens)}到{end_part if end_part != part else ''}{end}"


def _written(shift: Shift) -> str:
    end = "24:00" if shift.closes == _MIDNIGHT else _figures(shift.closes)
    return f"{_figures(shift.opens)}-{end}"


def _part(at: time) -> str:
    return next(part for end, part in _PARTS if at.hour < end)


def _clock(at: time) -> str:
    minutes = ("零" if at.minute < 10 else "") + cardinal(at.minute) + "分" if at.minute else ""
    return count(at.hour - 12 if at.hour > 12 else at.hour, "点") + minutes


def _figures(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"
