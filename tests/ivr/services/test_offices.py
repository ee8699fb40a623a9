"""Where callers are sent: by key, by record, by name, and by text."""

from collections.abc import Callable
from typing import Any

import pytest
from region_samples import BY_PHONE, COUNTER

from menus.catalogue import FAILED
from menus.events import Told
from menus.values import Digits, Word

Make = Callable[..., Any]
EAST = Word("东管理部,某路五号。", "东管理部某路5号")


def test_a_caller_hears_the_number_without_its_area_code(line: Make) -> None:
    told = line().ask("offices.find", office=Word("east"))
    assert told == Told(
        "found",
        {
            "office": EAST,
            "office_name": Word("东管理部"),
            "address": EAST,
            "phone": Digits("2800185", "phone"),
        },
    )


@pytest.mark.parametrize(("office", "phone"), [("east", "0771-2800185"), ("west", "3169352")])
def test_a_text_has_the_area_code_where_it_is_known(line: Make, office: str, phone: str) -> None:
    told = line(channel="text").ask("offices.find", office=Word(office))
    assert told.values["phone"] == Digits(phone, "phone")


def test_who_must_go_elsewhere_gets_no_address(line: Make) -> None:
    assert line().ask("offices.find", office=Word("elsewhere")) == Told("rule")
    assert line().ask("offices.by_name", name=Word("武鸣")) == Told("rule")


@pytest.mark.parametrize("arguments", [{"office": Word("nowhere")}, {}])
def test_an_office_the_data_does_not_know_is_a_failure(line: Make, arguments: dict[str, Word]) -> None:
    assert line().ask("offices.find", **arguments) == Told(FAILED)
    assert line().ask("offices.text_found", **arguments) == Told(FAILED)


@pytest.mark.parametrize("name", ["东城", "东城区", "东管理部", " 东城 区"])
def test_a_written_name_finds_the_one_office_it_means(line: Make, name: str) -> None:
    told = line(channel="text").ask("offices.by_name", name=Word(name))
    assert told.values["office_name"] == Word("东管理部")


@pytest.mark.parametrize("arguments", [{"name": Word("火星")}, {"name": Word("区")}, {}])
def test_other_names_are_unknown(line: Make, arguments: dict[str, Word]) -> None:
    assert line(channel="text").ask("offices.by_name", **arguments) == Told("unknown")


@pytest.mark.parametrize(
    ("region", "agency", "outcome"),
    [
        (COUNTER, "west", "found"),
        (COUNTER, "elsewhere", "none"),  # their own county's, which the data has no address of
        (COUNTER, "", "none"),
        (BY_PHONE, "west", "none"),
        ("999900", "west", "none"),
    ],
)
def test_ones_own_office_is_the_one_in_the_record(
    verified: Make, person: Make, region: str, agency: str, outcome: str
) -> None:
    told = verified(person(region=region, agency=agency)).ask("offices.own")
    assert told.outcome == outcome
    assert told.values.get("office_name", Word("西管理部")) == Word("西管理部")


def test_an_office_is_texted_once_to_the_number_that_calls(line: Make, texts: Make) -> None:
    call = line(caller="+8610000000042")
    assert [call.ask("offices.text_found", office=Word("east")) for _ in range(2)] == [Told("sent")] * 2
    (text,) = texts()
    assert (text.mobile, text.template, text.kind) == ("+8610000000042", "SMS10_office", "answer")
    assert "东管理部某路5号,电话0771-2800185" in text.body


@pytest.mark.parametrize("caller", ["", "+867712800185", "+85212345678", "+19005550100"])
def test_sec_15_only_mobiles_get_an_office_by_text(line: Make, texts: Make, caller: str) -> None:
    assert line(caller=caller).ask("offices.text_found", office=Word("east")) == Told("no_mobile")
    assert texts() == []


def test_nothing_is_texted_where_there_is_no_address(line: Make, texts: Make) -> None:
    assert line().ask("offices.text_found", office=Word("elsewhere")) == Told(FAILED)
    assert texts() == []
