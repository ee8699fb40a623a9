"""Citizen identification numbers: GB 11643-1999, with its 15-digit forerunner and foreigners' cards.

Eighteen characters: six of the area of first registration, eight of the birth date, three in sequence (odd
for men), one check character of ISO 7064 MOD 11-2. The check is a kindness to people who mistype: a number
that passes may be somebody else's (two digits swapped ten places apart always pass), so it verifies nobody.
The area is where the person was first registered, never where they are insured.

`stdnum.cn.ric` is not used: it refuses every county it does not list, and people are registered in counties
since renamed or dissolved (our synthetic numbers are in none at all). Only the province is checked here, as
refusing a valid number is the worse error.

>>> read("45019919520405999*", date(2026, 11, 22))
IdentityNumber(450***********999X)
>>> read("450199195503179981", date(2026, 11, 22))
<Fault.CHECKSUM: 'checksum'>
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from stdnum.iso7064 import mod_11_2

from menus.masking import card_digits, masked_identity_number

Sex = Literal["F", "M"]

_PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_FOREIGNER = "9"
_OLDEST = 130  # years
_EIGHTEEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_FIFTEEN = re.compile(r"\d{15}", re.ASCII)


class Fault(StrEnum):
    """The first thing wrong with a number, in the order of checking."""

    FORMAT = "format"
    REGION = "region"
    BIRTHDATE = "birthdate"
    FUTURE = "future"
    TOO_OLD = "too_old"
    CHECKSUM = "checksum"


@dataclass(frozen=True, slots=True, repr=False)
class IdentityNumber:
    """A well-formed number of eighteen characters; its repr is masked, so that it can stand in a log."""

    digits: str
    birth_date: date
    sex: Sex

    def __repr__(self) -> str:
        return f"IdentityNumber({masked_identity_number(self.digits)})"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a keyed or written number comes to; `restarted` where a star made it forget what stood before."""

    number: str
    restarted: bool = False

    def __repr__(self) -> str:
        return f"Entry({len(self.number)} characters, restarted={self.restarted})"


def entry(text: str) -> Entry:
    """Return the number meant by keys or text: half-width, upper case, no spaces, no hyphens, no trailing #.

    A star after exactly seventeen digits is the X, for which a telephone has no key; any other starts over.
    """
    bare = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper().rstrip("#")
    number, restarted = "", False
    for character in bare:
        if character != "*":
            number += character
        elif len(number) == 17 and number.isdigit():
            number += "X"
        else:
            number, restarted = "", True
    return Entry(number, restarted)


def read(text: str, today: date) -> IdentityNumber | Fault:
    """Return the number in keys or text (see `entry`; fifteen digits are lengthened), or its first fault."""
    number = entry(text).number
    if _FIFTEEN.fullmatch(number):
        number = lengthened(number)
    if not _EIGHTEEN.fullmatch(number):
        return Fault.FORMAT
    if not _PROVINCE.match(number) and number[0] != _FOREIGNER:
        return Fault.REGION
    born = _birth_date(number[6:14], today)
    if isinstance(born, Fault):
        return born
    if not mod_11_2.is_valid(number):
        return Fault.CHECKSUM
    return IdentityNumber(number, born, "M" if int(number[16]) % 2 else "F")


def lengthened(fifteen: str) -> str:
    """Return the eighteen characters of a number of fifteen digits.

    The first cards (until 2013) carry the year in two digits. Every year is read as 19.. here, although the
    sequences 996 to 999 once stood for people born in the 1800s: none of them is alive.
    """
    seventeen = f"{fifteen[:6]}19{fifteen[6:]}"
    return seventeen + str(mod_11_2.calc_check_digit(seventeen))


def _birth_date(text: str, today: date) -> date | Fault:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return Fault.BIRTHDATE
    if born > today:
        return Fault.FUTURE
    # Tuples, because the 29th of February has no anniversary 130 years on.
    if (born.year + _OLDEST, born.month, born.day) < (today.year, today.month, today.day):
        return Fault.TOO_OLD
    return born


def derived_pins(identity_number: str, card_number: str = "") -> frozenset[str]:
    """Return every six-digit PIN that verifies nobody: repeated, in sequence, or made of one's own numbers.

    Authorities hand out the end of the identity number (X as 0), of the birth date or of the card as first
    PIN, so whoever knows those numbers knows the PIN. `identity_number` is a valid one in full.
    """
    birth = identity_number[6:14]
    end = identity_number[-8:].replace("X", "0")
    card = card_digits(card_number)
    own = {end[-6:], end[:6], birth[2:], birth[:6], identity_number.rstrip("X")[-6:], card[-6:]}
    return _EASY_PINS | {pin for pin in own if len(pin) == 6}


_CIRCLE = "01234567890123456789"
_EASY_PINS = (
    frozenset(figure * 6 for figure in "0123456789")
    | frozenset(_CIRCLE[start : start + 6] for start in range(10))
    | frozenset(_CIRCLE[::-1][start : start + 6] for start in range(10))
)
