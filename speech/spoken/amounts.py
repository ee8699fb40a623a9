"""Money: yuan as text to fen, and fen to Hanzi. Never a float, never rounded.

>>> yuan("110.05")
11005
>>> money(11005), money(30), money(0), money(200)
('一百一十元零五分', '三角', '零元', '两元')
"""

import re

from speech.spoken.cardinals import DIGITS, count
from speech.spoken.hanzi import UnspeakableError

_AMOUNT = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)
_TOO_FINE = re.compile(r"-?\d+\.\d{3,}", re.ASCII)


class AmountError(UnspeakableError):
    """The text is not an amount of money. The sentence never repeats it: it may be somebody's own."""


def yuan(text: str) -> int:
    """Return the fen of an amount in yuan: digits, at most two decimals, perhaps a minus sign.

    Thousands separators, currency signs and exponents are refused: whoever reads a file removes what its
    format allows.
    """
    if parts := _AMOUNT.fullmatch(text):
        sign, whole, fraction = parts.groups()
        fen = int(whole) * 100 + int((fraction or "").ljust(2, "0"))
        return -fen if sign else fen
    raise AmountError(_fault(text))


def _fault(text: str) -> str:
    if not text.strip():
        return "the amount is empty"
    if _TOO_FINE.fullmatch(text):
        return "an amount has at most two decimals"
    if "," in text or "，" in text:
        return "an amount is written without commas"
    return "an amount is written in yuan with digits and at most two decimals, such as 1022.51"


def money(fen: int) -> str:
    """Return an amount of fen in 元, 角 and 分; below zero with 负, never said of a balance."""
    if fen < 0:
        return "负" + money(-fen)
    whole, cents = divmod(fen, 100)
    jiao, rest = divmod(cents, 10)
    words = count(whole, "元") if whole or not cents else ""
    if jiao:
        words += DIGITS[jiao] + "角"
    elif whole and rest:
        words += "零"
    return words + (DIGITS[rest] + "分" if rest else "")
