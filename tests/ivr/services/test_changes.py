"""Another relative instead: at the counter with papers, or anywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from region_samples import BY_PHONE, COUNTER, DOCUMENTS

from menus.events import Told
from menus.values import Digits, Word

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("agency", "office", "phone"),
    [("west", "西管理部", "3169352"), ("", "东管理部", "2800185"), ("未知", "东管理部", "2800185")],
)
def test_the_counter_is_told_with_its_papers(
    verified: Make, person: Make, agency: str, office: str, phone: str
) -> None:
    told = verified(person(region=COUNTER, agency=agency)).ask("changes.how")
    assert told.outcome == "counter"
    assert (told.values["region"], told.values["documents"]) == (Word("乙市"), DOCUMENTS)
    assert (told.values["office_name"], told.values["phone"]) == (Word(office), Digits(phone, "phone"))


def test_nobody_is_sent_to_another_districts_counter(verified: Make, person: Make) -> None:
    told = verified(person(region=COUNTER, agency="elsewhere")).ask("changes.how")
    assert told == Told("counter", {"region": Word("乙市"), "documents": DOCUMENTS})


@pytest.mark.parametrize(("region", "name"), [(BY_PHONE, "甲市"), ("999900", "全国")])
def test_elsewhere_a_change_needs_no_counter(verified: Make, person: Make, region: str, name: str) -> None:
    assert verified(person(region=region)).ask("changes.how") == Told("anywhere", {"region": Word(name)})


def test_papers_and_office_go_to_the_registered_mobile_once(
    verified: Make, person: Make, texts: Make
) -> None:
    line = verified(person(region=COUNTER, agency="west", mobile="+8610000000077"))
    assert [line.ask("changes.text_documents") for _ in range(2)] == [Told("sent")] * 2
    assert [(text.template, text.mobile) for text in texts()] == [
        ("SMS11_change_docs", "+8610000000077"),
        ("SMS10_office", "+8610000000077"),
    ]


def test_without_a_known_office_only_the_papers_are_texted(verified: Make, person: Make, texts: Make) -> None:
    assert verified(person(region=COUNTER, agency="elsewhere")).ask("changes.text_documents") == Told("sent")
    assert [text.template for text in texts()] == ["SMS11_change_docs"]


@pytest.mark.parametrize("mobile", [None, "+867712800185"])
def test_without_a_mobile_nothing_is_texted(
    verified: Make, person: Make, texts: Make, mobile: str | None
) -> None:
    line = verified(person(region=COUNTER, mobile=mobile))
    assert line.ask("changes.text_documents") == Told("no_mobile")
    assert texts() == []
