from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.policy import RELATIONS, Answer, Change, Policy
from ivr.regions import Office, Regions
from menus.source import SourceError
from menus.values import Word

DAY = timedelta(days=1)
NATIONAL = """\
code: CN
name: 全国
relations:
  spouse: 爱人
  child: 孩子
  parent: 父母
  parent_in_law: 爱人的父母
  sibling: 兄弟姐妹
  grandparent: 爷爷奶奶
  maternal_grandparent: 外公外婆
  grandchild: 孙子孙女
  maternal_grandchild: 外孙外孙女
policies:
  - id: old
    effective_to: 2026-01-08
    source: a test
    reliability: A
    allowed_relations: []
    allowed_uses: []
  - id: new
    effective_from: 2026-01-09
    source: a test
    reliability: A
    who_may_unbind: either
    overrules: [phone_unbind, who_may_unbind]
    allowed_relations: [spouse, sibling]
    allowed_uses: [pharmacy]
    answers:
      who: {sentences: {pol.cn.who: 近亲属都能用。}, facts: []}
      cash: {sentences: {pol.cash: 一般取不出来。}, facts: [], everywhere: true}
"""
# The city forbids unbinding by phone: once before the national version, and once knowing it.
CITY = """\
code: "450199"
name: {spoken: 试验市, written: 试验市(450199)}
area_code: "0771"
policies:
  - id: older
    effective_from: 2017-10-01
    effective_to: 2026-05-31
    source: a test
    reliability: C
    phone_unbind: false
    who_may_unbind: counter_only
    order_rule: card_presented
    allowed_relations: [spouse]
    allowed_uses: [outpatient]
    change: {where: counter, documents: 请带身份证。}
    answers:
      who: {sentences: {pol.xx.who: 只有配偶能用。, pol.xx.more: 要先参保。}, facts: []}
  - id: newer
    effective_from: 2026-06-01
    effective_to: 2026-12-31
    source: a test
    reliability: A
    phone_unbind: false
    allowed_relations: [spouse]
    allowed_uses: [outpatient]
offices:
  source: a test
  reliability: C
  rows:
    - id: north
      name: 城北管理部
      district: 城北
      aliases: [火车站]
      spoken: 城北管理部,北京路一号
      written: 北京路1号
      phone: "5550100"
    - id: rest
      name: 各县
      district: 各县
      aliases: [北山, 南山]
      spoken: 请到自己的县办
      written: 到县里办
      rule_only: true
"""


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def regions(tmp_path: Path) -> Regions:
    return Regions.load(folder(tmp_path, national=NATIONAL, city=CITY))


def faults(tmp_path: Path, **files: str) -> str:
    with pytest.raises(SourceError) as caught:
        Regions.load(folder(tmp_path, **files))
    return str(caught.value).replace(f"{tmp_path}/", "").replace(str(tmp_path), "regions")


def answer(**fields: Any) -> Answer:
    return Answer.model_validate({"sentences": {"pol.xx.who": "配偶能用。"}, "facts": (), **fields})


# --- which version holds


@pytest.mark.parametrize(
    ("code", "day", "version"),
    [
        ("450199", date(2017, 9, 30), "old"),
        ("450199", date(2017, 10, 1), "older"),
        ("450199", date(2026, 5, 31), "older"),
        ("450199", date(2026, 6, 1), "newer"),
        ("450199", date(2026, 12, 31), "newer"),
        ("450199", date(2027, 1, 1), "new"),
        ("CN", date(1990, 1, 1), "old"),
        ("CN", date(2026, 1, 8), "old"),
        ("CN", date(2026, 1, 9), "new"),
        ("999999", date(2026, 1, 9), "new"),
    ],
)
def test_region_and_day_choose_the_version(regions: Regions, code: str, day: date, version: str) -> None:
    assert regions.policy(code, day).id == version


def test_national_law_overrules_unbinding_in_older_versions_from_its_first_day(regions: Regions) -> None:
    eve, day = regions.policy("450199", date(2026, 1, 8)), regions.policy("450199", date(2026, 1, 9))
    assert (eve.phone_unbind, eve.who_may_unbind) == (False, "counter_only")
    assert (day.phone_unbind, day.who_may_unbind) == (True, "either")


