"""Reading config/regions: every file by itself, and then whether dates, codes and ids fit together."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from ivr.policy import NATIONAL, RELATIONS, Policy
from ivr.region_tables import MonthlyCreditRow, RegionFile
from menus.source import Fault, Place, Source, SourceError, build, read

Files = list[tuple[RegionFile, Source]]


def read_regions(folder: Path) -> tuple[RegionFile, ...]:
    """Return the files of a folder; SourceError tells every fault with its line."""
    files = _built(folder)
    faults = [*_dates(files), *_twice(files), *_wages(files), *_credits(files), *_national(files, folder)]
    if faults:
        raise SourceError(faults)
    return tuple(file for file, _ in files)


def _built(folder: Path) -> Files:
    files: Files = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            source = read(path)
            files.append((build(RegionFile, source), source))
        except SourceError as error:
            faults.extend(error.faults)
    if faults:
        raise SourceError(faults)
    return files


def _dates(files: Files) -> Iterator[Fault]:
    """Yield a fault for versions that overlap or leave days between them."""
    for file, source in files:
        for number, (earlier, later) in enumerate(zip(file.policies, file.policies[1:], strict=False), 1):
            if wrong := _wrong_order(earlier, later):
                yield source.fault(("policies", number, "effective_from"), wrong)


def _wrong_order(earlier: Policy, later: Policy) -> str:
    if later.effective_from is None:
        return "only the oldest version, the first, may be without effective_from"
    eve = later.effective_from - timedelta(days=1)
    if earlier.effective_to is None or earlier.effective_to > eve:
        return f"this overlaps the version before; give that one effective_to: {eve}"
    if earlier.effective_to < eve:
        gap = earlier.effective_to + timedelta(days=1)
        return f"no version holds from {gap} to {eve}; close the gap"
    return ""


def _twice(files: Files) -> Iterator[Fault]:
    """Yield a fault for codes and ids of offices that stand in two places."""
    codes: dict[str, str] = {}
    offices: dict[str, str] = {}
    for file, source in files:
        if first := codes.get(file.code):
            yield source.fault(("code",), f"region {file.code} stands in {first} too; keep one")
        codes[file.code] = source.file
        for number, row in enumerate(file.offices.rows if file.offices else ()):
            if first := offices.get(row.id):
                what = f"an office is called '{row.id}' in {first} too; choose another id"
                yield source.fault(("offices", "rows", number, "id"), what)
            offices[row.id] = source.file


def _wages(files: Files) -> Iterator[Fault]:
    """Yield a fault for a year whose wage stands in a file a second time."""
    for file, source in files:
        years: set[int] = set()
        for number, row in enumerate(file.average_monthly_wages):
            if row.year in years:
                what = f"the wage of {row.year} stands here a second time; keep one"
                yield source.fault(("average_monthly_wages", number, "year"), what)
            years.add(row.year)


def _credits(files: Files) -> Iterator[Fault]:
    """Yield a fault for two monthly credits at one age, and for an area where it means nothing."""
    for file, source in files:
        before: list[MonthlyCreditRow] = []
        for place, row in _credit_rows(file):
            if row.area and file.code != NATIONAL:
                what = "an area stands only in the file of the whole country; take it away"
                yield source.fault((*place, "area"), what)
            if any(_meet(row, other) for other in before):
                what = f"another row for {row.place} holds at some of these ages too; let one end at age_from"
                yield source.fault(place, what)
            before.append(row)


def _credit_rows(file: RegionFile) -> Iterator[tuple[Place, MonthlyCreditRow]]:
    for table, listed in enumerate(file.monthly_credits):
        for number, row in enumerate(listed.rows):
            yield ("monthly_credits", table, "rows", number), row


def _meet(one: MonthlyCreditRow, other: MonthlyCreditRow) -> bool:
    same_people = (one.area, one.member_type) == (other.area, other.member_type)
    return same_people and (one.holds_at(other.age_from) or other.holds_at(one.age_from))


def _national(files: Files, folder: Path) -> Iterator[Fault]:
    """Yield what is wrong with the file everything falls back on."""
    national = [(file, source) for file, source in files if file.code == NATIONAL]
    if not national:
        yield Fault(str(folder), 0, f"no file here has code: {NATIONAL}; regions fall back on it")
    for file, source in national:
        if file.policies[0].effective_from is not None:
            yield source.fault(
                ("policies", 0, "effective_from"), "the oldest national version has no first day"
            )
        if file.policies[-1].effective_to is not None:
            last = ("policies", len(file.policies) - 1, "effective_to")
            yield source.fault(last, "the newest national version has no last day")
        if missing := [name for name in RELATIONS if name not in file.relations]:
            yield source.fault(("relations",), f"no words for {', '.join(missing)}")
