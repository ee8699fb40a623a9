"""Everything that is said is known beforehand: all prompts with every word, and nothing of a caller's."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from house import House
from hypothesis import given
from hypothesis import strategies as st
from toy_doors import CONSTANTS, FILES, KNOWN, SERVICES

from ivr.channels import utterances
from ivr.channels.script import PACES, Script
from ivr.hotline import Hotline
from ivr.regions import Regions
from ivr.services.accounts import SPENT_ON
from ivr.services.service import catalogue
from ivr.wording import MOST_COUNTED, pieces
from menus.actions import Say
from menus.load import load
from menus.menu import Menus
from menus.question import MEANT, meanings
from menus.values import Count, Day, Digits, Moment, Money, Month, Name, Word
from speech.clips.kinds import KINDS
from speech.score import NORMAL, SLOW, Clip, Phrase, score
from speech.studio import every_clip

MENUS = load(FILES, catalogue(SERVICES)).menus
SCRIPT = Script(lambda: CONSTANTS)
ALL_CLIPS = {clip for kind in KINDS for pace in PACES.values() for clip in every_clip(kind, pace)}


def texts(script: Script = SCRIPT, menus: Menus = MENUS, known=KNOWN) -> list[str]:
    return [phrase.text for phrase in utterances.phrases(menus, script, known, NORMAL)]


def with_balance(template: str) -> Menus:
    """The small menus, in which the prompt of the balance is another one."""
    old = 'balance: "{name},余额是,{amount}。"'
    prompts = FILES["prompts/zh-CN.yaml"]
    assert old in prompts
    changed = {**FILES, "prompts/zh-CN.yaml": prompts.replace(old, f'balance: "{template}"')}
    return load(changed, catalogue(SERVICES)).menus


def test_phrases_are_whole_sentences_each_once_in_the_order_of_the_file():
    said = texts()
    assert said[:3] == ["您好,这里是演示医保电话。", "这是提示。", "查余额,请按一。"]
    assert len(said) == len(set(said))
    assert {phrase.pace for phrase in utterances.phrases(MENUS, SCRIPT, KNOWN, SLOW)} == {SLOW}


def test_what_holds_a_count_is_said_with_every_count_and_around_a_greater_one():
    said = texts()
    assert {"少按了一位。", "少按了两位。", "少按了二十位。"} <= set(said)
    assert {"少按了", "位。"} <= set(said)
    assert "少按了二十一位。" not in said


def test_of_a_callers_own_only_what_stands_around_it_is_a_phrase():
    said = texts()
    assert "余额是," in said
    assert not [text for text in said if "百" in text or "元" in text or "某" in text]


def test_words_are_combined_with_each_other_however_many_a_clause_has():
    known = {"n": (Count(1), Count(2), Count(3)), "relation": (Word("爱人"), Word("孩子"))}
    said = texts(menus=with_balance("{relation}的第{n}位。"), known=known)
    assert {f"{who}的第{n}位。" for who in ("爱人", "孩子") for n in "一二三"} <= set(said)


def test_a_place_for_which_there_is_no_word_does_not_stop_the_others():
    assert "请按身份证号。" in texts(known={"n": ()})


def test_a_name_nobody_has_filled_in_leaves_its_prompt_out():
    said = texts(Script(lambda: {"机构": CONSTANTS["机构"]}))
    assert "您好,这里是演示医保电话。" in said
    assert "这是提示。" not in said


def test_what_callers_hear_first_comes_first_and_amounts_and_days_before_the_prompts_that_have_values():
    everything = list(utterances.everything(MENUS, SCRIPT, KNOWN))
    main = list(utterances.phrases(MENUS, SCRIPT, KNOWN, NORMAL))
    slow = [Phrase(phrase.text, SLOW) for phrase in main]
    own = [clip for kind in ("money", "day") for pace in (NORMAL, SLOW) for clip in every_clip(kind, pace)]
    first = everything.index(own[0])
    assert everything[first : first + len(own)] == own
    assert {phrase.text for phrase in everything[:first]} >= {"您好,这里是演示医保电话。"}
    assert not [phrase.text for phrase in everything[:first] if "余额是" in phrase.text]
    assert everything.index(slow[0]) < first, "both paces, which one synthesis may give"
    assert [part for part in everything if part in set(main)] == main
    assert len(everything) == len(set(everything))
    assert set(everything) == {*main, *slow, *ALL_CLIPS}


# --- nothing of a caller's is ever a phrase

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
OWN = (
    st.builds(Money, st.integers(0, 10**10))
    | st.builds(Day, DAYS)
    | st.builds(Month, st.integers(1990, 2099), st.integers(1, 12))
    | st.builds(
        Moment, st.builds(datetime.combine, DAYS, st.times(timezones=st.just(ZoneInfo("Asia/Shanghai"))))
    )
    | st.builds(Count, st.integers(MOST_COUNTED + 1, 999))
    | st.builds(Digits, st.text("0123456789", min_size=3, max_size=18), st.just("phone"))
    | st.builds(Name, st.sampled_from(["陈*英", "黄*", "欧阳*", "*明"]))
)
TEMPLATES = (
    "{own}。",
    "您的{own}到了。",
    "余额是,{own}。再说一遍,{own}。",
    "{relation}{own},请按{n}。",
    "第{n},{own},{own}绑定。",
)
WORDS = {"n": (Count(3),), "relation": (Word("爱人"),)}


@given(OWN, st.sampled_from(TEMPLATES), st.sampled_from(list(PACES.values())))
def test_a_callers_own_is_joined_from_clips_and_all_around_it_is_known(own, template, pace):
    values = {"own": own, "relation": Word("爱人"), "n": Count(3)}
    said = score(pieces(template, values, {}), pace)
    clips = [part for part in said if isinstance(part, Clip)]
    assert clips
    assert {part for part in said if isinstance(part, Clip)} <= ALL_CLIPS
    around = set(utterances.phrases(with_balance(template), SCRIPT, WORDS, pace))
    assert {part for part in said if isinstance(part, Phrase)} <= around


# --- the shipped hotline


@pytest.fixture
def house(hotline: House) -> House:
    return hotline


def test_every_word_of_the_regions_the_desk_and_the_accounts_is_known(house):
    regions = house.built.regions
    menus = house.built.newest_menus()
    known = utterances.words(menus, regions, house.built.hotline)
    assert known[MEANT] == meanings(menus)
    assert known["kind"] == tuple(SPENT_ON.values())
    assert known["hours"] == (house.built.hotline.agent.hours,)
    assert {Word("明天上午九点"), Word("周三下午一点")} <= set(known["opens"])
    assert {Word("今天上午"), Word("放假以后第一天下午")} <= set(known["window"])
    assert known["n"][:3] == (Count(0), Count(1), Count(2))
    assert {regions.relation("spouse"), regions.relation("nobody knows")} <= set(known["relation"])
    assert {office.spoken for office in regions.offices("450100")} <= set(known["office"])
    assert {regions.region(code).name for code in regions.codes} <= set(known["region"])


def test_every_place_of_a_prompt_is_a_word_of_ours_or_a_callers_own(house):
    """A place that is neither would be left to the provider's voice: name it here or in `utterances`."""
    menus = house.built.newest_menus()
    places = {place for prompt in menus.prompts["zh-CN"] for place in menus.placeholders[prompt]}
    own = {
        "amount",
        "locked",
        "available",
        "day",
        "month",
        "name",
        "caller",
        "caller_number",
        "first",
        "second",
        "phone",
    }
    assert places - set(utterances.words(menus, house.built.regions, house.built.hotline)) == own