def test_national_law_leaves_the_rest_to_the_region(regions: Regions) -> None:
    day = regions.policy("450199", date(2026, 1, 9))
    assert day.order_rule == "card_presented"
    assert day.allowed_relations == {"spouse"}
    assert day.change == Change(where="counter", documents=Word("请带身份证。"))


def test_a_version_that_knew_the_national_law_speaks_for_itself(regions: Regions) -> None:
    assert not regions.policy("450199", date(2026, 6, 1)).phone_unbind


def test_an_undated_version_is_older_than_any_law(tmp_path: Path) -> None:
    undated = CITY.replace("    effective_from: 2017-10-01\n", "")
    regions = Regions.load(folder(tmp_path, national=NATIONAL, city=undated))
    assert regions.policy("450199", date(1990, 1, 1)).id == "older"
    assert regions.policy("450199", date(2026, 1, 9)).phone_unbind


@pytest.fixture(scope="module")
def shipped() -> Regions:
    return Regions.load(Path(__file__).parents[2] / "config" / "regions")


@given(day=st.dates())
def test_on_any_day_every_region_has_exactly_one_policy(shipped: Regions, day: date) -> None:
    for code in (*shipped.codes, "999999"):
        policy = shipped.policy(code, day)
        own = [version for version in shipped.region(code).policies if version.holds(day)]
        assert [version.id for version in own] in ([policy.id], [])
        if day >= date(2026, 1, 9):
            assert (policy.phone_unbind, policy.who_may_unbind) == (True, "either")


# --- what is answered


def test_a_region_answers_for_itself_and_the_country_only_what_holds_everywhere(regions: Regions) -> None:
    answers = regions.policy("450199", date(2026, 1, 9)).answers
    assert {topic: "".join(found.sentences.values()) for topic, found in answers.items()} == {
        "who": "只有配偶能用。要先参保。",
        "cash": "一般取不出来。",
    }
    (national,) = regions.policy("999999", date(2026, 1, 9)).answers["who"].sentences.values()
    assert national == "近亲属都能用。"


@pytest.mark.parametrize(
    ("day", "stands"),
    [
        (date(2026, 3, 9), False),
        (date(2026, 3, 10), True),
        (date(2027, 3, 10), True),
        (date(2027, 3, 11), False),
    ],
)
def test_an_approved_answer_stands_for_a_year_from_its_check(day: date, stands: bool) -> None:
    approved = answer(approved_by="李某", checked_on="2026-03-10", expires_on="2030-01-01")
    assert approved.stands(day) is stands


def test_an_approved_answer_ends_with_its_expiry_and_a_leap_day_lasts_to_february() -> None:
    approved = answer(approved_by="李某", checked_on="2024-02-29", expires_on="2024-12-31")
    assert (approved.stands(date(2024, 12, 31)), approved.stands(date(2025, 1, 1))) == (True, False)
    longer = answer(approved_by="李某", checked_on="2024-02-29", expires_on="2030-01-01")
    assert (longer.stands(date(2025, 2, 28)), longer.stands(date(2025, 3, 1))) == (True, False)


@given(st.dates())
def test_what_nobody_approved_never_stands(day: date) -> None:
    assert not answer().stands(day)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"approved_by": "李某"}, "together"),
        ({"checked_on": "2026-03-10"}, "together"),
        ({"approved_by": "李某", "checked_on": "2026-03-10"}, "together"),
        (
            {
                "approved_by": "李某",
                "checked_on": "2026-03-10",
                "expires_on": "2026-12-31",
                "former_only": True,
            },
            "only be told as a former rule",
        ),
        ({"sentences": {}}, "at least 1 item"),
        ({"sentences": {"pol.xx": "请拨12393。"}}, "a voice cannot be given '1'"),
        ({"sentences": {"pol.xx": "长" * 46}}, "pol.xx is longer than 15 seconds"),
    ],
)
def test_a_half_approved_or_unspeakable_answer_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        answer(**fields)


