"""Who vouches for what a document says, and how long that counts (decisions 7)."""

from datetime import date
from typing import Self

from pydantic import model_validator

from ivr.parts import Part


class Approvable(Part):
    """A claim of a document. Nobody vouches for it, or somebody by name, who checked it, until a day."""

    approved_by: str = ""
    checked_on: date | None = None
    expires_on: date | None = None

    def stands(self, day: date) -> bool:
        """Return whether somebody vouches for it on a day: approved, checked within a year, not expired."""
        if not (self.approved_by and self.checked_on and self.expires_on):
            return False
        return self.checked_on <= day <= min(self.expires_on, _a_year_after(self.checked_on))

    @model_validator(mode="after")
    def _is_wholly_approved_or_not_at_all(self) -> Self:
        approval = (self.approved_by, self.checked_on, self.expires_on)
        if any(approval) and not all(approval):
            raise ValueError("an approval is approved_by, checked_on and expires_on together")
        return self


def _a_year_after(day: date) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap_day else day.day)
