"""Who may use whose account, how much of it, and which account pays: worked through and as laws."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.policy import Policy
from ivr.region_tables import AverageMonthlyWage
from ivr.regions import Regions
from ivr.sharing import (
    Insured,
    NotComputed,
    Payment,
    Refusal,
    Share,
    Split,
    in_order,
    in_scope,
    payable,
    refusals,
    shareable,
    split,
    threshold,
    unused_quota,
)

CONFIG = Path(__file__).parents[2] / "config" / "regions"
SHENZHEN, BEIJING, NANNING, HAINAN = "440300", "110000", "450100", "460000"
TODAY = date(2026, 11, 22)
BOUND = date(2025, 5, 6)
# No statistic: a wage for Shenzhen that exists only here.
WAGE = """\
average_monthly_wages:
  - year: 2025
    yuan: "5000.00"
    source: a test
    reliability: A
    approved_by: 测试员
    checked_on: 2026-03-10
    expires_on: 2026-12-31
"""


@pytest.fixture(scope="module")
def shipped() -> Regions:
    return Regions.load(CONFIG)


@pytest.fixture(scope="module")
def with_wage(tmp_path_factory: pytest.TempPathFactory) -> Regions:
    folder = tmp_path_factory.mktemp("regions")
    for path in CONFIG.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("average_monthly_wages: []\n", WAGE)
        (folder / path.name).write_text(text, encoding="utf-8")
    return Regions.load(folder)


def policy(**fields: Any) -> Policy:
    return Policy.model_validate(
        {"id": "test", "source": "a test", "reliability": "A", "allowed_relations": ["spouse"]}
        | {"allowed_uses": ["outpatient"]}
        | fields
    )


def wage(**fields: Any) -> AverageMonthlyWage:
    approval = {"approved_by": "测试员", "checked_on": "2026-03-10", "expires_on": "2026-12-31"}
    return AverageMonthlyWage.model_validate(
        {"year": 2025, "yuan": "5000", "source": "a test", "reliability": "A"} | approval | fields
    )


def share(binding_id: int, balance: int, rules: Policy | None = None, **fields: Any) -> Share:
    return Share(
        **{"binding_id": binding_id, "bound_on": BOUND, "balance_fen": balance, "threshold_fen": 0}
        | {"policy": rules or policy(order_rule="balance_desc")}
        | fields
    )


def ids(shares: Sequence[Share] | None) -> list[int]:
    assert shares is not None
    return [share.binding_id for share in shares]


# --- who may use an account


def told(at_binding: Policy, today: Policy, relation: str = "spouse", **people: Insured) -> list[str]:
    both = {"authoriser": Insured(SHENZHEN), "beneficiary": Insured(SHENZHEN)} | people
    return [str(reason) for reason in refusals(**both, relation=relation, at_binding=at_binding, today=today)]


def test_nothing_stands_against_an_insured_relative_the_policy_allows() -> None:
    assert told(policy(), policy()) == []


@pytest.mark.parametrize(
    ("rules", "people", "reason"),
    [
        ({}, {"authoriser": Insured(SHENZHEN, "deceased")}, "stopped"),
        ({}, {"authoriser": Insured(SHENZHEN, "frozen")}, "stopped"),
        ({}, {"beneficiary": Insured(SHENZHEN, "suspended")}, "not_insured"),
        ({}, {"beneficiary": Insured(SHENZHEN, "ended")}, "not_insured"),
        ({}, {"beneficiary": Insured(SHENZHEN, "deceased")}, "not_insured"),
        ({"allowed_relations": ["child"]}, {}, "relation"),
        ({"beneficiary_scope": "same_city"}, {"beneficiary": Insured("440100")}, "elsewhere"),
        (
            {"excluded_schemes": ["disabled_soldier_1_6"]},
            {"authoriser": Insured(SHENZHEN, special_scheme="disabled_soldier_1_6")},
            "excluded_scheme",
        ),
        (
            {"excluded_schemes": ["disabled_soldier_1_6"]},
            {"beneficiary": Insured(SHENZHEN, special_scheme="disabled_soldier_1_6")},
            "excluded_scheme",
        ),
        (
            {"own_balance_first": True},
            {"beneficiary": Insured(SHENZHEN, available_fen=1)},
            "own_balance_first",
        ),
    ],
)
def test_every_reason_against_has_its_name(
    rules: dict[str, Any], people: dict[str, Insured], reason: str
) -> None:
    assert told(policy(**rules), policy(**rules), **people) == [reason]


@pytest.mark.parametrize(
    "person",
    [
        Insured(SHENZHEN, "frozen"),  # insured all the same
        Insured(SHENZHEN, available_fen=100),
        Insured("650100"),
        Insured(SHENZHEN, special_scheme="disabled_soldier_1_6"),
    ],
)
def test_what_a_policy_does_not_ask_for_is_no_reason(person: Insured) -> None:
    assert told(policy(), policy(), beneficiary=person) == []


@pytest.mark.parametrize("available", [0, -1])
def test_who_has_nothing_left_or_no_account_may_use_anothers(available: int) -> None:
    rules = policy(own_balance_first=True)
    assert told(rules, rules, beneficiary=Insured(SHENZHEN, available_fen=available)) == []


def test_decisions_3_the_relation_goes_by_the_binding_and_the_rest_by_today() -> None:
    then, now = policy(allowed_relations=["parent_in_law"]), policy(beneficiary_scope="same_city")
    assert told(then, now, "parent_in_law") == []
    assert told(now, then, "parent_in_law") == ["relation"]
    assert told(then, now, "parent_in_law", beneficiary=Insured(BEIJING)) == ["elsewhere"]
    assert told(now, then, "spouse", beneficiary=Insured(BEIJING)) == []


def test_all_reasons_are_told_in_one_order() -> None:
    rules = policy(
        allowed_relations=[],
        beneficiary_scope="same_city",
        excluded_schemes=["disabled_soldier_1_6"],
        own_balance_first=True,
    )
    beneficiary = Insured(BEIJING, "ended", "disabled_soldier_1_6", 1)
    everything = told(rules, rules, authoriser=Insured(SHENZHEN, "frozen"), beneficiary=beneficiary)
    assert everything == list(Refusal)


@pytest.mark.parametrize(
    ("one", "other", "city", "province"),
    [
        (SHENZHEN, SHENZHEN, True, True),
        (SHENZHEN, "440305", True, True),
        (SHENZHEN, "440100", False, True),
        (SHENZHEN, NANNING, False, False),
        (BEIJING, "110228", True, True),
        ("500105", "500230", True, True),  # Chongqing counts its counties apart
        (HAINAN, "460100", True, True),  # one pooling region for the island
        (BEIJING, "120000", False, False),
    ],
)
def test_regions_are_near_by_their_first_digits(one: str, other: str, city: bool, province: bool) -> None:
    for first, second in ((one, other), (other, one)):
        assert in_scope("same_city", first, second) is city
        assert in_scope("same_province", first, second) is province
        assert in_scope("national", first, second)
        assert in_scope("any", first, second)


@pytest.mark.parametrize(
    ("code", "relation", "beneficiary", "expected"),
    [
        (SHENZHEN, "parent", Insured("440300"), []),
        (SHENZHEN, "parent", Insured("440100"), ["elsewhere"]),
        (SHENZHEN, "sibling", Insured("440300"), ["relation"]),
        (SHENZHEN, "child", Insured("440300", available_fen=1), ["own_balance_first"]),
        (BEIJING, "sibling", Insured("130100", available_fen=1), []),
        (NANNING, "parent_in_law", Insured("440100"), []),
        (NANNING, "grandchild", Insured("450100"), ["relation"]),
        (NANNING, "child", Insured("450100", special_scheme="disabled_soldier_1_6"), ["excluded_scheme"]),
        ("330100", "maternal_grandchild", Insured("650100"), []),
        ("330100", "parent_in_law", Insured("330100"), ["relation"]),
    ],
)
def test_the_regions_of_the_documents(
    shipped: Regions, code: str, relation: str, beneficiary: Insured, expected: list[str]
) -> None:
    rules = shipped.policy(code, TODAY)
    assert told(rules, rules, relation, authoriser=Insured(code), beneficiary=beneficiary) == expected


# --- threshold


THRESHOLD = {"sharing_threshold": "above_last_year_average_monthly_wage"}


def test_without_a_threshold_in_the_policy_there_is_none() -> None:
    assert threshold(policy(), [wage()], TODAY) == 0


@pytest.mark.parametrize(
    ("wages", "day", "expected"),
    [
        ([wage()], date(2026, 3, 10), 500000),
        ([wage()], date(2026, 12, 31), 500000),
        ([wage()], date(2026, 3, 9), NotComputed.NO_FIGURE),
        ([wage(expires_on="2028-01-01")], date(2027, 1, 1), NotComputed.NO_FIGURE),  # of the year before that
        ([wage(expires_on="2026-06-30")], date(2026, 7, 1), NotComputed.NO_FIGURE),
        ([wage(approved_by="", checked_on=None, expires_on=None)], TODAY, NotComputed.NO_FIGURE),
        ([wage(year=2024), wage(yuan="5000.05")], TODAY, 500005),
        ([wage(year=2024)], TODAY, NotComputed.NO_FIGURE),
        ([], TODAY, NotComputed.NO_FIGURE),
    ],
)
def test_the_threshold_is_last_years_wage_while_its_approval_stands(
    wages: list[AverageMonthlyWage], day: date, expected: int | NotComputed
) -> None:
    assert threshold(policy(**THRESHOLD), wages, day) == expected


def test_decisions_5_shenzhen_ships_explained_and_not_computed(shipped: Regions) -> None:
    wages = shipped.region(SHENZHEN).average_monthly_wages
    assert threshold(shipped.policy(SHENZHEN, TODAY), wages, TODAY) is NotComputed.NO_FIGURE
    for code in shipped.codes - {SHENZHEN}:
        assert threshold(shipped.policy(code, TODAY), (), TODAY) == 0


@pytest.mark.parametrize(
    ("balance", "locked", "least", "expected"),
    [
        (1200000, 0, 500000, 700000),
        (500000, 0, 500000, 0),
        (500001, 0, 500000, 1),
        (499999, 0, 500000, 0),
        (1200000, 300000, 500000, 400000),
        (1200000, 800000, 500000, 0),
        (1200000, 300000, 0, 900000),
        (0, 0, 0, 0),
        (-100, 0, 0, 0),
        (100, -50, 0, 100),  # books that disagree make nobody richer
        (1200000, 0, NotComputed.NO_FIGURE, NotComputed.NO_FIGURE),
    ],
)
def test_only_what_is_above_the_threshold_and_not_locked_is_shared(
    balance: int, locked: int, least: int | NotComputed, expected: int | NotComputed
) -> None:
    assert shareable(balance, locked, least) == expected


@pytest.mark.parametrize(
    ("quota", "used", "rest"),
    [(50000, 12000, 38000), (50000, 50000, 0), (50000, 60000, 0), (0, 0, 0), (None, 9, None)],
)
def test_the_unused_rest_of_a_quota(quota: int | None, used: int, rest: int | None) -> None:
    assert unused_quota(quota, used) == rest


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        (share(1, 100000), 100000),
        (share(1, 100000, locked_fen=30000), 70000),  # others' quotas
        (share(1, 100000, locked_fen=30000, unused_quota_fen=30000), 30000),  # one's own
        (share(1, 100000, locked_fen=90000, unused_quota_fen=30000), 30000),
        (share(1, 100000, locked_fen=95000, unused_quota_fen=30000, threshold_fen=20000), 15000),
        (share(1, 20000, locked_fen=30000, unused_quota_fen=30000), 20000),
        (share(1, 100000, locked_fen=30000, unused_quota_fen=0), 0),
        (share(1, 100000, unused_quota_fen=5000, threshold_fen=NotComputed.NO_FIGURE), NotComputed.NO_FIGURE),
    ],
)
def test_a_quota_is_kept_for_whom_it_was_locked(account: Share, expected: int | NotComputed) -> None:
    assert payable(account) == expected


# --- order


def test_balances_go_from_the_most_and_equal_ones_by_the_day_of_binding() -> None:
    shares = [
        share(9, 300, bound_on=date(2025, 1, 1)),
        share(2, 300, bound_on=date(2025, 1, 1)),
        share(3, 300, bound_on=date(2024, 1, 1)),
        share(4, 900),
        share(5, 0),
    ]
    assert ids(in_order(shares)) == [4, 3, 2, 9, 5]


SET = policy(order_rule="set_at_binding")


@pytest.mark.parametrize(
    ("places", "expected"),
    [((3, 1, 2), [2, 3, 1]), ((3, None, 2), None), ((3, 2, 2), None), ((None, None, None), None)],
)
def test_places_set_at_binding_hold_only_if_all_are_known_and_differ(
    places: tuple[int | None, ...], expected: list[int] | None
) -> None:
    shares = [share(number, 100 * number, SET, priority=place) for number, place in enumerate(places, 1)]
    ordered = in_order(shares)
    assert (ordered and ids(ordered)) == expected


@pytest.mark.parametrize("rule", ["card_presented", "none"])
def test_without_a_rule_there_is_no_order_except_of_one(rule: str) -> None:
    rules = policy(order_rule=rule)
    assert in_order([share(1, 100, rules), share(2, 200, rules)]) is None
    assert split(50, [share(1, 100, rules), share(2, 200, rules)]) is NotComputed.NO_ORDER
    assert ids(in_order([share(1, 100, rules)])) == [1]
    assert in_order([]) == ()


def test_rules_of_several_regions_make_no_order() -> None:
    assert in_order([share(1, 100), share(2, 200, SET, priority=1)]) is None


# --- a bill


def family(regions: Regions, code: str, *balances: int, places: Sequence[int | None] = ()) -> list[Share]:
    """Return bindings 1, 2, ... to accounts of a region with these balances."""
    rules = regions.policy(code, TODAY)
    least = threshold(rules, regions.region(code).average_monthly_wages, TODAY)
    return [
        share(
            number,
            balance,
            rules,
            threshold_fen=least,
            priority=places[number - 1] if places else None,
        )
        for number, balance in enumerate(balances, 1)
    ]


def test_shenzhen_the_fullest_account_pays_first_and_only_above_the_wage(with_wage: Regions) -> None:
    """Balances of 4000, 12000 and 5500 yuan, the wage 5000: 7000 and 500 can be shared, and nothing."""
    shares = family(with_wage, SHENZHEN, 400000, 1200000, 550000)
    assert split(730000, shares) == Split(
        (Payment(None, 0), Payment(2, 700000), Payment(3, 30000), Payment(1, 0)), 0
    )


def test_shenzhen_ones_own_account_is_used_up_first(with_wage: Regions) -> None:
    shares = family(with_wage, SHENZHEN, 1200000, 550000)
    assert split(800000, shares, 10000) == Split(
        (Payment(None, 10000), Payment(1, 700000), Payment(2, 50000)), 40000
    )
    assert split(9999, shares, 10000) == Split((Payment(None, 9999), Payment(1, 0), Payment(2, 0)), 0)


def test_shenzhen_computes_nothing_without_the_wage(shipped: Regions) -> None:
    assert split(100, family(shipped, SHENZHEN, 1200000, 550000), 50) is NotComputed.NO_FIGURE
    assert ids(in_order(family(shipped, SHENZHEN, 550000, 1200000))) == [2, 1], "but the order is known"


def test_beijing_the_first_account_is_used_up_then_the_second_then_the_third(shipped: Regions) -> None:
    shares = family(shipped, BEIJING, 90000, 20000, 30000, places=(3, 1, 2))
    assert split(60000, shares) == Split((Payment(2, 20000), Payment(3, 30000), Payment(1, 10000)), 0)
    assert split(15000, shares) == Split((Payment(2, 15000), Payment(3, 0), Payment(1, 0)), 0)
    assert split(150001, shares) == Split((Payment(2, 20000), Payment(3, 30000), Payment(1, 90000)), 10001)


def test_beijing_says_nothing_of_ones_own_account(shipped: Regions) -> None:
    shares = family(shipped, BEIJING, 90000, places=(1,))
    assert split(100, shares, 5000) == Split((Payment(1, 100),), 0)


def test_nanning_goes_by_the_card_that_is_shown(shipped: Regions) -> None:
    assert split(100, family(shipped, NANNING, 90000, 50000)) is NotComputed.NO_ORDER


def test_a_bill_below_nothing_is_a_bug() -> None:
    with pytest.raises(ValueError, match="below nothing"):
        split(-1, [])


def test_who_shares_with_nobody_pays_otherwise() -> None:
    assert split(100, [], 50) == Split((), 100)


# --- laws

FEN = st.integers(-1000, 10**7)


@st.composite
def bindings(draw: st.DrawFn, order_rules: Sequence[str] = ("balance_desc", "set_at_binding")) -> list[Share]:
    """Bindings of one region: all have its rules."""
    rules = policy(order_rule=draw(st.sampled_from(order_rules)), own_balance_first=draw(st.booleans()))
    least = draw(st.integers(0, 10**6))
    places = draw(st.permutations(range(6)))
    return [
        share(
            key,
            # Few balances and days, so that some are equal.
            draw(st.one_of(st.sampled_from([0, 300, 900]), FEN)),
            rules,
            bound_on=BOUND + timedelta(days=draw(st.integers(0, 2))),
            threshold_fen=least,
            locked_fen=draw(st.integers(0, 10**6)),
            unused_quota_fen=draw(st.none() | st.integers(0, 10**6)),
            priority=places[number],
        )
        for number, key in enumerate(draw(st.lists(st.integers(1, 99), unique=True, max_size=6)))
    ]


BILLS = st.integers(0, 5 * 10**7)


@given(shares=bindings(), bill=BILLS, own=FEN)
def test_what_is_paid_and_what_is_left_make_the_bill(shares: list[Share], bill: int, own: int) -> None:
    found = split(bill, shares, own)
    assert isinstance(found, Split)
    assert sum(payment.fen for payment in found.payments) + found.left_fen == bill
    assert found.left_fen >= 0
    assert all(payment.fen >= 0 for payment in found.payments)


@given(shares=bindings(), bill=BILLS, own=FEN)
def test_no_account_pays_more_than_it_may_share(shares: list[Share], bill: int, own: int) -> None:
    found = split(bill, shares, own)
    assert isinstance(found, Split)
    paid = {payment.binding_id: payment.fen for payment in found.payments}
    assert paid.pop(None, 0) <= max(0, own)
    assert set(paid) == {share.binding_id for share in shares}
    for account in shares:
        own_quota = account.unused_quota_fen
        others = max(0, account.locked_fen - (own_quota or 0))
        most = shareable(account.balance_fen, others, account.threshold_fen)
        assert isinstance(most, int)
        assert paid[account.binding_id] <= (most if own_quota is None else min(most, own_quota))


@given(shares=bindings(), bill=BILLS, own=FEN)
def test_an_account_pays_only_when_those_before_it_are_used_up(
    shares: list[Share], bill: int, own: int
) -> None:
    found = split(bill, shares, own)
    assert isinstance(found, Split)
    most: dict[int | None, object] = {share.binding_id: payable(share) for share in shares}
    most[None] = max(0, own)
    not_used_up = [p for p in found.payments if p.fen != most[p.binding_id]]
    if not_used_up:
        after = found.payments[found.payments.index(not_used_up[0]) + 1 :]
        assert found.left_fen == sum(payment.fen for payment in after) == 0


@given(data=st.data())
def test_the_order_does_not_depend_on_how_the_bindings_come(data: st.DataObject) -> None:
    shares = data.draw(bindings())
    shuffled = data.draw(st.permutations(shares))
    assert in_order(shuffled) == in_order(shares)
    assert split(10**6, shuffled, 7) == split(10**6, shares, 7)


@given(shares=bindings(["balance_desc"]))
def test_nobody_with_less_pays_before_somebody_with_more(shares: list[Share]) -> None:
    ordered = in_order(shares)
    assert ordered is not None
    assert sorted(ids(ordered)) == sorted(ids(shares))
    for first, second in pairwise(ordered):
        assert first.balance_fen >= second.balance_fen
        if first.balance_fen == second.balance_fen:
            assert (first.bound_on, first.binding_id) < (second.bound_on, second.binding_id)


@given(balance=FEN, locked=FEN, least=st.integers(0, 10**6))
def test_shareable_is_never_below_nothing_or_above_the_balance(balance: int, locked: int, least: int) -> None:
    found = shareable(balance, locked, least)
    assert isinstance(found, int)
    assert 0 <= found <= max(0, balance - least)
    if found:
        assert found + max(0, locked) + least == balance


@given(quota=st.integers(0, 10**7), used=st.integers(0, 2 * 10**7))
def test_what_was_used_and_what_returns_are_never_less_than_the_quota(quota: int, used: int) -> None:
    rest = unused_quota(quota, used)
    assert rest is not None
    assert 0 <= rest <= quota
    assert rest + used == max(quota, used)