# --- offices and relations


def test_offices_are_found_by_id_name_district_and_other_names(regions: Regions) -> None:
    north = regions.office("north")
    assert north == Office(
        id="north",
        region="450199",
        name="城北管理部",
        district="城北",
        aliases=("火车站",),
        spoken=Word("城北管理部,北京路一号", "北京路1号"),
        phone="5550100",
        area_code="0771",
        rule_only=False,
    )
    for name in ("城北", "城北区", " 城北 管理部", "火车站", "north"):
        assert regions.office_named(name) == north
        assert regions.agency("450199", name) == north
    rest = regions.office_named("北山县")
    assert rest is not None
    assert rest.rule_only
    assert regions.offices("450199") == (north, rest)


@pytest.mark.parametrize("name", ["", "区", "城", "城南", "北"])
def test_no_office_is_guessed(regions: Regions, name: str) -> None:
    assert regions.office_named(name) is None


def test_other_regions_have_no_offices_here(regions: Regions) -> None:
    assert regions.offices("999999") == ()
    assert regions.office("south") is None
    assert regions.agency("999999", "城北") is None
    assert regions.agency("450199", "") is None
    assert regions.office_named("城北", "CN") is None


def test_an_ambiguous_name_is_no_office(tmp_path: Path) -> None:
    twice = CITY.replace("aliases: [北山, 南山]", "aliases: [火车站]")
    regions = Regions.load(folder(tmp_path, national=NATIONAL, city=twice))
    assert regions.office_named("火车站") is None


def test_regions_and_relations_have_names(regions: Regions) -> None:
    assert regions.codes == {"CN", "450199"}
    assert regions.region("450199").name == Word("试验市", "试验市(450199)")
    assert regions.region("999999").name == Word("全国")
    assert regions.relation("parent_in_law") == Word("爱人的父母")
    assert regions.relation("neighbour") == Word("家人")
    assert all(regions.relation(name) != Word("家人") for name in RELATIONS)


# --- faults


def line_of(text: str, part: str) -> int:
    """Return the last line that has a part in it."""
    return max(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        (
            "2026-06-01",
            "2026-05-31",
            "effective_from: 2026-05-31",
            "this overlaps the version before; give that one ",
        ),
        ("    effective_to: 2026-05-31\n", "", "2026-06-01", "effective_to: 2026-05-31"),
        ("2026-06-01", "2026-06-03", "2026-06-03", "no version holds from 2026-06-01 to 2026-06-02"),
        ("    effective_from: 2026-06-01\n", "", "id: newer", "only the oldest version, the first"),
        ("2026-12-31", "2026-05-31", "id: newer", "effective_to is before effective_from"),
        ("order_rule: card_presented", "order_rule: age", "order_rule", "Input should be 'card_presented'"),
        ("allowed_relations: [spouse]", "allowed_relations: [cousin]", "cousin", "Input should be 'spouse'"),
        ("phone_unbind: false", "phone_unbind: perhaps", "perhaps", "'policies.0.phone_unbind'"),
        ("phone_unbind: false", "phone_unbound: false", "unbound", "is not known here"),
        ("where: counter, documents: 请带身份证。", "where: counter", "change:", "documents are named for"),
        ("where: counter, ", "", "change:", "documents are named for"),
        ('    phone: "5550100"', '    phone: "0771-5550100"', "0771-5550100", "offices.rows.0.phone"),
        ('      phone: "5550100"\n', "", "id: north", "an office has a phone"),
        (
            "spoken: 城北管理部,北京路一号",
            "spoken: 北京路1号",
            "spoken: 北京路1号",
            "a voice cannot be given",
        ),
        ("name: {spoken: 试验市", "name: {spoken: 450199", "name: {", "a voice cannot be given"),
        ("id: rest", "id: north", "id: north", "an office is called 'north' in city.yaml too"),
        ('code: "450199"', "code: 邕", "code: 邕", "'code'"),
    ],
)
def test_faults_name_file_line_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, place: str, sentence: str
) -> None:
    text = CITY.replace(old, new, 1)
    assert text != CITY
    told = faults(tmp_path, national=NATIONAL, city=text)
    expected = line_of(text, place)
    assert any(
        line.startswith(f"city.yaml:{expected}: ") and sentence in line for line in told.splitlines()
    ), told


