"""Days, months and times of day in Hanzi.

>>> date(datetime.date(2025, 6, 1)), month(2025, 6)
('二零二五年六月一日', '二零二五年六月')
>>> time_of_day(datetime.time(14)), time_of_day(datetime.time(9, 5))
('下午两点整', '九点零五分')
"""

import datetime

from speech.spoken.cardinals import DIGITS, cardinal, count
from speech.spoken.hanzi import UnspeakableError

_PARTS_OF_DAY = ((6, "凌晨", 0), (13, "", 0), (18, "下午", 12), (24, "晚上", 12))


def date(day: datetime.date) -> str:
    """Return a calendar day: the year digit by digit, month and day as numbers."""
    return f"{month(day.year, day.month)}{cardinal(day.day)}日"


def month(year: int, month: int) -> str:
    """Return a calendar month of a year from 1 to 9999."""
    if not 1 <= month <= 12:
        raise UnspeakableError("a month is a number from 1 to 12")
    return f"{year_name(year)}{cardinal(month)}月"


def year_name(year: int) -> str:
    """Return a year digit by digit, one as 一 and nought as 零."""
    if not 1 <= year <= 9999:
        raise UnspeakableError("a year is a number from 1 to 9999")
    return "".join(DIGITS[int(digit)] for digit in str(year)) + "年"


def time_of_day(time: datetime.time) -> str:
    """Return a time to the minute on the twelve-hour clock; mornings stay unnamed, seconds are left out."""
    part, back = next((part, back) for end, part, back in _PARTS_OF_DAY if time.hour < end)
    hour = part + count(time.hour - back, "点")
    if time.minute == 0:
        return hour + "整"
    return hour + ("零" if time.minute < 10 else "") + cardinal(time.minute) + "分"
