"""What a region's file holds besides policies: offices, credits, wages, channels, withdrawals, history.

Callers hear the offices and, through answers, the rest of their own region only (decisions 8); the other
tables keep what documents said, with source and reliability, so that it can be checked and approved.
"""

from decimal import Decimal
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import Field, model_validator

from ivr.approval import Approvable
from ivr.parts import Part, Spoken, SpokenWord
from ivr.policy import Policy, Reliability

Row = TypeVar("Row", bound=Part)
Yuan = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)


class Listed(Part, Generic[Row]):
    """Rows of one source."""

    source: str
    reliability: Reliability
    rows: tuple[Row, ...]


class OfficeRow(Part):
    """An office: how it is found and said. A rule names who goes elsewhere and has no telephone."""

    id: Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$")]
    fact: str = ""
    name: Spoken
    district: Spoken
    aliases: tuple[str, ...] = ()
    spoken: Spoken
    written: str
    landmark: str = ""
    phone: Annotated[str, Field(pattern="^([0-9]{7,8})?$")] = ""
    rule_only: bool = False

    @model_validator(mode="after")
    def _can_be_called(self) -> Self:
        if self.rule_only == bool(self.phone):
            raise ValueError("an office has a phone, and a rule (rule_only) has none")
        return self


class MonthlyCreditRow(Approvable):
    """What a group is credited a month: an amount, or a share of the region's average pension.

    Ages are from the first up to, not including, the last. `ambiguous` marks bounds that the source leaves
    open: at that age the office decides. `area` says, in the file of the whole country, how the codes of the
    regions begin that a row is for; a row without it is for all regions that have none of their own.
    """

    fact: str
    place: str
    area: Annotated[str, Field(pattern="^([0-9]{2}){0,3}$")] = ""
    member_type: Literal["retired"] = "retired"
    age_from: Annotated[int, Field(ge=0)] = 0
    age_to: int | None = None
    bounds: Literal["clear", "ambiguous"] = "clear"
    yuan_a_month: Yuan | None = None
    yuan_a_year: Yuan | None = None
    percent_of_average_pension: tuple[Percent, Percent] | None = None
    approximate: bool = False
    note: str = ""

    @property
    def fen_a_month(self) -> int | None:
        """Return the amount in fen, None where the row is a share of the average pension."""
        return None if self.yuan_a_month is None else _fen(self.yuan_a_month)

    @property
    def open_ages(self) -> frozenset[int]:
        """Return the ages at which the source does not say whether the row holds."""
        if self.bounds == "clear":
            return frozenset()
        return frozenset(age for age in (self.age_from, self.age_to) if age)

    def holds_at(self, age: int) -> bool:
        """Return whether the row is for people of an age in whole years."""
        return self.age_from <= age and (self.age_to is None or age < self.age_to)

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        if (self.yuan_a_month is None) == (self.percent_of_average_pension is None):
            raise ValueError("a row has yuan_a_month or percent_of_average_pension, not both")
        if self.yuan_a_year is not None and self.yuan_a_year != 12 * (self.yuan_a_month or 0):
            raise ValueError("yuan_a_year is not twelve times yuan_a_month")
        return self

    @model_validator(mode="after")
    def _goes_upwards(self) -> Self:
        if self.age_to is not None and self.age_to <= self.age_from:
            raise ValueError("age_to is not above age_from; it is the first age that is out")
        least, most = self.percent_of_average_pension or (0, 0)
        if most < least:
            raise ValueError("percent_of_average_pension is the least and then the most")
        return self


class AverageMonthlyWage(Approvable):
    """What employees of the city earned a month, on average over a year: next year's threshold of sharing."""

    year: Annotated[int, Field(ge=1978, le=2100)]
    yuan: Annotated[Yuan, Field(gt=0)]
    source: str
    reliability: Reliability

    @property
    def fen(self) -> int:
        """Return the wage in fen."""
        return _fen(self.yuan)

    @model_validator(mode="after")
    def _is_known_after_the_year(self) -> Self:
        if self.checked_on and self.checked_on.year <= self.year:
            raise ValueError("an average is known when its year is over; correct year or checked_on")
        return self


# The full stop shows that no comma cut a sentence in two where YAML lists stand on one line.
Step = Annotated[Spoken, Field(max_length=45, pattern="。$")]


class ChannelRow(Approvable):
    """A way to get something done without this hotline, in steps short enough to be said."""

    fact: str
    kind: Literal["web", "kiosk", "app", "counter", "hospital", "wechat", "alipay", "phone", "premium"]
    name: str
    does: tuple[Literal["bind", "query", "unbind", "change", "balance", "premium"], ...]
    steps: tuple[Step, ...] = ()


class WithdrawalRow(Approvable):
    """A condition under which the money may be paid out, as a document has it."""

    fact: str
    condition: str
    words: Spoken


class HistoryRow(Part):
    """Something that was so on a day: data for tests and pages, never said."""

    fact: str
    words: str


class RegionFile(Part):
    """One file of config/regions; `CN` is the whole country."""

    code: Annotated[str, Field(pattern="^(CN|[0-9]{6})$")]
    name: SpokenWord
    area_code: Annotated[str, Field(pattern="^(0[0-9]{2,3})?$")] = ""
    relations: dict[str, SpokenWord] = Field(default_factory=dict)
    topics: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]
    offices: Listed[OfficeRow] | None = None
    monthly_credits: tuple[Listed[MonthlyCreditRow], ...] = ()
    average_monthly_wages: tuple[AverageMonthlyWage, ...] = ()
    channels: tuple[Listed[ChannelRow], ...] = ()
    withdrawals: Listed[WithdrawalRow] | None = None
    history: Listed[HistoryRow] | None = None
