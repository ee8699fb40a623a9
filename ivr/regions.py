"""Which policy holds for whom on which day, and where people of a region go: config/regions, checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from ivr.policy import NATIONAL, Answer, Policy
from ivr.region_files import read_regions
from ivr.region_tables import (
    AverageMonthlyWage,
    ChannelRow,
    MonthlyCreditRow,
    OfficeRow,
    RegionFile,
    WithdrawalRow,
)
from ivr.topics import Page, Tables, pages
from menus.values import Word

__all__ = ["NATIONAL", "Answer", "Office", "Policy", "Region", "Regions"]

# A relation that the data does not know is still somebody of the family.
_FAMILY = Word("家人")
# What people put behind the name of a district.
_ENDINGS = ("管理部", "经济开发区", "开发区", "区", "县", "市")


@dataclass(frozen=True, slots=True)
class Office:
    """Where to go. `spoken.written` is the address as a text has it; `phone` is without `area_code`.

    `rule_only`: no address, but words on who goes elsewhere, and no telephone.
    """

    id: str
    region: str
    name: str
    district: str
    aliases: tuple[str, ...]
    spoken: Word
    phone: str
    area_code: str
    rule_only: bool

    def is_called(self, name: str) -> bool:
        """Return whether people call the office so: by its id, its name, its district, or another name."""
        return _bare(name) in {self.id, *map(_bare, (self.name, self.district, *self.aliases))}

    def is_named_in(self, sentence: str) -> bool:
        """Return whether its district or another name stands in a sentence."""
        return any(_bare(name) in sentence for name in (self.district, *self.aliases))


@dataclass(frozen=True, slots=True)
class Region:
    """A pooling region; `policies` are its own versions from the oldest to the newest.

    `monthly_credits` and `average_monthly_wages` are the rows of its own file, approved or not.
    """

    code: str
    name: Word
    policies: tuple[Policy, ...]
    offices: tuple[Office, ...]
    monthly_credits: tuple[MonthlyCreditRow, ...] = ()
    average_monthly_wages: tuple[AverageMonthlyWage, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    withdrawals: tuple[WithdrawalRow, ...] = ()


class Regions:
    """All regions of one config folder. A code it does not know falls under the national policy."""

    def __init__(
        self,
        regions: Mapping[str, Region],
        relations: Mapping[str, Word],
        topics: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self._regions = MappingProxyType(dict(regions))
        self._topics = MappingProxyType(dict(topics))
        self._relations = MappingProxyType(dict(relations))
        self._offices = {office.id: office for region in regions.values() for office in region.offices}

    @classmethod
    def load(cls, folder: Path) -> "Regions":
        """Return the regions of a folder of YAML files; SourceError tells every fault with its line."""
        files = read_regions(folder)
        national = next(file for file in files if file.code == NATIONAL)
        return cls({file.code: _region(file) for file in files}, national.relations, national.topics)

    @property
    def codes(self) -> frozenset[str]:
        """Return the codes of all regions that have a file."""
        return frozenset(self._regions)

    def region(self, code: str) -> Region:
        """Return a region, or the whole country for a code that has no file."""
        return self._regions.get(code, self._regions[NATIONAL])

    def policy(self, code: str, day: date) -> Policy:
        """Return the policy that holds in a region on a day, with what national law overrules that day.

        Where the region has no version of its own for the day, the national version holds.
        """
        # National versions reach from ever to ever, so the newest that has begun is the one.
        national = next(
            version
            for version in reversed(self._regions[NATIONAL].policies)
            if (version.effective_from or date.min) <= day
        )
        if code not in self._regions or code == NATIONAL:
            return national
        own = next((version for version in self.region(code).policies if version.holds(day)), None)
        return own.under(national) if own else national

    def monthly_credits(self, code: str) -> tuple[MonthlyCreditRow, ...]:
        """Return the rows on monthly credits for a region: those of its own file, else the country's for it.

        Where the whole country has none for its area either, they are those without an area.
        """
        rows = self._regions[NATIONAL].monthly_credits
        own = self.region(code).monthly_credits
        if own and own is not rows:
            return own
        area = max((row.area for row in rows if code.startswith(row.area)), key=len, default="")
        return tuple(row for row in rows if row.area == area)

    def pages(self, code: str, topic: str, day: date) -> tuple[Page, ...]:
        """Return what is told on a topic in a region on a day, page by page; none where it is silent."""
        return pages(self._topics.get(topic, ()), self.policy(code, day), self._tables(code))

    def _tables(self, code: str) -> Tables:
        """Return what tables say of a region: its own, and the country's where it has none of a kind."""
        own, country = self.region(code), self._regions[NATIONAL]
        return Tables(
            channels=own.channels,
            common_channels=country.channels,
            withdrawals=own.withdrawals or country.withdrawals,
            credits=self.monthly_credits(code),
        )

    def offices(self, code: str) -> tuple[Office, ...]:
        """Return the offices of a region, in the order of its file; none for regions without a file."""
        return self.region(code).offices

    def office(self, id: str) -> Office | None:  # noqa: A002
        """Return an office by its id, None if there is none."""
        return self._offices.get(id)

    def office_named(self, name: str, code: str = "") -> Office | None:
        """Return the office people mean by a name, in one region or anywhere; None if it is not exactly one.

        A name is that of the office, its district or another name in its row: 青秀, 青秀区, 青秀管理部. A
        sentence with one will do: 青秀区的窗口在哪.
        """
        offices = list(self.offices(code) if code else self._offices.values())
        found = [office for office in offices if office.is_called(name)]
        found = found or [office for office in offices if office.is_named_in(name)]
        return found[0] if len(found) == 1 else None

    def agency(self, code: str, agency: str) -> Office | None:
        """Return the office that keeps a person's insurance, by the agency in the person's record."""
        return self.office_named(agency, code) if code in self._regions else None

    def relation(self, name: str) -> Word:
        """Return what a relation is called in simple words."""
        return self._relations.get(name, _FAMILY)

    def words(self) -> dict[str, tuple[Word, ...]]:
        """Return every word of this data that prompts may say, by the name it has there."""
        policies = [policy for region in self._regions.values() for policy in region.policies]
        answers = [page.words for page in self._all_pages()]
        documents = [policy.change.documents for policy in policies if policy.change.documents]
        return {
            "relation": (*self._relations.values(), _FAMILY),
            "region": tuple(region.name for region in self._regions.values()),
            "answer": tuple(dict.fromkeys(answers)),
            "documents": tuple(documents),
            "office": tuple(office.spoken for office in self._offices.values()),
        }

    def _all_pages(self) -> Iterator[Page]:
        """Yield every page of every version, past and future ones too."""
        parts = [part for topic in self._topics.values() for part in topic]
        if not parts:
            return
        areas = {row.area.ljust(6, "0") for row in self._regions[NATIONAL].monthly_credits}
        for code in (*self._regions, *sorted(areas - set(self._regions))):
            for policy in self.region(code).policies:
                yield from pages(parts, policy, self._tables(code))


def _bare(name: str) -> str:
    """Return a name without spaces and without the one ending that does not tell districts apart."""
    bare = "".join(name.split())
    ending = next(
        (ending for ending in _ENDINGS if len(bare) > len(ending) + 1 and bare.endswith(ending)), ""
    )
    return bare.removesuffix(ending)


def _region(file: RegionFile) -> Region:
    rows = file.offices.rows if file.offices else ()
    return Region(
        code=file.code,
        name=file.name,
        policies=file.policies,
        offices=tuple(_office(file, row) for row in rows),
        monthly_credits=tuple(row for listed in file.monthly_credits for row in listed.rows),
        average_monthly_wages=file.average_monthly_wages,
        channels=tuple(row for listed in file.channels for row in listed.rows),
        withdrawals=file.withdrawals.rows if file.withdrawals else (),
    )


def _office(file: RegionFile, row: OfficeRow) -> Office:
    return Office(
        id=row.id,
        region=file.code,
        name=row.name,
        district=row.district,
        aliases=row.aliases,
        spoken=Word(row.spoken, row.written),
        phone=row.phone,
        area_code=file.area_code,
        rule_only=row.rule_only,
    )
