"""What the documents say of monthly credits, figure by figure, and what they leave open."""

from collections.abc import Collection
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.monthly_credit import Credit, Fixed, NoCredit, ShareOfPension, monthly_credit
from ivr.region_tables import MonthlyCreditRow
from ivr.regions import Regions

BEIJING, SHANGHAI, SHENZHEN, NANNING, HAINAN = "110000", "310000", "440300", "450100", "460000"
CHONGQING, JINAN, LANZHOU, ELSEWHERE = "500000", "370100", "620100", "330100"
MEMBER_TYPES = ("employed", "flexible", "retired", "resident")


@pytest.fixture(scope="module")
def regions() -> Regions:
    return Regions.load(Path(__file__).parents[2] / "config" / "regions")


def row(**fields: Any) -> MonthlyCreditRow:
    amount = {} if "percent_of_average_pension" in fields else {"yuan_a_month": "100"}
    return MonthlyCreditRow.model_validate({"fact": "a test", "place": "here"} | amount | fields)


def amount(credit: Credit) -> tuple[int, bool]:
    assert isinstance(credit, Fixed)
    return credit.fen_a_month, credit.approximate


@pytest.mark.parametrize(
    ("code", "age", "fen", "fact"),
    [
        (SHANGHAI, 60, 14000, "003-25"),
        (SHANGHAI, 74, 14000, "003-25"),
        (SHANGHAI, 75, 15750, "003-25"),
        (SHANGHAI, 100, 15750, "003-25"),
        (CHONGQING, 69, 10500, "003-26"),
        (CHONGQING, 70, 11500, "003-26"),  # less than 70, and 70 or more: the document says so
        (JINAN, 69, 10000, "003-27"),
        (JINAN, 71, 12500, "003-27"),
        (BEIJING, 69, 10000, "003-28"),
        (BEIJING, 71, 11000, "003-28"),
        (LANZHOU, 50, 12000, "003-28"),
        (LANZHOU, 70, 12000, "003-28"),
        (SHENZHEN, 70, 25000, "003-21"),
    ],
)
def test_the_retired_are_credited_what_the_document_says(
    regions: Regions, code: str, age: int, fen: int, fact: str
) -> None:
    credit = monthly_credit(regions.monthly_credits(code), "retired", age)
    assert amount(credit) == (fen, code == SHENZHEN)
    assert isinstance(credit, Fixed)
    assert credit.row.fact == fact


@pytest.mark.parametrize(("age", "fen"), [(74, 168000), (75, 189000)])
def test_shanghai_names_the_year_and_the_month(regions: Regions, age: int, fen: int) -> None:
    credit = monthly_credit(regions.monthly_credits(SHANGHAI), "retired", age)
    assert isinstance(credit, Fixed)
    assert credit.fen_a_year == fen
    assert credit.row.yuan_a_year == Decimal(fen) / 100


@pytest.mark.parametrize("code", [BEIJING, JINAN])
def test_exactly_seventy_is_for_the_office_to_decide(regions: Regions, code: str) -> None:
    credits_ = {age: monthly_credit(regions.monthly_credits(code), "retired", age) for age in range(131)}
    assert [age for age, credit in credits_.items() if credit is NoCredit.OFFICE_DECIDES] == [70]
    assert all(isinstance(credit, Fixed) for age, credit in credits_.items() if age != 70)


@pytest.mark.parametrize("code", [NANNING, HAINAN, ELSEWHERE, "CN"])
def test_other_regions_have_the_share_most_regions_have_and_no_amount(regions: Regions, code: str) -> None:
    credit = monthly_credit(regions.monthly_credits(code), "retired", 70)
    assert isinstance(credit, ShareOfPension)
    assert (credit.least, credit.most, credit.approximate) == (Decimal(2), Decimal(3), False)
    assert (credit.row.fact, credit.row.place) == ("003-23", "most regions")
    assert not hasattr(credit, "fen_a_month")


@pytest.mark.parametrize(
    ("member_type", "expected"),
    [
        ("resident", NoCredit.RESIDENT),
        ("employed", NoCredit.NOT_RETIRED),
        ("flexible", NoCredit.NOT_RETIRED),
        ("unheard of", NoCredit.NOT_RETIRED),
    ],
)
@pytest.mark.parametrize("code", [BEIJING, SHANGHAI, SHENZHEN, ELSEWHERE])
def test_residents_and_who_is_not_retired_have_none_at_any_age(
    regions: Regions, code: str, member_type: str, expected: NoCredit
) -> None:
    rows = regions.monthly_credits(code)
    assert {monthly_credit(rows, member_type, age) for age in (0, 35, 69, 70, 71, 130)} == {expected}


@given(code=st.from_regex("[1-6][0-9]{5}", fullmatch=True), age=st.integers(0, 130))
def test_every_retired_person_anywhere_hears_one_rule(regions: Regions, code: str, age: int) -> None:
    credit = monthly_credit(regions.monthly_credits(code), "retired", age)
    assert credit is not NoCredit.NOT_SAID
    # What holds elsewhere is never told as the rule of this region (decisions 8).
    if not isinstance(credit, NoCredit) and credit.row.area:
        assert code.startswith(credit.row.area)


@given(ends=st.sets(st.integers(1, 120), min_size=1, max_size=6), age=st.integers(0, 130))
def test_bands_that_follow_each_other_hold_once_for_every_age(ends: set[int], age: int) -> None:
    bounds: list[int | None] = [0, *sorted(ends), None]
    rows = [row(age_from=first, age_to=last, yuan_a_month=str(first)) for first, last in pairwise(bounds)]
    expected = max(first for first in bounds if first is not None and first <= age)
    for listed in (rows, rows[::-1]):
        assert amount(monthly_credit(listed, "retired", age)) == (expected * 100, False)


@pytest.mark.parametrize("age", [0, 54, 60, 130])
def test_a_source_may_be_silent_on_an_age(age: int) -> None:
    rows: Collection[MonthlyCreditRow] = (row(age_from=55, age_to=60),)
    assert monthly_credit(rows, "retired", age) is NoCredit.NOT_SAID
    assert monthly_credit((), "retired", age) is NoCredit.NOT_SAID


def test_only_the_bounds_between_bands_are_open() -> None:
    rows = (row(age_to=70, bounds="ambiguous"), row(age_from=70, bounds="ambiguous"))
    assert monthly_credit(rows, "retired", 70) is NoCredit.OFFICE_DECIDES
    assert {amount(monthly_credit(rows, "retired", age)) for age in (0, 69, 71)} == {(10000, False)}
    assert isinstance(monthly_credit((row(bounds="ambiguous"),), "retired", 0), Fixed)


def test_what_is_approximate_is_marked() -> None:
    share = row(percent_of_average_pension=("2.5", "3"), approximate=True)
    credit = monthly_credit((share,), "retired", 70)
    assert credit == ShareOfPension(Decimal("2.5"), Decimal(3), True, share)
    assert amount(monthly_credit((row(approximate=True),), "retired", 70)) == (10000, True)


@given(fen=st.integers(0, 10**9))
def test_yuan_become_fen_exactly(fen: int) -> None:
    written = row(yuan_a_month=f"{fen // 100}.{fen % 100:02d}")
    assert amount(monthly_credit((written,), "retired", 70)) == (fen, False)


@pytest.mark.parametrize("member_type", MEMBER_TYPES)
def test_a_region_without_rows_gets_none_made_up(member_type: str) -> None:
    assert isinstance(monthly_credit((), member_type, 70), NoCredit)
