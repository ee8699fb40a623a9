"""Days in the words people use for their birthday.

>>> date("一九五五年三月十七号", datetime.date(2026, 11, 22)).day
datetime.date(1955, 3, 17)
>>> date("三月十七", datetime.date(2026, 11, 22)).fault, date("农历三月", datetime.date(2026, 11, 22)).fault
('year', 'lunar')
"""

import datetime
import re
from dataclasses import dataclass, field
from typing import Literal

from speech.heard.digit_strings import FIGURES
from speech.heard.number_words import figures
from speech.heard.plain_text import plain

DayFault = Literal["year", "lunar", "invalid", "unclear"]

_SYMBOLS = {ord(word): figure for figure, listed in FIGURES.items() for word in listed.split()}
_SYMBOLS |= {ord("十"): "s", ord("廿"): "2s", ord("元"): "1"}
_LUNAR = re.compile("农历|阴历|旧历|正月|冬月|腊月|闰|初[1-9s]")
_FILLER = re.compile(
    r"公历|阳历|新历|我的|我|出生日期|出生|生日|生于|生的|生|是|在|的|嗯|啊|那个|就是|[\s,，。、]"
)
_SPOKEN = re.compile(
    r"(?:(?P<year>[\ds]{2}|[\ds]{4})年)?(?P<month>[\ds]{1,3})月(?P<day>[\ds]{1,3})[日号]?", re.ASCII
)
# With one separator twice, or eight figures without any.
_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:(?P<mark>[-./])|(?=\d{4}$))(?P<month>\d\d?)(?(mark)(?P=mark))(?P<day>\d\d?)", re.ASCII
)
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class HeardDay:
    """A day of birth, or why there is none.

    `year`: the year is missing, or its two digits fit two centuries: ask for four digits. `lunar`: ask for
    the day of the common calendar. `invalid`: no such day, or one to come. `unclear`: this is not a day.
    """

    day: datetime.date | None = field(repr=False)
    fault: DayFault | None = None


def date(text: str, today: datetime.date) -> HeardDay:
    """Return the day of birth in the text; a year of two digits is 19.. only while 20.. is still to come."""
    symbols = _FILLER.sub("", plain(text).translate(_SYMBOLS))
    if _LUNAR.search(symbols):
        return HeardDay(None, "lunar")
    found = _SPOKEN.fullmatch(symbols) or _WRITTEN.fullmatch(symbols)
    if found is None:
        return HeardDay(None, "unclear")
    year = _year(found["year"] or "", today)
    try:
        day = datetime.date(
            _LEAP_YEAR if year is None else year, _number(found["month"]), _number(found["day"])
        )
    except ValueError:
        return HeardDay(None, "invalid")
    if year is None:
        return HeardDay(None, "year")
    return HeardDay(day) if day <= today else HeardDay(None, "invalid")


def _number(symbols: str) -> int:
    return int(figures(symbols)[0])


def _year(symbols: str, today: datetime.date) -> int | None:
    """Return the year that two or four figures mean, or None where nobody can know."""
    if len(symbols) == 2:
        two = _number(symbols)
        return 1900 + two if 2000 + two > today.year else None
    return _number(symbols) if symbols else None
