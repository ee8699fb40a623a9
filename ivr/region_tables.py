"""What a region's file holds besides policies: offices, monthly credits, channels, withdrawals, history.

Callers hear the offices and, through answers, the rest of their own region only (decisions 8); the other
tables keep what documents said, with source and reliability, so that it can be checked and approved.
"""

from decimal import Decimal
from typing import Annotated, Generic, Literal, Self, TypeVar

from pydantic import Field, model_validator

from ivr.parts import Part, Spoken, SpokenWord
from ivr.policy import Policy, Reliability

Row = TypeVar("Row", bound=Part)
Yuan = Annotated[Decimal, Field(ge=0, decimal_places=2)]


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


class MonthlyCreditRow(Part):
    """What a group is credited a month: an amount, or a share of the region's average pension.

    Ages are from the first up to, not including, the last. `ambiguous` marks bounds that the source leaves
    open: at that age the office decides.
    """

    fact: str
    place: str
    member_type: Literal["retired"] = "retired"
    age_from: int = 0
    age_to: int | None = None
    bounds: Literal["clear", "ambiguous"] = "clear"
    yuan_a_month: Yuan | None = None
    yuan_a_year: Yuan | None = None
    percent_of_average_pension: tuple[Decimal, Decimal] | None = None
    approximate: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _is_one_rule(self) -> Self:
        if (self.yuan_a_month is None) == (self.percent_of_average_pension is None):
            raise ValueError("a row has yuan_a_month or percent_of_average_pension, not both")
        if self.yuan_a_year is not None and self.yuan_a_year != 12 * (self.yuan_a_month or 0):
            raise ValueError("yuan_a_year is not twelve times yuan_a_month")
        return self


# The full stop shows that no comma cut a sentence in two where YAML lists stand on one line.
Step = Annotated[Spoken, Field(max_length=45, pattern="。$")]


class ChannelRow(Part):
    """A way to get something done without this hotline, in steps short enough to be said."""

    fact: str
    kind: Literal["web", "kiosk", "app", "counter", "hospital", "wechat", "alipay", "phone", "premium"]
    name: str
    does: tuple[Literal["bind", "query", "unbind", "change", "balance", "premium"], ...]
    steps: tuple[Step, ...] = ()


class WithdrawalRow(Part):
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
    policies: Annotated[tuple[Policy, ...], Field(min_length=1)]
    offices: Listed[OfficeRow] | None = None
    monthly_credits: tuple[Listed[MonthlyCreditRow], ...] = ()
    channels: tuple[Listed[ChannelRow], ...] = ()
    withdrawals: Listed[WithdrawalRow] | None = None
    history: Listed[HistoryRow] | None = None
