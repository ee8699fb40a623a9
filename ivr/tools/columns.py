"""The columns of the files and what each holds, as types for the models of rows."""

from datetime import date
from typing import Annotated, Any, cast, get_args

from pydantic import PlainValidator, ValidationInfo

from ivr.policy import Relation as KnownRelation
from ivr.tools import checks
from ivr.tools.checks import Check, Rules


def _checked(check: Check) -> PlainValidator:
    def validate(cell: str, info: ValidationInfo) -> Any:
        return check(cell, cast("Rules", info.context))

    return PlainValidator(validate)


def _checked_if_any(check: Check) -> PlainValidator:
    return _checked(checks.optional(check))


_MEMBER_TYPES = ("employed", "flexible", "retired", "resident")
_STATUSES = ("active", "suspended", "ended", "frozen", "deceased")
_SCHEMES = ("none", "disabled_soldier_1_6")
_ZONES = ("medical", "financial")
_KINDS = (
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

Identity = Annotated[str, _checked(checks.identity)]
OptionalIdentity = Annotated[str | None, _checked_if_any(checks.identity)]
FullName = Annotated[str, _checked(checks.written(40, least=1))]
Region = Annotated[str, _checked(checks.region)]
MemberType = Annotated[str, _checked(checks.one_of(_MEMBER_TYPES))]
Status = Annotated[str, _checked(checks.one_of(_STATUSES))]
Mobile = Annotated[str | None, _checked_if_any(checks.mobile)]
Day = Annotated[date, _checked(checks.day)]
OptionalDay = Annotated[date | None, _checked_if_any(checks.day)]
Card = Annotated[str | None, _checked_if_any(checks.card)]
ComputerNumber = Annotated[str | None, _checked_if_any(checks.computer_number)]
Pin = Annotated[str | None, _checked_if_any(checks.pin)]
SpecialScheme = Annotated[str, _checked(checks.one_of(_SCHEMES, default="none"))]
CreditZone = Annotated[str, _checked(checks.one_of(_ZONES, default="medical"))]
Yes = Annotated[bool, _checked(checks.yes)]
Agency = Annotated[str | None, _checked(checks.written(40))]
Kind = Annotated[str, _checked(checks.one_of(_KINDS))]
Fen = Annotated[int, _checked(checks.fen)]
Institution = Annotated[str, _checked(checks.written(80))]
Reference = Annotated[str, _checked(checks.reference)]
Relation = Annotated[str, _checked(checks.one_of(get_args(KnownRelation)))]
Priority = Annotated[int | None, _checked_if_any(checks.priority)]
Quota = Annotated[int | None, _checked_if_any(checks.quota)]
