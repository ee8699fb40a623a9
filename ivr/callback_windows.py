"""When callers can be called back: half days in which somebody is at the desk, and what they are called."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ivr.desk_hours import DeskHours, day_name, day_names
from ivr.hotline_parts import CHINA
from ivr.office_hours import Shift
from menus.values import Word

# Nobody is called earlier or later, however long the desk is manned.
_PARTS = (
    ("上午", time(8), time(12)),
    ("下午", time(12), time(18)),
    ("晚上", time(18), time(21)),
)
_AFTER_THE_HOLIDAY = "放假以后第一天"
_LOOKED_AHEAD = 40
_WORTH_WAITING_FOR = timedelta(minutes=30)
_MIDNIGHT = time(0)
Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Window:
    """A half day in which somebody can call, from `begins` up to `ends`, and what callers hear of it."""

    begins: datetime
    ends: datetime
    name: Word


def windows(desk: DeskHours, now: datetime, most: int = 3) -> list[Window]:
    """Return the next windows of which at least half an hour is left; `now` is aware.

    Days a week away have no simple name, but for the first day after a holiday.
    """
    found: list[Window] = []
    today = now.astimezone(CHINA).date()
    for day in (today + timedelta(days=number) for number in range(_LOOKED_AHEAD)):
        shifts = desk.shifts_of(day)
        name = _name(desk, day, today) if shifts else ""
        of_day = _windows_of(day, name, shifts) if name else ()
        found += [each for each in of_day if each.ends - max(each.begins, now) >= _WORTH_WAITING_FOR]
        if len(found) >= most or name == _AFTER_THE_HOLIDAY:
            break
    return found[:most]


def said_windows(shifts: tuple[Shift, ...]) -> tuple[Word, ...]:
    """Return every name that a window of a desk can have."""
    parts = [part for part, _ in _parts_of(list(shifts))]
    return tuple(Word(day + part) for day in (*day_names(), _AFTER_THE_HOLIDAY) for part in parts)


def _name(desk: DeskHours, day: date, today: date) -> str:
    return day_name(day, today) or (_AFTER_THE_HOLIDAY if _is_after_a_holiday(desk, day) else "")


def _windows_of(day: date, name: str, shifts: list[Shift]) -> Iterator[Window]:
    for part, (opens, closes) in _parts_of(shifts):
        begins, ends = datetime.combine(day, opens, CHINA), datetime.combine(day, closes, CHINA)
        yield Window(begins, ends, Word(name + part))


def _is_after_a_holiday(desk: DeskHours, day: date) -> bool:
    """Whether one of the free days right before an open one is a holiday."""
    while not desk.shifts_of(day - timedelta(days=1)):
        day -= timedelta(days=1)
        if desk.holidays.kind_of(day) == "off":
            return True
    return False


def _parts_of(shifts: list[Shift]) -> Iterator[tuple[str, Hours]]:
    """Yield the parts of a day in which somebody is there, each with its first and last minute."""
    for part, earliest, latest in _PARTS:
        within = [hours for shift in shifts if (hours := _within(shift, earliest, latest))]
        if within:
            yield part, (min(opens for opens, _ in within), max(closes for _, closes in within))


def _within(shift: Shift, earliest: time, latest: time) -> Hours | None:
    opens = max(shift.opens, earliest)
    closes = latest if shift.closes == _MIDNIGHT else min(shift.closes, latest)
    return (opens, closes) if opens < closes else None
