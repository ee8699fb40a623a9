"""Number entry: what the keys of one entry mean, judged without looking anybody up.

The rules are those of decisions 10 and 11: * before any digit is the other way and handled by the dialogue;
* after a digit starts over and what follows the last * counts; X is * in the eighteenth place only; fewer
than eighteen digits ended with # are a card number.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from menus.identity_number import Fault, entry, read
from menus.menu import NumberKind

LENGTHS: dict[NumberKind, int] = {"identity": 18, "pin": 6, "code": 6}
# Social-security cards show 8 to 12 digits besides their letter, so that many are a card even without #.
_CARD_LENGTHS = range(8, 13)
_LONGEST_CARD = 17
_NO_ID = frozenset({Fault.FORMAT, Fault.REGION, Fault.BIRTHDATE, Fault.FUTURE, Fault.TOO_OLD})
WrongKind = Literal["short", "long", "check", "ending"]


@dataclass(frozen=True, slots=True)
class Entered:
    """A whole number: an `identity` number of 18 characters, a `card` number, or six digits."""

    keys: str
    kind: Literal["identity", "card", "pin", "code"]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The caller started over and the keys ran out; these count, and the rest is still to come."""

    keys: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that may be said aloud: `by` digits too few or too many, or a slip somewhere."""

    kind: WrongKind
    by: int = 0


Judged = Entered | Unfinished | Wrong


def judge(kind: NumberKind, keys: str, today: date) -> Judged:
    """Return what the keys of an entry mean; `keys` holds 0-9, * and, where the caller ended it, a last #."""
    finished = keys.endswith("#")
    bare = keys.replace("#", "")
    if kind == "identity":
        entered = entry(bare)
        digits, restarted = entered.number, entered.restarted
    else:
        digits, restarted = bare.rpartition("*")[2], "*" in bare
    if restarted and len(digits) < LENGTHS[kind] and not finished:
        return Unfinished(digits)
    return _identity_or_card(digits, finished, today) if kind == "identity" else _six(kind, digits)


def _six(kind: NumberKind, digits: str) -> Judged:
    over = len(digits) - LENGTHS[kind]
    if over == 0:
        return Entered(digits, kind)
    return Wrong("long", over) if over > 0 else Wrong("short", -over)


def _identity_or_card(digits: str, finished: bool, today: date) -> Judged:
    length = len(digits)
    if length > 18:
        return Wrong("long", length - 18)
    if length in (15, 18):
        number = read(digits, today)
        if not isinstance(number, Fault):
            return Entered(number.digits, "identity")
        if length == 18:
            return Wrong("check")
    if length == 17 and not isinstance(read(digits + "X", today), Fault):
        return Wrong("ending", 1)
    if (
        (length in _CARD_LENGTHS or finished)
        and 0 < length <= _LONGEST_CARD
        and not _begins_an_id(digits, today)
    ):
        return Entered(digits, "card")
    return Wrong("short", 18 - length)


def _begins_an_id(digits: str, today: date) -> bool:
    """Whether a province and a possible birth date stand where an ID has them: then it is an ID cut short."""
    if len(digits) < 14:
        return False
    return read(digits.ljust(17, "0") + "0", today) not in _NO_ID