def test_every_file_tells_its_faults_at_once(tmp_path: Path) -> None:
    told = faults(tmp_path, national=NATIONAL.replace("code: CN", "cod: CN"), city="code: [")
    assert {line.partition(":")[0] for line in told.splitlines()} == {"national.yaml", "city.yaml"}


def test_regions_need_a_national_file(tmp_path: Path) -> None:
    assert faults(tmp_path, city=CITY) == "regions: no file here has code: CN; regions fall back on it"


def test_a_code_stands_in_one_file_only(tmp_path: Path) -> None:
    told = faults(
        tmp_path, national=NATIONAL, a=CITY.partition("offices:")[0], b=CITY.partition("offices:")[0]
    )
    assert told == "b.yaml:1: region 450199 stands in a.yaml too; keep one"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "  - id: old\n",
            "  - id: old\n    effective_from: 1998-12-14\n",
            "the oldest national version has no first day",
        ),
        (
            "    effective_from: 2026-01-09\n",
            "    effective_from: 2026-01-09\n    effective_to: 2030-01-01\n",
            "the newest national version has no last day",
        ),
        ("  sibling: 兄弟姐妹\n", "", "no words for sibling"),
    ],
)
def test_the_national_file_reaches_from_ever_to_ever(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert sentence in faults(tmp_path, national=NATIONAL.replace(old, new), city=CITY)


CREDIT = """\
monthly_credits:
  - source: a test
    reliability: C
    rows:
      - {fact: "1", place: here, yuan_a_month: "140", yuan_a_year: "1680"}
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"1680"', '"1681"', "yuan_a_year is not twelve times yuan_a_month"),
        ('yuan_a_month: "140", yuan_a_year: "1680"', "age_to: 70", "not both"),
        ('yuan_a_year: "1680"', 'percent_of_average_pension: ["2", "3"]', "not both"),
        ('"140"', '"140.001"', "decimal"),
        ('"140", yuan_a_year: "1680"', '"140", age_from: 75, age_to: 75', "age_to is not above age_from"),
        ('"140", yuan_a_year: "1680"', '"140", age_from: -1', "greater than or equal to 0"),
        (
            'yuan_a_month: "140", yuan_a_year: "1680"',
            'percent_of_average_pension: ["3", "2"]',
            "is the least and then the most",
        ),
        ('yuan_a_year: "1680"', "approved_by: 李某", "approved_by, checked_on and expires_on together"),
        ("place: here", "place: here, area: 上海", "String should match pattern"),
    ],
)
def test_monthly_credits_are_one_rule_each(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert Regions.load(folder(tmp_path, national=NATIONAL + CREDIT))
    assert sentence in faults(tmp_path, national=NATIONAL + CREDIT.replace(old, new))


BANDS = (
    CREDIT.replace(', yuan_a_year: "1680"', ", age_to: 70")
    + """\
      - {fact: "1", place: here, age_from: 70, yuan_a_month: "150"}
      - {fact: "2", place: there, area: "31", yuan_a_month: "160"}
"""
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("age_from: 70", "age_from: 69"),
        ("age_from: 70", "age_from: 5, age_to: 6"),
        ("age_from: 70, ", ""),
    ],
)
def test_two_monthly_credits_at_one_age_are_refused(tmp_path: Path, old: str, new: str) -> None:
    assert Regions.load(folder(tmp_path, national=NATIONAL + BANDS))
    text = NATIONAL + BANDS.replace(old, new)
    told = faults(tmp_path, national=text)
    line = line_of(text, '"150"')
    assert told == f"national.yaml:{line}: another row for here holds at some of these ages too; " + (
        "let one end at age_from"
    )


def test_an_area_stands_only_in_the_file_of_the_whole_country(tmp_path: Path) -> None:
    told = faults(tmp_path, national=NATIONAL, city=CITY + BANDS)
    line = line_of(CITY + BANDS, "area: ")
    assert told == (f"city.yaml:{line}: an area stands only in the file of the whole country; take it away")


@pytest.mark.parametrize(
    ("code", "amounts"),
    [
        ("450199", [17000]),
        ("310000", [16000]),
        ("310115", [16000]),
        ("320100", [14000, 15000]),
        ("CN", [14000, 15000]),
    ],
)
def test_monthly_credits_are_the_regions_own_or_the_countrys_for_it(
    tmp_path: Path, code: str, amounts: list[int]
) -> None:
    own = CITY + CREDIT.replace('"140", yuan_a_year: "1680"', '"170"')
    regions = Regions.load(folder(tmp_path, national=NATIONAL + BANDS, city=own))
    assert [row.fen_a_month for row in regions.monthly_credits(code)] == amounts


def test_the_nearest_area_is_taken(tmp_path: Path) -> None:
    bands = BANDS + '      - {fact: "3", place: nearer, area: "3101", yuan_a_month: "170"}\n'
    regions = Regions.load(folder(tmp_path, national=NATIONAL + bands, city=CITY))
    assert [row.place for row in regions.monthly_credits("310115")] == ["nearer"]
    assert [row.place for row in regions.monthly_credits("310200")] == ["there"]
    assert regions.monthly_credits("450199") == regions.monthly_credits("CN")


# --- wages

WAGES = """\
average_monthly_wages:
  - {year: 2024, yuan: "4800", source: a test, reliability: A}
  - year: 2025
    yuan: "5000.05"
    source: a test
    reliability: A
    approved_by: 李某
    checked_on: 2026-03-10
    expires_on: 2026-12-31
"""


def test_wages_are_a_citys_own_and_count_while_somebody_vouches_for_them(tmp_path: Path) -> None:
    regions = Regions.load(folder(tmp_path, national=NATIONAL, city=CITY + WAGES))
    before, last = regions.region("450199").average_monthly_wages
    assert [(wage.year, wage.fen) for wage in (before, last)] == [(2024, 480000), (2025, 500005)]
    assert not before.stands(date(2026, 6, 1))
    assert (last.stands(date(2026, 12, 31)), last.stands(date(2027, 1, 1))) == (True, False)
    assert regions.region("999999").average_monthly_wages == ()


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        ("year: 2025", "year: 2024", "  - year: 2024", "the wage of 2024 stands here a second time"),
        ("    yuan: ", "    yen: ", "yen", "'average_monthly_wages.1.yen' is not known here"),
        ("5000.05", "5000.055", "5000.055", "no more than 2 decimal places"),
        ("5000.05", "5,000", "5,000", "valid decimal"),
        ("5000.05", "0", '"0"', "greater than 0"),
        ("year: 2025", "year: 25", "year: 25", "greater than or equal to 1978"),
        ("    source: a test\n", "", "  - year: 2025", "'average_monthly_wages.1.source' is missing"),
        ("    approved_by: 李某\n", "", "  - year: 2025", "approved_by, checked_on and expires_on together"),
        ("checked_on: 2026", "checked_on: 2025", "  - year: 2025", "is known when its year is over"),
    ],
)
def test_faults_of_wages_name_file_and_line(
    tmp_path: Path, old: str, new: str, place: str, sentence: str
) -> None:
    text = CITY + WAGES.replace(old, new, 1)
    assert text != CITY + WAGES
    told = faults(tmp_path, national=NATIONAL, city=text)
    start = f"city.yaml:{line_of(text, place)}: "
    assert any(line.startswith(start) and sentence in line for line in told.splitlines()), told


def test_policies_do_not_change() -> None:
    policy = Policy(
        id="x", source="a test", reliability="A", allowed_relations=frozenset(), allowed_uses=frozenset()
    )
    with pytest.raises(ValueError, match="frozen"):
        policy.phone_unbind = False  # type: ignore[misc]
