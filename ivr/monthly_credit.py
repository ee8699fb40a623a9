"""What a person is credited a month by the rules of the region, as far as documents say.

The documents fix credits of the retired only ("003-31"); resident insurance has none at all. A percentage
stays one: no document gives the average pension it is taken of, so no amount follows from it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ivr.region_tables import MonthlyCreditRow


class NoCredit(StrEnum):
    """Why no credit can be told. Only the first two say that there is none."""

    RESIDENT = "resident"
    NOT_RETIRED = "not_retired"
    OFFICE_DECIDES = "office_decides"
    NOT_SAID = "not_said"


@dataclass(frozen=True, slots=True)
class Fixed:
    """An amount in fen, the same for everybody the row is for; `approximate` as the source has it."""

    fen_a_month: int
    approximate: bool
    row: MonthlyCreditRow

    @property
    def fen_a_year(self) -> int:
        """Return what comes together in twelve months, in fen."""
        return 12 * self.fen_a_month


@dataclass(frozen=True, slots=True)
class ShareOfPension:
    """From the least to the most percent of the region's average pension: never an amount."""

    least: Decimal
    most: Decimal
    approximate: bool
    row: MonthlyCreditRow


Credit = Fixed | ShareOfPension | NoCredit


def monthly_credit(rows: Collection[MonthlyCreditRow], member_type: str, age: int) -> Credit:
    """Return the credit of a person by the rows of their region (`Regions.monthly_credits`).

    `age` is in whole years. `row` in the answer says whose rule it is and who vouches for it.
    """
    if member_type == "resident":
        return NoCredit.RESIDENT
    if member_type != "retired":
        return NoCredit.NOT_RETIRED
    # 70岁以下 and 70岁以上 both include 70 (Civil Code, article 1259).
    if any(age in row.open_ages for row in rows):
        return NoCredit.OFFICE_DECIDES
    # The bands of one region never meet: ivr.region_files refuses them.
    for row in (row for row in rows if row.holds_at(age)):
        if row.percent_of_average_pension is not None:
            return ShareOfPension(*row.percent_of_average_pension, row.approximate, row)
        if row.fen_a_month is not None:
            return Fixed(row.fen_a_month, row.approximate, row)
    return NoCredit.NOT_SAID
