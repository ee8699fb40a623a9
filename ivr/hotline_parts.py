"""The parts of config/hotline.yaml, each a frozen model; ivr.hotline puts them together."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    model_validator,
)

from ivr.office_hours import Shift, said
from ivr.parts import Part, Spoken
from menus.values import Word

CHINA = ZoneInfo("Asia/Shanghai")


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"this is not a regular expression ({error.msg})") from None
    return text


def _in_china(value: object) -> object:
    """A time without a zone is China's."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
    return at.replace(tzinfo=CHINA) if isinstance(at, datetime) and at.tzinfo is None else at


Moment = Annotated[AwareDatetime, BeforeValidator(_in_china)]
Telephone = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{5,14}$")]


class Authority(Part):
    """Whose hotline it is. `short_name`, `controller` and `notice_place` are said, `signature` is written.

    `reference` names the document that allows this line; `number` is what callers are told to dial.
    """

    name: str
    short_name: Spoken
    reference: str = ""
    number: Annotated[str, Field(pattern=r"^[0-9][0-9-]{2,14}$")]
    signature: str = ""
    controller: Spoken
    notice_place: Spoken


class Sender(Part):
    """What texts are sent from: a number, or the provider's messaging service."""

    number: Telephone | Literal[""] = ""
    messaging_service: Annotated[str, Field(pattern="^(MG[0-9a-f]{32})?$")] = ""


class Agent(Part):
    """The people: the number they answer, empty if there is none, and their weekly hours.

    `holidays` says whether they keep these hours on public holidays too.
    """

    number: Annotated[str, Field(pattern=r"^(\+[1-9][0-9]{5,14}|sips?:[^\s]+)?$")] = ""
    shifts: tuple[Shift, ...] = Field(default=(), alias="hours")
    holidays: Literal["closed", "open"] = "closed"

    @property
    def hours(self) -> Word:
        """Return the hours as they are said and written."""
        return said(self.shifts)

    @model_validator(mode="after")
    def _has_hours(self) -> Self:
        if self.number and not self.shifts:
            raise ValueError("there is a number but no 'hours'; say when somebody answers")
        return self


class Texts(Part):
    """Which mobiles may be sent a text (SEC-15); the whole number must fit."""

    allowed: Annotated[str, AfterValidator(_pattern)] = r"^\+861[3-9]\d{9}$"


class Announcement(Part):
    """Something to say after the greeting for some days; it cannot outlive its end (decisions 34)."""

    text: Annotated[Spoken, Field(max_length=60)]
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="until")
    languages: tuple[str, ...] = ("zh-CN",)

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.end <= self.start:
            raise ValueError("'until' is not after 'from'")
        return self


class Retention(Part):
    """How long is kept what (SEC-51)."""

    turns_days: Annotated[int, Field(ge=1)] = 180
    audit_days: Annotated[int, Field(ge=1)] = 1095
    codes_hours: Annotated[int, Field(ge=1)] = 24


Few = Annotated[int, Field(ge=1, le=10)]
Many = Annotated[int, Field(ge=1)]


class Limits(Part):
    """How often and how long (SEC-04, 05, 11, 13, 14, 38, 42; decisions 17). Bounds are the duties' own."""

    tries_per_call: Few = 3
    person_failures: Few = 5
    person_lock_hours: Many = 24
    caller_failures: Many = 10
    caller_lock_hours: Many = 24
    caller_failed_numbers: Few = 3
    caller_failed_numbers_hours: Many = 1
    verified_minutes: Few = 10
    code_minutes: Few = 5
    code_attempts: Annotated[int, Field(ge=1, le=3)] = 3
    code_gap_seconds: Many = 60
    codes_per_person_day: Many = 5
    codes_per_mobile_day: Many = 5
    codes_per_caller_day: Many = 10
    codes_per_minute: Many = 30
    codes_per_day: Many = 5000
    mobile_settled_days: Annotated[int, Field(ge=0)] = 7
    unbinding_lock_hours: Many = 24
    releases_per_day: Many = 2
    call_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    minimum_age: Annotated[int, Field(ge=14)] = 14
