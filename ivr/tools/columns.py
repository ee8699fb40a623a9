"""What may stand in a cell, column by column: a text becomes a value, or a sentence on what would be right.

No sentence repeats the cell: it may hold a number, a name or a PIN, if only because a column slipped.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, cast, get_args

from pydantic import PlainValidator, ValidationInfo

from ivr.policy import Relation
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
_MONEY = re.compile(r"([+-]?)([0-9]{1,11})(?:\.([0-9]{1,2}))?")
_CARD = re.compile(r"[0-9A-Za-z -]{1,30}")
# Fewer digits than on any card would be found by chance.
_FEWEST_CARD_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Rules:
    """What the checks depend on besides the cell: the day it is in China, and the mobiles we may text."""

    today: date
    mobiles: re.Pattern[str]


def _identity(cell: str, rules: Rules) -> str:
    if isinstance(cell, Figure):
        raise ValueError(_AS_TEXT)
    text = unicodedata.normalize("NFKC", cell).upper()
    number = read(text, rules.today) if _IDENTITY.fullmatch(text) else Fault.FORMAT
    if isinstance(number, Fault):
        raise ValueError(f"{_IDENTITY_FAULTS[number]}; copy the number from the identity card")
    return number.digits


def _optional_identity(cell: str, rules: Rules) -> str | None:
    return _identity(cell, rules) if cell else None


def _written(most: int, least: int = 0) -> Callable[[str, Rules], str]:
    def check(cell: str, _rules: Rules) -> str:
        if not least <= len(cell) <= most:
            few = "empty" if not cell else f"{len(cell)} characters"
            raise ValueError(f"{few}; write {least} to {most} characters")
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in cell):
            raise ValueError("a line break or another character that cannot be seen; take it away")
        return cell

    return check


def _region(cell: str, _rules: Rules) -> str:
    if not re.fullmatch("[1-9][0-9]{5}", cell):
        raise ValueError("not a region; write its six digits, such as 450100")
    return str(cell)


def _one_of(words: Sequence[str], default: str = "") -> Callable[[str, Rules], str]:
    def check(cell: str, _rules: Rules) -> str:
        word = cell or default
        if word not in words:
            near = get_close_matches(word.lower(), words, 1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"not one of {', '.join(words)}{meant}")
        return word

    return check


def _yes(cell: str, _rules: Rules) -> bool:
    if cell.lower() not in ("true", "false", ""):
        raise ValueError("not a truth value; write true or false")
    return cell.lower() == "true"


def _mobile(cell: str, rules: Rules) -> str | None:
    if not cell:
        return None
    digits = re.sub("[ -]", "", cell)
    mobile = f"+86{digits}" if re.fullmatch("[0-9]{11}", digits) else digits
    if not rules.mobiles.match(mobile):
        raise ValueError(
            "not a mobile that may be sent texts (hotline.yaml: texts.allowed); write its 11 digits"
        )
    return mobile


def _day(cell: str, rules: Rules) -> date:
    if not _DATE.fullmatch(cell):
        raise ValueError("not a date; write year, month and day as in 2026-01-31")
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        raise ValueError("a day that does not exist; look it up") from None
    if day > rules.today:
        raise ValueError("a day in the future; only what has happened is imported")
    return day


def _optional_day(cell: str, rules: Rules) -> date | None:
    return _day(cell, rules) if cell else None


def _card(cell: str, _rules: Rules) -> str | None:
    if isinstance(cell, Figure):
        raise ValueError(_AS_TEXT)
    if not cell:
        return None
    if not _CARD.fullmatch(cell) or len(card_digits(cell)) < _FEWEST_CARD_DIGITS:
        raise ValueError(
            f"not a card number; write it as printed: letters and at least {_FEWEST_CARD_DIGITS} digits"
        )
    return cell


def _computer_number(cell: str, _rules: Rules) -> str | None:
    if isinstance(cell, Figure):
        raise ValueError(_AS_TEXT)
    if not re.fullmatch("[0-9A-Za-z]{0,20}", cell):
        raise ValueError("not a computer number; write at most 20 digits and letters")
    return cell or None


def _pin(cell: str, _rules: Rules) -> str | None:
    if not re.fullmatch("([0-9]{6})?", cell):
        zeros = "; format the column as text, so that zeros in front stay" if isinstance(cell, Figure) else ""
        raise ValueError(f"not six digits; write six, or nothing where there is no PIN{zeros}")
    return cell or None


def _fen(cell: str, _rules: Rules) -> int:
    found = _MONEY.fullmatch(cell)
    if not found:
        raise ValueError("not an amount; write yuan with at most two decimals, such as 1022.51 or -35.00")
    sign, yuan, cents = found.groups(default="")
    fen = int(yuan) * 100 + int(cents.ljust(2, "0"))
    return -fen if sign == "-" else fen


def _quota(cell: str, rules: Rules) -> int | None:
    if not cell:
        return None
    fen = _fen(cell, rules)
    if fen < 0:
        raise ValueError("below zero; write the yuan that may be used, or nothing where there is no limit")
    return fen


def _priority(cell: str, _rules: Rules) -> int | None:
    if not re.fullmatch("([1-9][0-9]?)?", cell):
        raise ValueError("not a place in the order; write 1 to 99, or nothing where the region sets no order")
    return int(cell) if cell else None


def _reference(cell: str, rules: Rules) -> str:
    if isinstance(cell, Figure) and len(cell) > 15:
        raise ValueError(_AS_TEXT)
    if cell.startswith(("act:", "row:")):
        raise ValueError("act: and row: begin the hotline's own references; put something else in front")
    return _written(80)(str(cell), rules)


def _checked(check: Callable[[str, Rules], Any]) -> PlainValidator:
    def validate(cell: str, info: ValidationInfo) -> Any:
        return check(cell, cast("Rules", info.context))

    return PlainValidator(validate)


MEMBER_TYPES = ("employed", "flexible", "retired", "resident")
STATUSES = ("active", "suspended", "ended", "frozen", "deceased")
KINDS = (
    "opening",
    "monthly_credit",
    "spend_own",
    "spend_family",
    "premium",
    "share_lock",
    "share_return",
    "interest",
    "adjust",
    "withdraw",
)

Identity = Annotated[str, _checked(_identity)]
OptionalIdentity = Annotated[str | None, _checked(_optional_identity)]
FullName = Annotated[str, _checked(_written(40, least=1))]
Region = Annotated[str, _checked(_region)]
MemberType = Annotated[str, _checked(_one_of(MEMBER_TYPES))]
Status = Annotated[str, _checked(_one_of(STATUSES))]
Mobile = Annotated[str | None, _checked(_mobile)]
Day = Annotated[date, _checked(_day)]
OptionalDay = Annotated[date | None, _checked(_optional_day)]
Card = Annotated[str | None, _checked(_card)]
ComputerNumber = Annotated[str | None, _checked(_computer_number)]
Pin = Annotated[str | None, _checked(_pin)]
SpecialScheme = Annotated[str, _checked(_one_of(("none", "disabled_soldier_1_6"), "none"))]
CreditZone = Annotated[str, _checked(_one_of(("medical", "financial"), "medical"))]
Yes = Annotated[bool, _checked(_yes)]
Agency = Annotated[str | None, _checked(_written(40))]
Kind = Annotated[str, _checked(_one_of(KINDS))]
Fen = Annotated[int, _checked(_fen)]
Institution = Annotated[str, _checked(_written(80))]
Reference = Annotated[str, _checked(_reference)]
Kin = Annotated[str, _checked(_one_of(get_args(Relation)))]
Priority = Annotated[int | None, _checked(_priority)]
Quota = Annotated[int | None, _checked(_quota)]
