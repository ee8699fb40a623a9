"""Numbers that are names (telephones, codes, cards, IDs), read digit by digit in groups.

One is 幺, which sounds like no other digit over a telephone; 拐, 洞 and 勾 are understood, never spoken.

>>> digits("0771-2800185", "phone"), digits("482913", "code"), digits("999X", "tail")
('零七七幺,二八零,零幺八五', '四八二,九幺三', '九九九艾克斯')
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from speech.spoken.hanzi import LETTERS, UnspeakableError

DigitKind = Literal["phone", "landline", "mobile", "code", "tail", "identity", "card", "plain"]

_NAMES = dict(zip("0123456789", "零幺二三四五六七八九", strict=True)) | {"X": LETTERS["X"]}
_SEPARATORS = re.compile(r"[\s-]+")
_AREA = re.compile(r"(0(?:10|2\d|\d{3}))(\d{7,8})", re.ASCII)
_WITH_X = ("tail", "identity")


def digits(text: str, kind: DigitKind) -> str:
    """Return the digits in groups separated by commas; spaces and hyphens in the text are not read.

    X may end an identity number or a tail. Anything else, or nothing at all, raises UnspeakableError.
    """
    bare = _SEPARATORS.sub("", text).upper()
    if kind in ("phone", "mobile"):
        bare = bare.removeprefix("+86")
    shape = r"\d+X?" if kind in _WITH_X else r"\d+"
    if not re.fullmatch(shape, bare, re.ASCII):
        raise UnspeakableError(f"this is not a {kind} number: digits are written 0 to 9")
    return ",".join("".join(_NAMES[digit] for digit in group) for group in _GROUPS[kind](bare))


def _sizes(text: str, *sizes: int) -> list[str]:
    """Return the text cut into groups of these sizes; the last size repeats until the text ends."""
    groups, rest, sizes_left = [], text, list(sizes)
    while rest:
        size = sizes_left.pop(0) if len(sizes_left) > 1 else sizes_left[0]
        groups.append(rest[:size])
        rest = rest[size:]
    return groups


def _phone(text: str) -> list[str]:
    """Return the groups of a telephone number: mobile, landline (perhaps with area code), 400, short code."""
    if area := _AREA.fullmatch(text):
        return [area.group(1), *_phone(area.group(2))]
    match len(text):
        case 1 | 2 | 3 | 4 | 5 | 6:
            return [text]
        case 7 | 11:
            return _sizes(text, 3, 4)
        case 10:
            return _sizes(text, 3, 3, 4)
        case _:
            return _sizes(text, 4)


def _plain(text: str) -> list[str]:
    return [text] if len(text) <= 6 else _sizes(text, 4)


_GROUPS: Mapping[DigitKind, Callable[[str], list[str]]] = {
    "phone": _phone,
    "landline": _phone,
    "mobile": _phone,
    "code": lambda text: _sizes(text, 3),
    "tail": lambda text: [text],
    "identity": lambda text: _sizes(text, 6, 4),
    "card": lambda text: _sizes(text, 4),
    "plain": _plain,
}
