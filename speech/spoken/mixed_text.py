"""Simple written text with numbers in it, made speakable: for the words that operators and data bring along.

>>> speakable("12333按2"), speakable("75岁及以上"), speakable("2%~3%")
('幺二三三三按二', '七十五岁及以上', '百分之二到百分之三')
"""

import datetime
import re
from collections.abc import Callable, Mapping

from speech.spoken.addresses import address
from speech.spoken.amounts import money, yuan
from speech.spoken.cardinals import cardinal, count, decimal, percent
from speech.spoken.days import date, month, time_of_day, year_name
from speech.spoken.digit_strings import digits
from speech.spoken.hanzi import HALF_WIDTH, LETTERS, UnspeakableError, assert_speakable

# Before these a lone 2 is 两; all other words after a number leave it 二 (二月, 二号, 二楼, 二级).
_MEASURE = "个|小时|分钟|周岁|位|次|人|笔|岁|年|天|点|项|家|条|张|种|倍|周|期|户|遍|份|套|件|口|名|万|亿|千"
_FRACTION = r"\d+(?:\.\d+)?"
_THOUSANDS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"
# After these even a short number is read digit by digit.
_LABELLED = "|".join(
    f"(?<={label})" for label in ("尾号", "尾号是", "验证码", "验证码是", "拨", "打", "电话")
)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _day(text: str) -> str:
    try:
        return date(datetime.date(*_numbers(text)))
    except ValueError:
        raise UnspeakableError("the text names a day that no calendar has") from None


def _time(text: str) -> str:
    hour, minute = _numbers(text)
    return time_of_day(datetime.time(hour, minute))


def _string(text: str) -> str:
    if text.endswith("X"):
        return digits(text, "tail")
    return digits(text, "code" if len(text) == 6 else "phone")


# Pattern and reader of each kind of number. The first that fits wins: narrow ones stand before broad ones.
_READERS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "day": (r"(?<!\d)\d{4}(?:-\d{1,2}-\d{1,2}(?!\d)|年\d{1,2}月\d{1,2}[日号])", _day),
    "month": (r"(?<!\d)\d{4}(?:-\d{2}(?![\d-])|年\d{1,2}月)", lambda text: month(*_numbers(text))),
    "year": (r"(?<!\d)\d{4}年", lambda text: year_name(*_numbers(text))),
    "time": (r"(?<!\d)(?:[01]?\d|2[0-3])[:：][0-5]\d(?![\d:])", _time),
    "percent": (rf"{_FRACTION}(?:%?[~-]{_FRACTION})?%", percent),
    "phone": (r"(?<!\d)(?:1\d{10}|0\d{2,3}-\d{7,8}|[48]00-?\d{3}-?\d{4})(?!\d)", _string),
    "house": (r"(?<!\d)\d{1,6}(?:-\d{1,6}){1,3}号", address),
    "labelled": (rf"(?:{_LABELLED})\d+X?", _string),
    "money": (
        rf"(?:(?<!\d)-)?(?:{_THOUSANDS}|{_FRACTION})元",
        lambda text: money(yuan(text[:-1].replace(",", ""))),
    ),
    "decimal": (r"(?:(?<!\d)-)?\d+\.\d+", decimal),
    "count": (rf"(?<![第\d])\d{{1,12}}(?={_MEASURE})", lambda text: count(int(text))),
    "string": (r"0\d+|\d{5,}", _string),
    "number": (r"\d+", lambda text: cardinal(int(text))),
    "to": (r"(?<=[\w%])[~-](?=\d)", lambda _: "到"),
    "letter": (r"[A-Za-z]", lambda text: LETTERS[text.upper()]),
    "key": (r"(?<=按)[*#]", lambda text: "星号" if text == "*" else "井号"),
    "star": (r"(?<=\w)\*+", lambda _: "某"),
}
_ANY = re.compile("|".join(f"(?P<{name}>{pattern})" for name, (pattern, _) in _READERS.items()))


def speakable(text: str) -> str:
    """Return the text with every number and letter in Hanzi; UnspeakableError where no reading is certain."""
    half_width = text.translate(HALF_WIDTH)
    spoken = _ANY.sub(lambda found: _READERS[found.lastgroup or ""][1](found.group()), half_width)
    assert_speakable(spoken)
    return spoken
