"""Public holidays and make-up workdays: what the State Council published, and what operators say otherwise.

The package `chinesecalendar` knows a year only once it was published, usually in November of the year before;
of other years it knows nothing (decisions 40). Then what operators wrote counts, and otherwise the weekday.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import chinese_calendar
from pydantic import BeforeValidator, Field, RootModel

from ivr.parts import Part
from menus.source import build, read

KindOfDay = Literal["usual", "off", "extra"]
"""As its weekday says; a holiday; worked although it would be free."""

# The next year is published in October or November: from here on it is time to have it.
_PUBLISHED_BY = 11


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("write a day that there is, such as 2027-01-01") from None


class OwnDay(Part):
    """What operators say of one day: whether the desk answers, and why."""

    desk: Literal["closed", "open"]
    note: Annotated[str, Field(min_length=1)]


class _File(RootModel[Mapping[Annotated[date, BeforeValidator(_day)], OwnDay]]):
    """config/holidays.yaml."""


@dataclass(frozen=True, slots=True)
class Holidays:
    """Which days are not as their weekday says. `own` wins; `published` says whether others count."""

    own: Mapping[date, OwnDay] = field(default_factory=dict)
    published: bool = True

    @classmethod
    def load(cls, path: Path, shown: str = "") -> "Holidays":
        """Return the holidays with what stands in a file, which may be missing; SourceError tells faults."""
        return cls(build(_File, read(path, shown)).root) if path.exists() else cls()

    def only_own(self) -> "Holidays":
        """Return what is left for people who work on public holidays too."""
        return replace(self, published=False)

    def kind_of(self, day: date) -> KindOfDay:
        """Return what kind of day it is."""
        if own := self.own.get(day):
            return "off" if own.desk == "closed" else "extra"
        if not self.published or not _is_published(day.year):
            return "usual"
        free, name = chinese_calendar.get_holiday_detail(day)
        if name is None:  # a weekend, or a day like any other
            return "usual"
        return "off" if free else "extra"

    def unknown_year(self, today: date) -> int | None:
        """Return the year whose holidays are missing: this one, or from November on the next; None if none.

        A year is known by the package, or by a day of it in holidays.yaml.
        """
        wanted = [today.year, *([today.year + 1] if today.month >= _PUBLISHED_BY else [])]
        written = {day.year for day in self.own}
        return next((year for year in wanted if year not in written and not _is_published(year)), None)


def missing(year: int) -> str:
    """Return what to tell operators of a year whose holidays are missing, with the remedy."""
    return (
        f"the public holidays of {year} are not known, so the desk counts as open on them; "
        "upgrade the package chinesecalendar, or write them into holidays.yaml"
    )


def _is_published(year: int) -> bool:
    try:
        chinese_calendar.is_holiday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
