"""Regions that exist only in tests: each allows and forbids something else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from ivr.policy import Answer, Change
from ivr.region_tables import MonthlyCreditRow
from ivr.regions import NATIONAL, Office, Policy, Region, Regions
from menus.values import Word

BY_PHONE, COUNTER, BOUND_ORDER, BALANCE_ORDER, NOT_BY_AUTHORISER = (
    "990100",
    "990200",
    "990300",
    "990400",
    "990500",
)
DOCUMENTS = Word("带双方的身份证,原件和复印件都要。")
APPROVED = {"approved_by": "测试员", "checked_on": date(2026, 1, 10), "expires_on": date(2026, 12, 31)}
RELATIONS = {
    "child_in_law": Word("儿媳女婿"),
    "spouse": Word("爱人"),
    "child": Word("孩子"),
    "parent": Word("父母"),
    "parent_in_law": Word("爱人的父母"),
    "sibling": Word("兄弟姐妹"),
    "grandparent": Word("爷爷奶奶"),
    "maternal_grandparent": Word("外公外婆"),
    "grandchild": Word("孙子孙女"),
    "maternal_grandchild": Word("外孙外孙女"),
}


CREDITS = (
    MonthlyCreditRow(fact="", place="丁市", age_to=70, yuan_a_month=Decimal(100), bounds="ambiguous"),
    MonthlyCreditRow(
        fact="", place="丁市", age_from=70, yuan_a_month=Decimal(110), bounds="ambiguous", **APPROVED
    ),
)


def policy(**fields: Any) -> Policy:
    """Return a version without dates that allows all relatives, with the fields given."""
    allowed = frozenset(RELATIONS) - {"child_in_law"}
    return Policy(
        **{"id": "test", "source": "test", "reliability": "A", "allowed_relations": allowed}
        | {"allowed_uses": frozenset({"outpatient"})}
        | fields
    )


def answer(sentence: str, **approval: Any) -> Answer:
    return Answer(sentences={"test.one": sentence}, facts=(), **approval)


def office(id: str, code: str, name: str, district: str, **fields: Any) -> Office:  # noqa: A002
    spoken = Word(f"{name},某路五号。", f"{name}某路5号")
    return Office(
        **{"id": id, "region": code, "name": name, "district": district, "aliases": (), "spoken": spoken}
        | {"phone": "2800185", "area_code": "0771", "rule_only": False}
        | fields
    )


def sample_regions() -> Regions:
    counter = policy(
        phone_unbind=False,
        change=Change(where="counter", documents=DOCUMENTS),
        excluded_schemes=frozenset({"disabled_soldier_1_6"}),
        answers={
            "who": answer("配偶能用。", **APPROVED),
            "use": answer("门诊能用。"),
            "old": answer("以前刷卡。", former_only=True),
        },
    )
    offices = (
        office("elsewhere", COUNTER, "各县", "武鸣", phone="", rule_only=True),
        office("east", COUNTER, "东管理部", "东城区"),
        office("west", COUNTER, "西管理部", "西城区", phone="3169352", area_code=""),
    )
    return Regions(
        {
            NATIONAL: _region(NATIONAL, "全国", policy(answers={"who": answer("近亲属能用。")})),
            BY_PHONE: _region(BY_PHONE, "甲市", policy(who_may_unbind="either")),
            COUNTER: _region(COUNTER, "乙市", counter, *offices),
            BOUND_ORDER: _region(BOUND_ORDER, "丙市", policy(order_rule="set_at_binding")),
            BALANCE_ORDER: replace(
                _region(BALANCE_ORDER, "丁市", policy(order_rule="balance_desc")), monthly_credits=CREDITS
            ),
            NOT_BY_AUTHORISER: _region(NOT_BY_AUTHORISER, "戊市", policy(who_may_unbind="beneficiary")),
        },
        RELATIONS,
        {"who": ("who",), "use": ("use",), "both": ("who", "use", "old"), "cash": ("cash",)},
    )


def _region(code: str, name: str, version: Policy, *offices: Office) -> Region:
    return Region(code, Word(name), (version,), offices)
