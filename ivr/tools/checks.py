"""What may stand in a cell: a text becomes a value, or a ValueError whose sentence says what would be right.

No sentence repeats the cell: it may hold a number, a name or a PIN, if only because a column slipped.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from ivr.tools.sheet import Figure
from menus.identity_number import Fault, read
from menus.masking import card_digits

_AS_TEXT = "the spreadsheet keeps this as a number; format the column as text and enter it again"
_IDENTITY = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]")
_IDENTITY_FAULTS = {
    Fault.FORMAT: "not 18 characters (or 15 digits)",
    Fault.REGION: "the first two digits are no province",
    Fault.BIRTHDATE: "the birth date in it does not exist",
    Fault.FUTURE: "the birth date in it is in the future",
    Fault.TOO_OLD: "the birth date in it is more than 130 years ago",
    Fault.CHECKSUM: "the last character does not fit the others, so one of them is wrong",
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Below a billion yuan, so that no sum of a whole file leaves 64 bits.
_MONEY = re.compile(r"([+-]?)([0-9]{1,9})(?:\.([0-9]{1,2}))?")
_CARD = re.compile(r"[0-9A-Za-z -]{1,30}")
# Fewer digits than on any card would be found by chance.
_FEWEST_CARD_DIGITS = 6
# A spreadsheet's number is exact to here.
_EXACT_DIGITS = 15
_OWN_REFERENCES = ("act:", "row:")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the checks depend on besides the cell: the day it is in China, and the mobiles we may text."""

    today: date
    mobiles: re.Pattern[str]


Check = Callable[[str, Rules], Any]


def optional(check: Check) -> Check:
    """Return a check that makes None of an empty cell."""
    return lambda cell, rules: check(cell, rules) if cell else None


def identity(cell: str, rules: Rules) -> str:
    """Return an identity number of 18 characters; one of 15 digits is lengthened."""
    if isinstance(cell, Figure):
        raise ValueError(_AS_TEXT)
    text = unicodedata.normalize("NFKC", cell).upper()
    number = read(text, rules.today) if _IDENTITY.fullmatch(text) else Fault.FORMAT
    if isinstance(number, Fault):
        raise ValueError(f"{_IDENTITY_FAULTS[number]}; copy the number from the identity card")
    return number.digits


def written(most: int, least: int = 0) -> Check:
    """Return a check for a text of so many characters, all of them visible."""

    def check(cell: str, _rules: Rules) -> str:
        if not least <= len(cell) <= most:
            found = f"{len(cell)} characters" if cell else "empty"
            raise ValueError(f"{found}; write {least} to {most} characters")
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in cell):
            raise ValueError("a line break or another character that cannot be seen; take it away")
        return str(cell)

    return check


def one_of(words: Sequence[str], default: str = "") -> Check:
    """Return a check for one of these words; an empty cell is the default, if there is one."""

    def check(cell: str, _rules: Rules) -> str:
        word = cell or default
        if word not in words:
            near = get_close_matches(word.lower(), words, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"not one of {', '.join(words)}{meant}")
        return word

    return check


def region(cell: str, _rules: Rules) -> str:
    """Return the six digits of a region; one without a file falls under the national policy."""
    if not re.fullmatch("[1-9][0-9]{5}", cell):
        raise ValueError("not a region; write its six digits, such as 450100")
    return str(cell)


def yes(cell: str, _rules: Rules) -> bool:
    """Return whether the cell says true; an empty one does not."""
    if cell.lower() not in ("true", "false", ""):
        raise ValueError("not a truth value; write true or false")
    return cell.lower() == "true"


def mobile(cell: str, rules: Rules) -> str:
    """Return a mobile in E.164; eleven digits are China's."""
    digits = re.sub("[ -]", "", cell)
    number = f"+86{digits}" if re.fullmatch("[0-9]{11}", digits) else digits
    if not rules.mobiles.match(number):
        what = "not a mobile that may be sent texts (hotline.yaml: texts.allowed); write its 11 digits"
        raise ValueError(what)
    return number


def day(cell: str, rules: Rules) -> date:
    """Return a day that has come."""
    if not _DATE.fullmatch(cell):
        raise ValueError("not a date; write year, month and day as in 2026-01-31")
    try:
        found = date.fromisoformat(cell)
    except ValueError:
        raise ValueError("a day that does not exist; look it up") from None
    if found > rules.today:
        raise ValueError("a day in the future; only what has happened is imported")
    return found


def card(cell: str, _rules: Rules) -> str:
    """Return a card number as it is printed."""
    if isinstance(cell, Figure):
        raise ValueError(_AS_TEXT)
    if not _CARD.fullmatch(cell) or len(card_digits(cell)) < _FEWEST_CARD_DIGITS:
        what = f"write it as printed: letters, and at least {_FEWEST_CARD_DIGITS} digits"
        raise ValueError(f"not a card number; {what}")
    return cell


def computer_number(cell: str, _rules: Rules) -> str:
    """Return a computer number, 社保电脑号."""
    if isinstance(cell, Figure):
        raise ValueError(_AS_TEXT)
    if not re.fullmatch("[0-9A-Za-z]{1,20}", cell):
        raise ValueError("not a computer number; write at most 20 digits and letters")
    return cell


def pin(cell: str, _rules: Rules) -> str:
    """Return six digits; whether others could guess them is asked when they are set."""
    if not re.fullmatch("[0-9]{6}", cell):
        zeros = "; format the column as text, so that zeros in front stay" if isinstance(cell, Figure) else ""
        raise ValueError(f"not six digits; write six, or nothing where there is no PIN{zeros}")
    return str(cell)


def fen(cell: str, _rules: Rules) -> int:
    """Return signed fen for yuan with at most two decimals; no float is ever made of them."""
    found = _MONEY.fullmatch(cell)
    if not found:
        raise ValueError("not an amount; write yuan with at most two decimals, such as 1022.51 or -35.00")
    sign, yuan, cents = found.groups(default="")
    amount = int(yuan) * 100 + int(cents.ljust(2, "0"))
    return -amount if sign == "-" else amount


def quota(cell: str, rules: Rules) -> int:
    """Return fen that are not below zero."""
    amount = fen(cell, rules)
    if amount < 0:
        raise ValueError("below zero; write the yuan that may be used, or nothing where there is no limit")
    return amount


def priority(cell: str, _rules: Rules) -> int:
    """Return a place in the order in which accounts are used, from 1."""
    if not re.fullmatch("[1-9][0-9]?", cell):
        raise ValueError("not a place in the order; write 1 to 99, or nothing where the region sets no order")
    return int(cell)


def reference(cell: str, rules: Rules) -> str:
    """Return the reference of a movement, in letters of the authority's choice; empty if it has none."""
    if isinstance(cell, Figure) and len(cell) > _EXACT_DIGITS:
        raise ValueError(_AS_TEXT)
    if cell.startswith(_OWN_REFERENCES):
        raise ValueError("act: and row: begin the hotline's own references; put something else in front")
    return str(written(80)(cell, rules))