def test_whatever_can_be_asked_back_about_is_rendered(house):
    menus = house.built.newest_menus()
    ahead = set(house.built.everything_said(menus))
    assert {"查余额", "找人工", "南宁", "救命"} <= {word.spoken for word in meanings(menus)}
    for word in meanings(menus):
        say = Say(menus.start.doubt, {MEANT: word})
        for pace in PACES.values():
            score = house.built.script.line(menus, say, pace, "zh-CN").score
            assert {part for part in score if isinstance(part, Phrase | Clip)} <= ahead


def test_an_announcement_is_rendered_before_it_begins(streets):
    said = "明天上午系统维护。"
    written = f"announcement:\n  text: {said}\n  from: 2026-11-24T08:00\n  until: 2026-11-25T08:00"
    house = streets("sqlite").house({"recording: false": f"recording: false\n{written}"})
    menus = house.built.newest_menus()
    assert not house.built.hotline.announced(house.clock())
    assert Phrase(said, NORMAL) in house.built.main_path(menus)
    assert {Phrase(said, NORMAL), Phrase(said, SLOW)} <= set(house.built.everything_said(menus))
    house.clock.forward(timedelta(days=9).total_seconds())
    assert Phrase(said, NORMAL) not in house.built.main_path(menus)


def test_regions_without_a_word_of_a_kind_stop_nothing(house):
    empty = Regions({}, {})
    menus = house.built.newest_menus()
    known = utterances.words(menus, empty, Hotline.model_construct(agent=house.built.hotline.agent))
    assert known["documents"] == ()
    assert list(utterances.phrases(menus, house.built.script, known, NORMAL))
