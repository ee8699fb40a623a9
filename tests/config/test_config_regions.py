"""The five documents as data: what callers of each region are told, and from what."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ivr.hotline import Hotline, region_faults
from ivr.policy import RELATIONS, Answer
from ivr.region_files import read_regions
from ivr.region_tables import MonthlyCreditRow, RegionFile
from ivr.regions import Regions
from speech.spoken import assert_speakable

CONFIG = Path(__file__).parents[2] / "config"
TODAY = date(2026, 11, 22)
EVE = date(2026, 1, 8)


@pytest.fixture(scope="session")
def files() -> dict[str, RegionFile]:
    return {file.code: file for file in read_regions(CONFIG / "regions")}


def answers(files: dict[str, RegionFile]) -> Iterator[tuple[str, Answer]]:
    for file in files.values():
        for policy in file.policies:
            yield from ((f"{policy.id} {topic}", answer) for topic, answer in policy.answers.items())


def text(regions: Regions, code: str, topic: str) -> str:
    return "".join(regions.policy(code, TODAY).answers[topic].sentences.values())


def test_five_files_and_the_called_numbers_fit_together(regions: Regions, hotline: Hotline) -> None:
    assert regions.codes == {"CN", "450100", "440300", "110000", "460000"}
    names = [regions.region(code).name.spoken for code in ("450100", "440300", "110000", "460000", "x")]
    assert names == ["南宁", "深圳", "北京", "海南", "全国"]
    assert region_faults(hotline, regions.codes) == []


# --- policy


@pytest.mark.parametrize(
    ("code", "version", "order", "relations"),
    [
        ("450100", "nanning-2017", "card_presented", {"spouse", "child", "parent", "parent_in_law"}),
        ("440300", "shenzhen-2012", "balance_desc", {"spouse", "child", "parent"}),
        ("110000", "beijing-2025", "set_at_binding", set(RELATIONS) - {"parent_in_law"}),
        ("460000", "hainan-undated", "none", {"spouse", "child", "parent"}),
        ("330100", "national-2026", "none", set(RELATIONS) - {"parent_in_law"}),
    ],
)
def test_each_region_keeps_its_order_and_relations_and_lets_either_side_end_a_sharing(
    regions: Regions, code: str, version: str, order: str, relations: set[str]
) -> None:
    policy = regions.policy(code, TODAY)
    assert (policy.id, policy.order_rule) == (version, order)
    assert policy.allowed_relations == relations
    assert (policy.phone_unbind, policy.who_may_unbind) == (True, "either")
    assert regions.policy(code, EVE).who_may_unbind == "authoriser"


def test_nanning_changes_a_relative_at_the_counter_and_refuses_no_unbinding_for_it(regions: Regions) -> None:
    policy = regions.policy("450100", TODAY)
    assert policy.change.where == "counter"
    assert policy.change.documents is not None
    assert policy.change.documents.spoken == (
        "请带双方的身份证或者户口簿,原件和复印件都要。夫妻还要带结婚证。"
    )
    assert regions.policy("450100", date(2020, 1, 1)).phone_unbind
    elsewhere = [regions.policy(code, TODAY).change for code in ("440300", "110000", "460000", "CN")]
    assert {(change.where, change.documents) for change in elsewhere} == {("anywhere", None)}


def test_only_nanning_excludes_disabled_soldiers(regions: Regions) -> None:
    excluding = {code for code in regions.codes if regions.policy(code, TODAY).excluded_schemes}
    assert excluding == {"450100"}


def test_relations_have_simple_words(regions: Regions) -> None:
    words = {name: regions.relation(name).spoken for name in (*RELATIONS, "child_in_law")}
    assert words == {
        "spouse": "爱人",
        "child": "孩子",
        "parent": "父母",
        "parent_in_law": "爱人的父母",
        "sibling": "兄弟姐妹",
        "grandparent": "爷爷奶奶",
        "maternal_grandparent": "外公外婆",
        "grandchild": "孙子孙女",
        "maternal_grandchild": "外孙外孙女",
        "child_in_law": "儿媳女婿",
    }


# --- answers


def test_nobody_vouches_for_what_is_shipped(files: dict[str, RegionFile]) -> None:
    shipped = list(answers(files))
    assert len(shipped) > 10
    assert [place for place, answer in shipped if answer.stands(TODAY) or answer.approved_by] == []
    assert [place for place, answer in shipped if not answer.facts] == []


@pytest.mark.parametrize("code", ["450100", "440300", "110000", "460000"])
def test_every_region_answers_the_four_topics_of_the_menu(regions: Regions, code: str) -> None:
    assert {"who", "use", "card", "cash"} <= set(regions.policy(code, TODAY).answers)


def test_the_country_is_silent_on_cards(regions: Regions) -> None:
    assert set(regions.policy("CN", TODAY).answers) == {"who", "use", "cash", "keep", "credit"}


def test_answers_are_those_of_the_documents(regions: Regions) -> None:
    assert text(regions, "450100", "who") == (
        "南宁二零一七年的办法是,配偶、子女、父母、配偶的父母,都要先参加基本医保。"
    )
    assert text(regions, "440300", "use").startswith(
        "深圳二零一二年的办法是,余额超过上年度月平均工资,超过的部分才能给家人用。"
    )
    assert text(regions, "110000", "card").startswith("谁看病就用谁的卡。共用的是钱,不是卡。")
    assert text(regions, "460000", "use").endswith("以前的报道说,门诊只能花自己账户的钱。")
    assert text(regions, "CN", "who") == (
        "参加了医保的近亲属都能用,包括配偶、父母、子女、兄弟姐妹、祖辈和孙辈。"
    )
    cash = (
        "账户里的钱一般取不出来。家人过世、出国定居、长住外地,可以到窗口问。"
        "要带材料,各地不一样。取完账户就注销了,再用要重新参保。"
    )
    assert {text(regions, code, "cash") for code in regions.codes} == {cash}


def test_nobody_is_told_to_take_anothers_card_as_current_practice(regions: Regions) -> None:
    assert regions.policy("450100", TODAY).answers["card"].former_only
    assert regions.policy("460000", TODAY).answers["use"].former_only


def test_hainan_has_no_year_and_shenzhen_no_figure(files: dict[str, RegionFile]) -> None:
    (hainan,) = files["460000"].policies
    assert (hainan.effective_from, hainan.effective_to) == (None, None)
    assert "二零二一" not in "".join(
        sentence for _, answer in answers(files) for sentence in answer.sentences.values()
    )
    assert files["440300"].policies[0].sharing_threshold == "above_last_year_average_monthly_wage"
    assert {file.average_monthly_wages for file in files.values()} == {()}


# --- offices

OFFICES = {
    "qingxiu": (
        "青秀管理部,民族大道四十五号,金融大厦诶座二楼,国贸大厦旁边",
        "民族大道45号金融大厦A座2楼",
        "2800185",
    ),
    "xixiangtang": (
        "西乡塘管理部,科园东五路六号,南宁市政务服务中心二楼",
        "科园东五路6号南宁市政务服务中心2楼",
        "3169352",
    ),
    "xingning": ("兴宁管理部,民主路十四杠八号,工商银行二楼,展览馆附近", "民主路14-8号工商银行2楼", "5610560"),
    "jiangnan": (
        "江南管理部,白沙大道一百三十八号,江南新兴苑住宅小区里面,新兴苑会所三楼",
        "白沙大道138号江南新兴苑住宅小区内新兴苑会所3楼",
        "4813275",
    ),
    "yongning": ("邕宁管理部,仙葫大道福兴路三号三楼,邕宁区人社局办公楼", "仙葫大道福兴路3号3楼", "4792351"),
    "liangqing": (
        "良庆管理部,银海大道八百一十九号,英华嘉园二号楼一楼,英华学校旁边",
        "银海大道819号英华嘉园2号楼1楼",
        "4724819",
    ),
    "dongmeng": (
        "东盟管理部,东盟经济开发区,武华大道三十五号,人力资源市场三楼",
        "东盟经济开发区武华大道35号人力资源市场三楼",
        "6396036",
    ),
    "counties": ("各县和武鸣的职工,请到自己县区的社保局办", "各县和武鸣区的职工请到所属县区社保局办理", ""),
}


def test_the_eight_offices_of_nanning_are_those_of_the_document(regions: Regions) -> None:
    found = {
        office.id: (office.spoken.spoken, office.spoken.written, office.phone)
        for office in regions.offices("450100")
    }
    assert found == OFFICES
    assert list(found) == list(OFFICES)
    assert {office.area_code for office in regions.offices("450100")} == {"0771"}
    assert [office.id for office in regions.offices("450100") if office.rule_only] == ["counties"]


@pytest.mark.parametrize(
    ("name", "office"),
    [
        ("青秀", "qingxiu"),
        ("青秀区", "qingxiu"),
        ("西乡塘管理部", "xixiangtang"),
        ("东盟经济开发区", "dongmeng"),
        ("武鸣区", "counties"),
        ("横县", "counties"),
        ("宾阳县", "counties"),
    ],
)
def test_offices_are_found_by_what_people_write(regions: Regions, name: str, office: str) -> None:
    found = regions.office_named(name)
    assert found is not None
    assert found.id == office


# --- what stands as data


def credited(files: dict[str, RegionFile], place: str) -> list[MonthlyCreditRow]:
    rows = [row for file in files.values() for listed in file.monthly_credits for row in listed.rows]
    return [row for row in rows if row.place == place]


@pytest.mark.parametrize(
    ("place", "amounts", "ages", "bounds"),
    [
        ("Shanghai", ["140", "157.5"], [(0, 75), (75, None)], "clear"),
        ("Chongqing", ["105", "115"], [(0, 70), (70, None)], "clear"),
        ("Shandong", ["100", "125"], [(0, 70), (70, None)], "ambiguous"),
        ("Beijing", ["100", "110"], [(0, 70), (70, None)], "ambiguous"),
        ("Gansu", ["120"], [(0, None)], "clear"),
        ("Shenzhen", ["250"], [(0, None)], "clear"),
    ],
)
def test_monthly_credits_are_those_of_the_document(
    files: dict[str, RegionFile],
    place: str,
    amounts: list[str],
    ages: list[tuple[int, int | None]],
    bounds: str,
) -> None:
    rows = credited(files, place)
    assert [row.yuan_a_month for row in rows] == [Decimal(amount) for amount in amounts]
    assert [(row.age_from, row.age_to) for row in rows] == ages
    assert {row.bounds for row in rows} == {bounds}
    assert {row.approximate for row in rows} == {place == "Shenzhen"}


def test_nobody_vouches_for_the_monthly_credits(files: dict[str, RegionFile]) -> None:
    rows = [row for file in files.values() for listed in file.monthly_credits for row in listed.rows]
    assert len(rows) == 11
    assert not any(row.approved_by for row in rows)


def test_most_regions_credit_a_share_of_the_average_pension(files: dict[str, RegionFile]) -> None:
    (row,) = credited(files, "most regions")
    assert row.percent_of_average_pension == (Decimal(2), Decimal(3))


def test_channels_can_be_said_step_by_step(files: dict[str, RegionFile]) -> None:
    counted = {code: sum(len(listed.rows) for listed in file.channels) for code, file in files.items()}
    assert counted == {"CN": 8, "450100": 5, "440300": 3, "110000": 10, "460000": 4}
    for file in files.values():
        for row in (row for listed in file.channels for row in listed.rows):
            assert row.steps, row.fact
            for step in row.steps:
                assert_speakable(step)


def test_the_six_conditions_of_withdrawal_are_there(files: dict[str, RegionFile]) -> None:
    withdrawals = files["CN"].withdrawals
    assert withdrawals is not None
    assert [row.fact for row in withdrawals.rows] == [f"003-{number}" for number in range(33, 39)]


def test_the_launch_of_nanning_is_history_and_not_speech(files: dict[str, RegionFile]) -> None:
    history = files["450100"].history
    assert history is not None
    assert all(figure in history.rows[0].words for figure in ("423", "608", "17 ", "1022.51"))


def test_no_tip_off_numbers_links_or_default_pins_came_along() -> None:
    for path in sorted((CONFIG / "regions").glob("*.yaml")):
        assert not re.search(r"https?:|www\.|\d{11}|29380|123456", path.read_text(encoding="utf-8"))
