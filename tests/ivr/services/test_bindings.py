"""Who shares with whom: ranks, relations and masked names, and nobody's money."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from region_samples import BALANCE_ORDER, BOUND_ORDER, BY_PHONE
from sqlalchemy.orm import Session

from ivr.policy import RELATIONS
from ivr.store.tables import Account
from menus.events import Told
from menus.values import Count, Day, Items, Money, Name, Value, Word, values_to_json

Make = Callable[..., Any]


def items(told: Told, name: str) -> list[dict[str, Value]]:
    value = told.values[name]
    assert isinstance(value, Items)
    return [dict(item) for item in value.items]


def names(told: Told) -> list[str]:
    return [item["name"].masked for item in items(told, "reverse") if isinstance(item["name"], Name)]


def test_bindings_come_in_the_order_they_were_made(verified: Make, person: Make, bind: Make) -> None:
    owner = person()
    bind(owner, person(name="陈小英"), "spouse", bound_on=date(2025, 5, 6))
    bind(owner, person(name="黄国"), "child", bound_on=date(2024, 2, 29))
    told = verified(owner).ask("bindings.list")
    assert (told.outcome, told.values["count"]) == ("ok", Count(2))
    assert items(told, "bindings") == [
        {"rank": Count(1), "relation": Word("孩子"), "name": Name("黄*"), "day": Day(date(2024, 2, 29))},
        {"rank": Count(2), "relation": Word("爱人"), "name": Name("陈*英"), "day": Day(date(2025, 5, 6))},
    ]
    assert set(told.values) == {"count", "bindings"}


def test_released_bindings_and_other_peoples_are_not_told(verified: Make, person: Make, bind: Make) -> None:
    owner, other = person(), person()
    released_at = datetime(2026, 1, 1, tzinfo=UTC)
    bind(owner, other, state="released", released_at=released_at)
    bind(other, owner, state="released", released_at=released_at)
    bind(other, person())
    assert verified(owner).ask("bindings.list") == Told("none")


def test_sec_08_the_beneficiary_hears_who_shares_and_no_amount_at_all(
    verified: Make, person: Make, bind: Make
) -> None:
    owner = person(balance=555)
    bind(person(name="陈大明", balance=102251, region=BALANCE_ORDER), owner, "parent", quota_fen=70000)
    told = verified(owner).ask("bindings.list")
    assert told.outcome == "none"
    assert told.values["reverse_count"] == Count(1)
    assert items(told, "reverse") == [{"rank": Count(1), "relation": Word("孩子"), "name": Name("陈*明")}]
    written = str(values_to_json(told.values))
    assert "money" not in written
    assert not any(sum_ in written for sum_ in ("102251", "70000", "555"))
    assert "first" not in told.values


def test_the_full_name_is_nowhere(verified: Make, person: Make, bind: Make) -> None:
    owner = person()
    bind(owner, person(name="欧阳小英"))
    bind(person(name="慕容建国"), owner)
    told = verified(owner).ask("bindings.list")
    assert "欧阳" not in repr(told)
    assert "慕容" not in repr(told)


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_relation_has_its_other_side(verified: Make, person: Make, bind: Make, relation: str) -> None:
    owner = person()
    bind(person(), owner, relation)
    (item,) = items(verified(owner).ask("bindings.list"), "reverse")
    expected = {
        "spouse": "爱人",
        "child": "父母",
        "parent": "孩子",
        "parent_in_law": "儿媳女婿",
        "sibling": "兄弟姐妹",
        "grandparent": "孙子孙女",
        "grandchild": "爷爷奶奶",
        "maternal_grandparent": "外孙外孙女",
        "maternal_grandchild": "外公外婆",
    }
    assert item["relation"] == Word(expected[relation])


@pytest.fixture
def shared(person: Make, bind: Make) -> Callable[..., Any]:
    """Let three people share with one: shared(places, priorities), with balances 300, 900 and none."""

    def make(places: tuple[str, str, str], priorities: tuple[int | None, ...]) -> Any:
        owner = person()
        for name, balance, region, priority in zip(
            ("甲一", "乙二", "丙三"), (300, 900, None), places, priorities, strict=True
        ):
            bind(person(name=name, balance=balance, region=region), owner, priority=priority)
        return owner

    return make


@pytest.mark.parametrize(
    ("places", "priorities", "order", "told_order"),
    [
        ((BALANCE_ORDER,) * 3, (1, 2, 3), ["乙*", "甲*", "丙*"], True),
        ((BOUND_ORDER,) * 3, (3, 1, 2), ["乙*", "丙*", "甲*"], True),
        ((BOUND_ORDER,) * 3, (3, None, 2), ["甲*", "乙*", "丙*"], False),  # one without its place
        ((BOUND_ORDER,) * 3, (3, 2, 2), ["甲*", "乙*", "丙*"], False),  # two in one place
        ((BY_PHONE,) * 3, (3, 2, 1), ["甲*", "乙*", "丙*"], False),  # a region without an order
        ((BOUND_ORDER, BALANCE_ORDER, BOUND_ORDER), (3, 2, 1), ["甲*", "乙*", "丙*"], False),
    ],
)
def test_the_order_of_use_is_told_only_where_the_rules_fix_it(
    verified: Make, shared: Make, places: Any, priorities: Any, order: list[str], told_order: bool
) -> None:
    told = verified(shared(places, priorities)).ask("bindings.list")
    assert names(told) == order
    assert [item["rank"] for item in items(told, "reverse")] == [Count(1), Count(2), Count(3)]
    if told_order:
        assert (told.values["first"], told.values["second"]) == (Name(order[0]), Name(order[1]))
    else:
        assert not {"first", "second"} & set(told.values)


def test_decisions_3_the_order_is_that_of_the_authorisers_region_today(
    verified: Make, shared: Make, session: Session
) -> None:
    owner = shared((BALANCE_ORDER,) * 3, (1, 2, 3))
    line = verified(owner)
    assert names(line.ask("bindings.list"))[0] == "乙*"
    for account in session.query(Account):
        account.balance_fen = 1000 - account.balance_fen
    session.flush()
    assert names(line.ask("bindings.list"))[0] == "甲*"


def test_both_directions_are_told_together(verified: Make, person: Make, bind: Make) -> None:
    owner, mother, father = person(), person(name="陈小英"), person(name="黄国")
    bind(owner, mother, "parent")
    bind(father, owner, "child")
    bind(mother, owner, "child")
    told = verified(owner).ask("bindings.list")
    assert (told.outcome, told.values["count"], told.values["reverse_count"]) == ("ok", Count(1), Count(2))
    assert Money not in {type(value) for value in told.values.values()}
