"""Policy answers: the caller's own region, and only what somebody vouches for as current."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from region_samples import BY_PHONE, COUNTER

from menus.catalogue import FAILED
from menus.events import Told
from menus.values import Count, Word

Make = Callable[..., Any]
WHO = Word("who")


def test_what_is_approved_is_current_and_what_is_not_is_former(line: Make) -> None:
    call, region = line(), Word(COUNTER)
    assert call.ask("policies.answer", topic=WHO, region=region) == Told(
        "current", {"answer": Word("配偶能用。"), "region": Word("乙市")}
    )
    assert call.ask("policies.answer", topic=Word("use"), region=region) == Told(
        "former", {"answer": Word("门诊能用。"), "region": Word("乙市")}
    )


def test_a_topic_of_several_pages_is_told_one_by_one(line: Make) -> None:
    call, asked = line(), {"topic": Word("both"), "region": Word(COUNTER)}
    region = Word("乙市")
    assert call.ask("policies.answer", **asked) == Told(
        "current_more", {"answer": Word("配偶能用。"), "region": region, "page": Count(2)}
    )
    assert call.ask("policies.answer", **asked, page=Count(2)) == Told(
        "former_more", {"answer": Word("门诊能用。"), "region": region, "page": Count(3)}
    )
    last = Told("former", {"answer": Word("以前刷卡。"), "region": region})
    assert call.ask("policies.answer", **asked, page=Count(3)) == last
    assert call.ask("policies.answer", **asked, page=Count(4)).outcome == "silent"


def test_what_a_region_does_not_say_is_silent(line: Make) -> None:
    told = line().ask("policies.answer", topic=Word("cash"), region=Word(COUNTER))
    assert told == Told("silent", {"region": Word("乙市")})


@pytest.mark.parametrize(("day", "outcome"), [(31, "current"), (32, "former")])
def test_decisions_7_an_approval_ends(line: Make, clock: Any, day: int, outcome: str) -> None:
    clock.now = datetime(2027, 1, 1, tzinfo=UTC) if day == 32 else datetime(2026, 12, 31, tzinfo=UTC)
    assert line().ask("policies.answer", topic=WHO, region=Word(COUNTER)).outcome == outcome


def test_the_region_is_the_one_asked_for_else_the_callers_else_the_country(
    line: Make, verified: Make, person: Make
) -> None:
    own = verified(person(region=COUNTER))
    assert own.ask("policies.answer", topic=WHO).values["region"] == Word("乙市")
    assert own.ask("policies.answer", topic=WHO, region=Word(BY_PHONE)).values["region"] == Word("甲市")
    assert line().ask("policies.answer", topic=WHO).values["region"] == Word("全国")


def test_without_a_topic_there_is_no_answer(line: Make) -> None:
    assert line().ask("policies.answer", region=Word(COUNTER)) == Told("which")
    assert line().ask("policies.answer", topic=WHO, page=Word("x")) == Told(FAILED)


def test_the_region_is_asked_only_of_callers_not_verified(line: Make, verified: Make, person: Make) -> None:
    assert line().ask("policies.regions_known") == Told("ask")
    assert verified(person()).ask("policies.regions_known") == Told("own")
