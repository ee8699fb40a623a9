"""When the people at the desk answer: weekly hours, holidays and make-up workdays together.

The State Council says of make-up workdays only that they are worked. A Saturday is then worked like a Friday
and a Sunday like a Monday, the weekday beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from ivr.holidays import Holidays
from ivr.hotline_parts import CHINA
from ivr.office_hours import Shift, said_time, said_weekday
from menus.values import Moment, Word

# Longer than any holiday: who is closed for so long has no hours.
_LOOKED_AHEAD = 40
_MONDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 4, 5, 6
_NEAR = ("今天", "明天", "后天")
# A weekday's name means the next one for so many days.
_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class DeskHours:
    """The hours of a desk; times are aware, and of any zone."""

    shifts: tuple[Shift, ...]
    holidays: Holidays = field(default_factory=Holidays)

    def is_open(self, at: datetime) -> bool:
        """Return whether somebody answers at a time."""
        local = at.astimezone(CHINA)
        return any(shift.covers(local.time()) for shift in self.shifts_of(local.date()))

    def is_off(self, at: datetime) -> bool:
        """Return whether the day is a holiday."""
        return self.holidays.kind_of(at.astimezone(CHINA).date()) == "off"

    def opens(self, after: datetime) -> datetime | None:
        """Return when somebody answers next who does not yet; None if nobody will for forty days."""
        local = after.astimezone(CHINA)
        return next((at for at in self._openings(local.date()) if at > local), None)

    def usually_opens(self, after: datetime) -> datetime | None:
        """Return what `opens` would if there were no holidays."""
        return replace(self, holidays=Holidays(published=False)).opens(after)

    def shifts_of(self, day: date) -> list[Shift]:
        """Return the hours of a day in their order."""
        kind, weekday = self.holidays.kind_of(day), day.weekday()
        if kind == "off":
            return []
        if kind == "extra":
            weekday = {_SATURDAY: _FRIDAY, _SUNDAY: _MONDAY}.get(weekday, weekday)
        return sorted((shift for shift in self.shifts if shift.is_on(weekday)), key=lambda each: each.opens)

    def _openings(self, first: date) -> Iterator[datetime]:
        for day in (first + timedelta(days=number) for number in range(_LOOKED_AHEAD)):
            for shift in self.shifts_of(day):
                yield datetime.combine(day, shift.opens, CHINA)


def said_opening(opens: datetime, now: datetime) -> Word | Moment:
    """Return when somebody answers, as it is said now: 明天上午九点; of a day a week away, its date."""
    at = opens.astimezone(CHINA)
    name = day_name(at.date(), now.astimezone(CHINA).date())
    return Word(name + said_time(at.time())) if name else Moment(opens)


def day_name(day: date, today: date) -> str:
    """Return what people call a day of the next seven, today's included; nothing for later ones."""
    away = (day - today).days
    if not 0 <= away < _A_WEEK:
        return ""
    return _NEAR[away] if away < len(_NEAR) else said_weekday(day.weekday())


def day_names() -> tuple[str, ...]:
    """Return everything that `day_name` can return of the next days."""
    return (*_NEAR, *map(said_weekday, range(_A_WEEK)))


def said_openings(shifts: tuple[Shift, ...]) -> tuple[Word | Moment, ...]:
    """Return everything that `said_opening` can return for a desk; one date stands for all."""
    times = dict.fromkeys(said_time(shift.opens) for shift in shifts)
    words = tuple(Word(name + at) for name in day_names() for at in times)
    return (*words, Moment(datetime(2026, 10, 8, 9, tzinfo=CHINA))) if words else ()
