"""Why a credit is what it is: the rule of the caller's own region, age and kind, and who vouches for it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from region_samples import BALANCE_ORDER

from menus.events import Told
from menus.values import Word

Make = Callable[..., Any]
BELOW = "七十岁以下退休的,每月打一百元。正好七十岁的,由窗口定。"
ABOVE = "满七十岁退休的,每月打一百一十元。正好七十岁的,由窗口定。"


@pytest.mark.parametrize(
    ("born", "kind", "told"),
    [
        (date(1956, 11, 24), "retired", Told("former", {"answer": Word(BELOW)})),  # seventy tomorrow
        (date(1956, 11, 23), "retired", Told("office")),  # seventy today
        (date(1955, 11, 24), "retired", Told("office")),
        (date(1955, 11, 23), "retired", Told("current", {"answer": Word(ABOVE)})),  # seventy-one today
        (date(1955, 3, 17), "resident", Told("none")),
        (date(1990, 3, 17), "employed", Told("none")),
    ],
)
def test_the_rule_is_that_of_the_callers_region_age_and_kind(
    verified: Make, person: Make, number: Make, born: date, kind: str, told: Told
) -> None:
    caller = verified(person(region=BALANCE_ORDER, member_type=kind, number=number(born=born)))
    assert caller.ask("credit_rule.own") == told


def test_where_no_rule_is_known_none_is_told(verified: Make, person: Make) -> None:
    assert verified(person(region="990100", member_type="retired")).ask("credit_rule.own") == Told("none")
