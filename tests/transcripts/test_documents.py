"""Every fact of the five documents is where docs/coverage.md says: each way is gone, in the real core."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from core_telephone import CoreTelephone
from house import CONFIG, House, Street

from ivr.regions import Regions
from tests.documents.table import ROOT, TABLE, Fact, facts, markdown

FACTS = facts()
UNVERIFIED = "+8610027315999"
IDENTITY = ("450199195503179983", "837294")
MOST_PAGES = 40
DOSSIER = ROOT.parent / "shared" / "facts" / "domain.md"


def having(kind: str) -> Any:
    """Parametrize by the facts that have a way of a kind."""
    listed = [pytest.param(fact, id=fact.number) for fact in FACTS if kind in fact.ways]
    return pytest.mark.parametrize("fact", listed)


@pytest.fixture
def house(streets: Callable[[str], Street]) -> House:
    return streets("sqlite").house({})


@pytest.fixture(scope="module")
def regions() -> Regions:
    return Regions.load(CONFIG / "regions")


def heard_on(phone: CoreTelephone) -> Iterator[str]:
    """Yield what is heard, page after page, while the caller goes on."""
    for _ in range(MOST_PAGES):
        yield "".join(phone.heard())
        if phone.over():
            return
        phone.press("1")


@having("call")
def test_a_caller_hears_it(fact: Fact, house: House) -> None:
    way = fact.ways["call"]
    phone = CoreTelephone(house)
    phone.dial(way.get("from", UNVERIFIED))
    before = "".join(phone.heard())
    for key in way["keys"]:
        phone.press(key)
    if way.get("verify"):
        for number in IDENTITY:
            phone.press(number)
    told = list(heard_on(phone))
    assert any(way["hears"] in page for page in (before, *told)), told


@having("call")
def test_it_takes_at_most_four_keys_to_get_there(fact: Fact) -> None:
    assert len(fact.ways["call"]["keys"]) <= 4


@having("text")
def test_a_text_is_answered_with_it(fact: Fact, house: House) -> None:
    way = fact.ways["text"]
    phone = CoreTelephone(house)
    phone.write("+8610027315999", way["writes"])
    assert any(way["reads"] in body for body in phone.read("+8610027315999"))


@having("page")
def test_a_page_of_the_region_says_it(fact: Fact, regions: Regions) -> None:
    way = fact.ways["page"]
    pages = regions.pages(way["region"], way["topic"], date(2026, 11, 22))
    (page,) = [page for page in pages if way["says"] in page.words.spoken]
    assert fact.number in page.facts


@having("data")
def test_the_data_holds_it(fact: Fact) -> None:
    assert fact.number in (CONFIG / fact.ways["data"]).read_text(encoding="utf-8")


@having("test")
def test_the_test_of_its_rule_is_there(fact: Fact) -> None:
    assert (ROOT / fact.ways["test"]).is_file()


@having("unspoken")
def test_nobody_ever_hears_it(fact: Fact, regions: Regions) -> None:
    spoken = [page.spoken for words in regions.words().values() for page in words]
    for name in ("prompts", "texts"):
        spoken += yaml.safe_load((CONFIG / name / "zh-CN.yaml").read_text(encoding="utf-8")).values()
    assert not [words for words in spoken if fact.ways["unspoken"] in words]


def test_every_fact_has_a_way() -> None:
    assert len(FACTS) == 130
    known = {"keys", "hears", "from", "verify", "writes", "reads", "region", "topic", "says"}
    for fact in FACTS:
        for way in fact.ways.values():
            assert isinstance(way, str) or set(way) <= known, "a comma has cut a sentence in two"
    assert [fact.number for fact in FACTS if not fact.ways] == []


@pytest.mark.skipif(not DOSSIER.is_file(), reason="the dossier of facts is not here")
def test_all_facts_of_the_dossier_are_listed() -> None:
    numbered = re.findall(r"^\| (00\d-\d\d) \|", DOSSIER.read_text(encoding="utf-8"), re.MULTILINE)
    assert [fact.number for fact in FACTS] == numbered


def test_the_table_is_written_anew_whenever_a_fact_changes() -> None:
    assert Path(TABLE).read_text(encoding="utf-8") == markdown(FACTS)
