"""Digits read one by one, from clips of two: one group of a telephone number, a code or an ID.

>>> split("零七七幺"), split("零七七"), split("九九九艾克斯")
(('零七', '七幺'), ('零七', '七'), ('九九', '九艾克斯'))

A group is said in pairs, and if one digit is left it stands last. Pairs are short enough to be understood and
long enough to sound like speech. The pause after a group tells that it ends: no pair needs a second form.
"""

import re
from collections.abc import Iterator
from itertools import product

from speech.clips.order import far_apart
from speech.spoken import UnspeakableError

_DIGITS = "零幺二三四五六七八九"
_X = "艾克斯"
_GROUP = re.compile(f"(?=.)[{_DIGITS}]*(?:{_X})?")
_PAIR = re.compile(f"[{_DIGITS}](?:[{_DIGITS}]|{_X})?|{_X}")


def split(said: str) -> tuple[str, ...]:
    """Return the clips of one group of what `digits` says, without commas; UnspeakableError if it is none."""
    if not _GROUP.fullmatch(said):
        raise UnspeakableError("this is no group of digits said one by one")
    return tuple(_PAIR.findall(said))


def inventory() -> Iterator[str]:
    """Yield all pairs and all single digits, with and without the X that may end an ID."""
    yield from far_apart(map("".join, product(_DIGITS, repeat=2)), 11)
    yield from _DIGITS
    yield from (digit + _X for digit in _DIGITS)
    yield _X
