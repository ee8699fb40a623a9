"""What is said and written keeps the rules of its medium, whoever changes the wording."""

import re
from collections.abc import Mapping
from datetime import date, datetime

import pytest

from ivr.hotline import Hotline, constants
from ivr.hotline_parts import CHINA
from ivr.parts import hanzi
from ivr.regions import Regions
from ivr.wording import placeholders, spoken, written
from menus.values import Count, Day, Digits, Moment, Money, Month, Name, Value, Word
from speech.spoken import digits

# One value of every name that menus and services give, long ones where lengths matter.
VALUES: Mapping[str, Value] = {
    "n": Count(2),
    "count": Count(3),
    "rank": Count(2),
    "key": Count(2),
    "left": Count(2),
    "minutes": Count(5),
    "reverse_count": Count(2),
    "code": Digits("482913", "code"),
    "phone": Digits("0771-2800185", "phone"),
    "amount": Money(1234567),
    "locked": Money(100000),
    "available": Money(1134567),
    "day": Day(date(2026, 11, 22)),
    "month": Month(2026, 11),
    "moment": Moment(datetime(2026, 11, 22, 19, 30, tzinfo=CHINA)),
    "name": Name("欧阳*英"),
    "caller_number": Digits("0771-2800185", "phone"),
    "window": Word("放假以后第一天下午"),
    "caller": Name("欧阳*英"),
    "caller_region": Word("南宁"),
    "first": Name("陈*英"),
    "second": Name("欧阳*国"),
    "relation": Word("爱人的父母"),
    "kind": Word("家人支出"),
    "region": Word("南宁"),
    "hours": Word("周一到周五,上午九点到下午五点", "周一到周五9:00-17:00"),
    "opens": Word("后天下午一点三十分"),
    "meant": Word("我的钱谁在用"),
    "documents": Word("请带双方的身份证或者户口簿。"),
    "answer": Word("近亲属都能用。"),
    "office": Word("青秀管理部,民族大道四十五号", "民族大道45号金融大厦A座2楼"),
    "office_name": Word("西乡塘管理部"),
    "address": Word("民族大道四十五号", "民族大道45号金融大厦A座2楼"),
    "announcement": Word("今天下午系统维护。"),
}
# Wording that no caller may ever hear or read: a default PIN, a way to hand over a code, blame, links.
FORBIDDEN = [
    r"123456|000000|888888",
    r"https?:|www\.|\.(cn|com|gov)\b|链接|网址",
    r"工作人员(?!不)[^。]*(验证码|密码|号码)",
    r"(告诉|报给|发给|提供)[^。]*(验证码|密码)",
    r"错误|无效|非法|失败(?!次数)",
    r"录音",
]
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=CHINA)


@pytest.fixture(scope="session")
def fixed(hotline: Hotline) -> Mapping[str, Value]:
    """The constants as an authority of the usual length would fill them."""
    named = {"机构": Word("南宁市", "南宁医保"), "hotline": Digits("0771-2333000", "phone")}
    return {**constants(hotline, demo=False, now=NOW), **named}


def test_prompts_can_be_said_once_their_values_are_filled_in(
    prompts: Mapping[str, str], fixed: Mapping[str, Value]
) -> None:
    """No figure, letter, sign or address stands in a prompt: a voice would garble it."""
    for name, prompt in prompts.items():
        assert spoken(prompt, VALUES, fixed), name


def test_every_name_in_braces_is_one_that_somebody_fills_in(
    prompts: Mapping[str, str], texts: Mapping[str, str], fixed: Mapping[str, Value]
) -> None:
    named = {name for wording in (*prompts.values(), *texts.values()) for name in placeholders(wording)}
    assert named - set(VALUES) - set(fixed) == set()
    assert set(VALUES) - named == set()


def test_prompts_and_texts_hold_nothing_dangerous(
    prompts: Mapping[str, str], texts: Mapping[str, str]
) -> None:
    wording = {**prompts, **{f"text {name}": text for name, text in texts.items()}}
    found = [(name, rule) for rule in FORBIDDEN for name, text in wording.items() if re.search(rule, text)]
    assert found == []


@pytest.mark.parametrize(
    "bad",
    [
        "初始密码是123456。",
        "请点链接。",
        "见 www.nn12333.gov.cn",
        "工作人员会问您验证码。",
        "请把验证码告诉我们,告诉我们验证码。",
        "输入错误。",
    ],
)
def test_the_dangerous_is_recognized(bad: str) -> None:
    assert any(re.search(rule, bad) for rule in FORBIDDEN)


