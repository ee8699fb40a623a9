"""What callers are told about the rules, page by page: the shipped regions, fact by fact."""

from datetime import date
from pathlib import Path

import pytest

from ivr.parts import hanzi
from ivr.policy import LONGEST_PAGE
from ivr.regions import NATIONAL, Regions
from ivr.services.register import CATALOGUE
from ivr.topics import Page
from menus.load import load_folder

_CONFIG = Path(__file__).parents[2] / "config"
TODAY = date(2026, 11, 22)
TOPICS = ("who", "bind", "card", "money")
CODES = (NATIONAL, "450100", "440300", "110000", "460000", "310000", "500000", "370000", "620000", "530100")


@pytest.fixture(scope="module")
def regions() -> Regions:
    return Regions.load(_CONFIG / "regions")


def told(regions: Regions, code: str, topic: str) -> str:
    return "".join(page.words.spoken for page in regions.pages(code, topic, TODAY))


@pytest.mark.parametrize("code", CODES)
def test_every_page_can_be_said_between_two_keys_and_was_rendered_ahead(regions: Regions, code: str) -> None:
    known = set(regions.words()["answer"])
    for topic in TOPICS:
        for page in regions.pages(code, topic, TODAY):
            assert 0 < hanzi(page.words.spoken) <= LONGEST_PAGE
            assert page.words.spoken.endswith("。")
            assert page.words in known
            assert page.facts


@pytest.mark.parametrize("code", CODES)
def test_as_shipped_nobody_vouches_for_anything(regions: Regions, code: str) -> None:
    pages: list[Page] = [page for topic in TOPICS for page in regions.pages(code, topic, TODAY)]
    assert pages
    assert not any(page.stands(TODAY) for page in pages)


@pytest.mark.parametrize(
    ("code", "topic", "words"),
    [
        ("450100", "who", "配偶的父母"),
        ("450100", "who", "出钱的人要在南宁参加职工医保"),
        ("450100", "who", "怀孕产检"),
        ("450100", "bind", "自助机"),
        ("450100", "bind", "网上业务直通车"),
        ("450100", "bind", "刷脸实名认证"),
        ("450100", "bind", "医保个账授权绑定"),
        ("450100", "bind", "冒用骗保"),
        ("450100", "bind", "伤残军人"),
        ("440300", "who", "上年度月平均工资"),
        ("440300", "who", "几位家人"),
        ("440300", "bind", "社保电脑号"),
        ("440300", "bind", "社康"),
        ("440300", "card", "二零一二年六月三十日"),
        ("440300", "card", "余额最多"),
        ("440300", "money", "大约打二百五十元"),
        ("110000", "bind", "亲情账户"),
        ("110000", "card", "替家人买药"),
        ("110000", "card", "第二位"),
        ("110000", "money", "七十岁以下退休的,每月打一百元。正好七十岁的,由窗口定"),
        ("110000", "money", "满七十岁退休的,每月打一百一十元"),
        ("110000", "money", "参保明细信息"),
        ("460000", "who", "别的都不能付"),
        ("460000", "card", "金融区取钱要密码"),
        ("460000", "money", "农信社"),
        ("310000", "money", "每月打一百四十元,一年一千六百八十元"),
        ("310000", "money", "每月打一百五十七元五角,一年一千八百九十元"),
        ("500000", "money", "每月打一百零五元"),
        ("500000", "money", "每月打一百一十五元"),
        ("370000", "money", "每月打一百元"),
        ("370000", "money", "每月打一百二十五元"),
        ("620000", "money", "每月打一百二十元"),
        ("530100", "money", "百分之二到百分之三"),
        ("530100", "money", "不会清零"),
        ("530100", "money", "继承人带死亡证明"),
        ("530100", "money", "新地方不接收余额"),
    ],
)
def test_the_facts_of_the_documents_are_told(regions: Regions, code: str, topic: str, words: str) -> None:
    assert words in told(regions, code, topic)


@pytest.mark.parametrize(("own", "other"), [("450100", "440300"), ("440300", "110000"), ("110000", "460000")])
def test_nobody_hears_of_another_region(regions: Regions, own: str, other: str) -> None:
    """Decisions 8. What the whole country has is nobody's own."""
    common = {page.words for topic in TOPICS for page in regions.pages(NATIONAL, topic, TODAY)}
    mine = {page.words for topic in TOPICS for page in regions.pages(own, topic, TODAY)} - common
    theirs = {page.words for topic in TOPICS for page in regions.pages(other, topic, TODAY)} - common
    assert mine.isdisjoint(theirs)


def test_every_answer_of_a_region_stands_under_a_topic(regions: Regions) -> None:
    told_of = {
        fact
        for code in CODES
        for topic in TOPICS
        for page in regions.pages(code, topic, TODAY)
        for fact in page.facts
    }
    for code in (NATIONAL, "450100", "440300", "110000", "460000"):
        for version in regions.region(code).policies:
            if version.holds(TODAY):
                assert {fact for answer in version.answers.values() for fact in answer.facts} <= told_of


def test_the_menu_names_the_topics_there_are(regions: Regions) -> None:
    menu = load_folder(_CONFIG, CATALOGUE).menus.menus["policy.topics"]
    named = [option.give["topic"] for option in (menu.ask or {}).values()]
    assert named == list(TOPICS)
    for topic in TOPICS:
        assert regions.pages(NATIONAL, topic, TODAY) or topic in {"bind", "card"}
