"""Whole numbers, ordinals, counts and percentages in Hanzi.

>>> cardinal(10010), cardinal(22000), cardinal(110)
('一万零一十', '两万二千', '一百一十')
>>> count(2, "位"), count(12, "位"), ordinal(2)
('两位', '十二位', '第二')
>>> percent("2%~3%")
'百分之二到百分之三'
"""

import re

from speech.spoken.hanzi import UnspeakableError

DIGITS = "零一二三四五六七八九"
_POWERS = ("千", "百", "十", "")
_GROUPS = ("亿", "万", "")
_LIMIT = 10**12

_NUMBER = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)
_TO = re.compile(r"[~～–—-]|到|至")


def cardinal(number: int) -> str:
    """Return the number in words, below 10^12 either side of zero; a leading 2 of 千, 万 and 亿 is 两."""
    if abs(number) >= _LIMIT:
        raise UnspeakableError("numbers of a million million and more are not read aloud")
    if number <= 0:
        return "零" if number == 0 else "负" + cardinal(-number)
    words = _joined_groups(number)
    if words.startswith("一十"):
        return words[1:]
    if words[0] == "二" and words[1:2] in ("千", "万", "亿"):
        return "两" + words[1:]
    return words


def _joined_groups(number: int) -> str:
    """Return the groups of four digits with 万 and 亿; one 零 announces a gap or a short group."""
    words, gap = "", False
    for group, name in zip((number // 10**8, number // 10**4 % 10**4, number % 10**4), _GROUPS, strict=True):
        if group:
            words += ("零" if words and (gap or group < 1000) else "") + _four_digits(group) + name
        gap = not group
    return words


def _four_digits(group: int) -> str:
    words, gap = "", False
    for digit, power in zip(f"{group:04d}", _POWERS, strict=True):
        if digit != "0":
            words += ("零" if gap and words else "") + DIGITS[int(digit)] + power
        gap = digit == "0"
    return words


def count(number: int, unit: str = "") -> str:
    """Return a number of things: a lone 2 is 两. Without a unit, the measure word follows in the prompt."""
    return ("两" if number == 2 else cardinal(number)) + unit


def ordinal(number: int) -> str:
    """Return 第 and the number; 2 stays 二."""
    return "第" + cardinal(number)


def decimal(text: str) -> str:
    """Return a decimal as text ("0.5", "-12.30") in words, every digit after the point by itself."""
    parts = _NUMBER.fullmatch(text)
    if parts is None:
        raise UnspeakableError("this is not a plain decimal number")
    sign, whole, fraction = parts.groups()
    words = cardinal(int(whole))
    if fraction:
        words += "点" + "".join(DIGITS[int(digit)] for digit in fraction)
    return ("负" if sign else "") + words


def percent(text: str) -> str:
    """Return a percentage or a range of two ("2%", "0.5", "2%~3%") in words."""
    ends = [end.strip().removesuffix("%").removesuffix("％") for end in _TO.split(text)]
    if len(ends) > 2:
        raise UnspeakableError("a range has two ends")
    return "到".join("百分之" + decimal(end) for end in ends)