def test_a_menu_lasts_twenty_seconds_and_an_instruction_twelve(prompts: Mapping[str, str]) -> None:
    # 170 characters a minute: 34 in twelve seconds; menus have up to 60 and pauses between options.
    menus = [name for name, prompt in prompts.items() if prompt.count("请按") > 1]
    assert {name for name in menus if hanzi(prompts[name]) > 60} == set()
    instructions = set(prompts) - set(menus)
    assert {name for name in instructions if hanzi(prompts[name]) > 34} == set()


def test_options_go_from_one_upwards_and_name_the_thing_before_the_key(prompts: Mapping[str, str]) -> None:
    for name, prompt in prompts.items():
        keys = ["一二三四".index(key) + 1 for key in re.findall("请按([一二三四])", prompt)]
        if keys and name not in ("unb.more", "callback.more"):
            assert keys == list(range(1, len(keys) + 1)), name
        assert not re.match("请按[一二三四零八九]", prompt), name
        assert not re.search("请按[五六七](?!位)", prompt), name


def test_amounts_and_telephones_are_said_twice(prompts: Mapping[str, str]) -> None:
    for name, value in [("bal.say", "amount"), ("cre.say", "amount"), ("off.phone", "phone")]:
        assert prompts[name].count(f"{{{value}}}") == 2


def test_codes_are_never_spoken(prompts: Mapping[str, str]) -> None:
    assert [name for name, prompt in prompts.items() if "{code}" in prompt] == []


def test_a_text_fits_into_one_message(texts: Mapping[str, str], fixed: Mapping[str, Value]) -> None:
    lengths = {name: len(written(text, VALUES, fixed)) for name, text in texts.items()}
    assert {name: length for name, length in lengths.items() if length > 70} == {}


def test_a_reply_with_its_lines_fits_into_two_messages(
    texts: Mapping[str, str], fixed: Mapping[str, Value]
) -> None:
    four = [texts["reply.bindings"], *[texts["line.binding"]] * 4, texts["line.unbind_hint"]]
    assert len("".join(written(text, VALUES, fixed) for text in four)) <= 2 * 67


def test_every_message_is_signed_once_and_at_its_beginning(texts: Mapping[str, str]) -> None:
    """What a `line.` goes on in may be signed already; everything else begins a message."""
    for name, text in texts.items():
        assert text.startswith("【{机构}】") or name.startswith("line."), name
        assert "【" not in text[1:], name


def test_texts_hold_no_amounts_but_where_they_were_asked_for(texts: Mapping[str, str]) -> None:
    told = {name for name, text in texts.items() if re.search("{(amount|locked|available)}", text)}
    assert told == {
        "SMS13_balance_optin",
        "line.locked",
        "reply.credit",
        "reply.credit_not_yet",
        "line.credit",
        "line.spending",
    }


def test_codes_stand_only_in_the_two_texts_that_send_them_and_say_what_they_do(
    texts: Mapping[str, str], fixed: Mapping[str, Value]
) -> None:
    coded = {name for name, text in texts.items() if "{code}" in text}
    assert coded == {"SMS01_verify_code", "SMS02_unbind_code"}
    assert written(texts["SMS02_unbind_code"], {**VALUES, "name": Name("陈*英")}, fixed) == (
        "【南宁医保】您来电要求:陈*英不再用您的医保钱。要办,按或回复482913,5分钟有效。"
        "不办回0,不是您回9。别念给别人。"
    )


def test_the_greeting_of_a_demo_says_so(hotline: Hotline, prompts: Mapping[str, str]) -> None:
    found = constants(hotline, demo=True, now=NOW)
    assert spoken(prompts["greet.demo"], {}, found) == "这是演示电话,不是医保局。"
    assert spoken(prompts["greet"], {}, found) == "您好,这里是演示医保电话。"


def test_every_office_is_said_with_its_telephone_twice(prompts: Mapping[str, str], regions: Regions) -> None:
    for office in regions.offices("450100"):
        if not office.rule_only:
            values = {"office": office.spoken, "phone": Digits(office.phone, "phone")}
            words = spoken(prompts["off.say"] + prompts["off.phone"], values, {})
            assert words.count(digits(office.phone, "phone")) == 2


def test_every_office_fits_into_one_text(
    texts: Mapping[str, str], regions: Regions, fixed: Mapping[str, Value]
) -> None:
    lengths = {}
    for office in regions.offices("450100"):
        values: dict[str, Value] = {
            "office_name": Word(office.name),
            "address": office.spoken,
            "phone": Digits(f"{office.area_code}-{office.phone}", "phone"),
        }
        if not office.rule_only:
            lengths[office.id] = len(written(texts["SMS10_office"], values, fixed))
    assert len(lengths) == 7
    assert {name: length for name, length in lengths.items() if length > 70} == {}
