"""Days, months and times of day from clips: year, month, day, hour, minute.

>>> split("二零二五年六月一日"), split("二零二五年六月")
(('二零二五年', '六月', '一日'), ('二零二五年', '六月'))
>>> split("十一月二十二日九点三十分"), split("一日下午两点整")
(('十一月', '二十二日', '九点', '三十分'), ('一日', '下午两点整'))
>>> split("一九五八年")
('一九', '五八年')

The years that payments, rules and bindings name are one clip each; the others from 1900 to 2099 are two.
"""

import datetime
import re
from collections.abc import Iterator

from speech.clips.order import far_apart
from speech.spoken import UnspeakableError, cardinal, month, time_of_day


def _year(year: int) -> str:
    return month(year, 1).removesuffix("一月")


_YEARS = tuple(map(_year, range(1990, 2050)))
_CENTURIES = tuple(_year(year)[:2] for year in (1900, 2000))
_YEARS_OF_A_CENTURY = tuple(_year(year)[2:] for year in range(2000, 2100))
_MONTHS = tuple(f"{cardinal(number)}月" for number in range(1, 13))
_DAYS = tuple(f"{cardinal(number)}日" for number in range(1, 32))
_FULL_HOURS = tuple(time_of_day(datetime.time(hour)) for hour in range(24))
_HOURS = tuple(hour.removesuffix("整") for hour in _FULL_HOURS)
_MINUTES = tuple(time_of_day(datetime.time(9, minute)).removeprefix("九点") for minute in range(1, 60))


def _one_of(*tables: tuple[str, ...]) -> str:
    """Write a pattern for one clip of these tables; none of one table begins another."""
    return "(" + "|".join(clip for table in tables for clip in table) + ")"


_TEXT = re.compile(
    f"(?=.)(?:{_one_of(_YEARS)}|{_one_of(_CENTURIES)}{_one_of(_YEARS_OF_A_CENTURY)})?"
    f"{_one_of(_MONTHS)}?{_one_of(_DAYS)}?(?:{_one_of(_FULL_HOURS)}|{_one_of(_HOURS)}{_one_of(_MINUTES)})?"
)


def split(said: str) -> tuple[str, ...]:
    """Return the clips of what `speech.spoken` says of a date, a month, a time of day or a day with its time.

    UnspeakableError if it is none of these, or of a year before 1900 or after 2099.
    """
    found = _TEXT.fullmatch(said)
    if found is None:
        raise UnspeakableError("this is no day, month or time of day in words")
    return tuple(filter(None, found.groups()))


def inventory() -> Iterator[str]:
    """Yield every clip, the tables one after the other."""
    for table in (_YEARS, _YEARS_OF_A_CENTURY, _MONTHS, _DAYS, _HOURS, _FULL_HOURS, _MINUTES, _CENTURIES):
        yield from far_apart(table, 7)
