"""Every fault of menus is told with its file, its line and what would be right."""

import re
from dataclasses import replace

import pytest
from small import CATALOGUE, FILES, small  # type: ignore[import-not-found]

from menus.check import check
from menus.load import load
from menus.source import SourceError

ALL, START, PROMPTS = "menus/all.yaml", "menus/start.yaml", "prompts/zh-CN.yaml"


def faults(file: str, old: str, new: str) -> list[str]:
    """Return what is told after one change of the small hotline."""
    assert old in FILES[file], old
    files = {**FILES, file: FILES[file].replace(old, new, 1)}
    try:
        return [str(fault) for fault in check(load(files, CATALOGUE, "config"))]
    except SourceError as error:
        return str(error).splitlines()


def line_of(file: str, text: str) -> int:
    return FILES[file][: FILES[file].index(text)].count("\n") + 1


def test_the_small_hotline_has_no_fault() -> None:
    assert check(small()) == []


CHANGES = [
    (ALL, "main:\n  say: main", "main:\n  about: mian\n  say: main", "'mian' has no wording in prompts"),
    (ALL, "transfer: {to: person,", "transfer: {to: person, tell: [bey],", "'bey' has no wording in prompts"),
    (
        ALL,
        "transfer: {to: person,",
        "transfer: {to: person, tell: [{prompt: bye, when: amuont}],",
        "no service and no route gives 'amuont'; did you mean 'amount'?",
    ),
    (
        ALL,
        "2: {go: people, phrases",
        "2: {go: peopel, phrases",
        "there is no menu called 'peopel'; did you mean 'people'?",
    ),
    (ALL, "1: {go: balance, phrases: [查余额, 余额]}", "2: balance", "'2' stands here a second time"),
    (ALL, "4: {go: person, give: {why: 主菜单}}", "5: person", "Input should be '1', '2', '3' or '4'"),
    (
        ALL,
        "    2: {go: people, phrases: [家人]}\n",
        "",
        "keys are 1, 3, 4; number them 1, 2, 3, in this order",
    ),
    (ALL, "phrases: [家人]", "phrases: [余额]", "'余额' already means key 1; one phrase can mean one thing"),
    (
        ALL,
        "phrases: [家人]",
        "phrases: [茶鱼鹅]",
        "'茶鱼鹅' sounds too much like '查余额', which means key 1",
    ),
    (
        ALL,
        "phrases: [家人]",
        "phrases: [赵人工]",
        "'赵人工' sounds too much like '找人工', which means key 0 everyw",
    ),
    (
        ALL,
        "phrases: [家人]",
        "phrases: [就命]",
        "'就命' sounds too much like '救命', which means '救命' everywhere",
    ),
    (ALL, "phrases: [家人]", "phrases: [人工]", "'人工' already means key 0 everywhere; one phrase"),
    (ALL, "phrases: [家人]", "phrases: [返回]", "'返回' already means key * everywhere; one phrase"),
    (ALL, "phrases: [家人]", 'phrases: ["。"]', "'。' has no word in it; write what callers say"),
    (ALL, "  help: keys\n", "  help: keys\n  keys_only: true\n", "'家人' is never listened for, because of"),
    (ALL, "phrases: [家人]", "phrases: [CX]", "'CX' has 'C', which no voice says well; write it in Hanzi"),
    (ALL, "  help: keys\n", "  help: keys\n  yes_no: true\n", "more options than these are no yes or no"),
    (ALL, "  hang_up: true", "  hang_up: true\n  yes_no: true", "'yes_no' is of no use without 'ask'"),
    (ALL, "  hang_up: true", "  hang_up: true\n  keys_only: true", "'keys_only' is of no use without 'ask'"),
    (
        ALL,
        "3: {go: pausing,",
        "3: {go: end,",
        "key 3 leads to 'bindings.end', an act, which no ear may begin",
    ),
    (
        ALL,
        "{seconds: 3, go: main}",
        "{seconds: 3, go: end}",
        "key 3 leads to 'bindings.end', an act, which no ear",
    ),
    (
        START,
        "phrases: [再说一遍]}",
        "phrases: [再说一片]}\n  - {key: '9', phrases: [重听]}",
        "'9' stands here a second",
    ),
    (
        START,
        "phrases: [慢一点]",
        "phrases: [满一点, 再水一片]",
        "'再水一片' sounds too much like '再说一遍', which means",
    ),
    (START, '{key: "8", phrases', "{phrases", "a wish is the same as a 'key' or leads somewhere with 'go'"),
    (
        START,
        "go: sorry}, phrases",
        "go: sory}, phrases",
        "there is no menu called 'sory'; did you mean 'sorry'?",
    ),
    (
        START,
        "{say: wrong, go: sorry}",
        "{say: rong, go: sorry}",
        "'rong' has no wording in prompts/zh-CN.yaml",
    ),
    (START, "doubt: doubt", "doubt: dobt", "'dobt' has no wording in prompts/zh-CN.yaml"),
    (START, "phrases: [救命]", "phrases: []", "at least 1 item"),
    (ALL, "give_up: goodbye", "silence: []", "'silence' is empty; say with 'give_up' where that leads"),
    (ALL, "say: main\n", "say: mian\n", "'mian' has no wording in prompts/zh-CN.yaml; did you mean 'main'?"),
    (ALL, "none: {say: nothing, go: main}", "nothing: main", "'accounts.balance' may answer 'none'"),
    (ALL, "none: {say: nothing, go: main}", "nothing: main", "'accounts.balance' never answers 'nothing'"),
    (
        ALL,
        "service: accounts.balance",
        "service: account.balance",
        "no service called 'account.balance'; did you mean",
    ),
    (
        ALL,
        "arguments: {binding: binding}",
        "arguments: {bindin: binding}",
        "'bindings.end' takes no 'bindin'",
    ),
    (ALL, "card: identity.card", "card: identity.cart", "there is no service called 'identity.cart'"),
    (
        ALL,
        "items: people, prompt",
        "items: poeple, prompt",
        "no service gives 'poeple'; did you mean 'people'?",
    ),
    (ALL, "when: locked", "when: looked", "no service and no route gives 'looked'; did you mean 'locked'?"),
    (
        ALL,
        "balance.said:\n  needs: 2",
        "balance.said:\n  needs: 0",
        "says {amount}, which needs assurance 2, where only 0 is sure",
    ),
    (
        ALL,
        "people:\n  needs: 2",
        "people:\n  needs: 1",
        "'bindings.list' needs assurance 2; write 'needs: 2'",
    ),
    (
        ALL,
        "check: check, ending: ending}",
        "check: check}",
        "say which prompt tells that the number is wrong: 'ending'",
    ),
    (ALL, "back: balance\n", "back: blance\n", "there is no menu called 'blance'; did you mean 'balance'?"),
    (ALL, "1: {go: balance,", "1: {go: text,", "'text' is a text menu; a voice menu cannot lead there"),
    (
        ALL,
        "text.no:\n  channel: text\n  say: kept\n  go: text",
        "text.no:\n  channel: text\n  wait: {seconds: 1, go: text}",
        "a text menu cannot 'wait'",
    ),
    (ALL, "  hang_up: true", "  listen: {}", "a voice menu cannot 'listen'"),
    (ALL, "  hang_up: true", "  hang_up: true\n  go: main", "a menu does exactly one of"),
    (ALL, "  hang_up: true", "  say: bye", "'say' stands here a second time"),
    (ALL, "wait: {seconds: 3,", "wait: {seconds: 30,", "less than or equal to 10"),
    (
        ALL,
        "refusal: text.no",
        "refusal: {say: kept, go: text}",
        "no answer leads to 'text.no'; lead there or take it out",
    ),
    (
        ALL,
        "none: {say: nothing, go: main}}}\npeople.said",
        "none: people}}\npeople.said",
        "goes round without a question",
    ),
    (
        ALL,
        "silence: [silent1]\n  give_up: goodbye",
        "silence: [silent1]\n  give_up: sorry",
        "a silent caller goes round for ever",
    ),
    (
        ALL,
        "goodbye:\n  say: bye",
        "goodbye:\n  say: bye\n  colour: red",
        "'colour' is not known here; check the spelling",
    ),
    (START, "back: main", "back: mian", "there is no menu called 'mian'; did you mean 'main'?"),
    (START, "back: main", "back: text", "'text' is a text menu; a voice menu is wanted here"),
    (START, "text: text\n", "text: text.sorry\n", "texts begin with 'text.sorry', which must listen"),
    (START, "slower: slow", "slower: slwo", "'slwo' has no wording in prompts/zh-CN.yaml"),
    (
        START,
        "silence: [silent1, silent2]",
        "silence: []",
        "'silence' is empty; name what is said before we give up",
    ),
    (START, "back: main\n", "", "'back' is missing"),
    (PROMPTS, "bye: 再见。", "bye:", "'bye' needs its wording on the same line"),
    (PROMPTS, "bye: 再见。", "bye: 再见{nobody}。", "'bye' wants {nobody}, which nothing gives"),
    (PROMPTS, "bye: 再见。", "bye: 再见。\nbye: 回见。", "'bye' stands here a second time"),
    (PROMPTS, "bye: 再见。", "bye: [再见。", "this is not YAML"),
    (PROMPTS, FILES[PROMPTS], "- one\n- two\n", "this file must hold names with their contents"),
]


@pytest.mark.parametrize(("file", "old", "new", "told"), CHANGES, ids=[change[3][:40] for change in CHANGES])
def test_a_slip_is_told_with_its_place(file: str, old: str, new: str, told: str) -> None:
    found = [fault for fault in faults(file, old, new) if told in fault]
    assert found, faults(file, old, new)
    # Of a wording that wants what nothing gives, the menu that says it is named.
    assert found[0].startswith(f"config/{ALL if 'nothing gives' in told else file}:")


@pytest.mark.parametrize(
    ("part", "wording", "told"),
    [
        ("prompts", "bye: 密码是123456。", "has '1', which no voice says well; write it in Hanzi"),
        ("prompts", "bye: 按A。", "has 'A', which no voice says well"),
        ("texts", "kept: 看 www.nn12333.example。", "has a link; texts never carry links"),
        ("texts", "kept: 密码是123456。", "has a number of six digits or more"),
        ("texts", "kept: 好的{identity_number}。", "'kept' wants {identity_number}, which nothing gives"),
        ("texts", "SMS: 您的{pin}。", "'SMS' wants {pin}, but is given only: code"),
        ("texts", "kept: 没有变。", "'SMS' is missing; a service writes this text"),
    ],
)
def test_wording_that_must_not_be_said_or_written(part: str, wording: str, told: str) -> None:
    file = f"{part}/zh-CN.yaml"
    name = wording.partition(":")[0]
    lines = [line for line in FILES[file].splitlines() if not line.startswith(f"{name}:")]
    files = {**FILES, file: "\n".join([*lines, wording])}
    if name != "SMS" and "is missing" not in told:
        files["texts/zh-CN.yaml"] += "\nSMS: 验证码{code}。"
    found = [str(fault) for fault in check(load(files, CATALOGUE), {"SMS": frozenset({"code"})})]
    assert any(told in fault for fault in found), found


def test_a_person_may_be_told_what_not_every_caller_may_hear() -> None:
    assert faults(ALL, "transfer: {to: person,", "transfer: {to: person, tell: [balance],") == []


def test_a_text_of_a_service_may_use_what_it_is_given() -> None:
    files = {**FILES, "texts/zh-CN.yaml": FILES["texts/zh-CN.yaml"] + "SMS: 验证码{code}。\n"}
    assert check(load(files, CATALOGUE), {"SMS": frozenset({"code"})}) == []


def test_the_line_told_is_the_line_of_the_slip() -> None:
    (found,) = faults(ALL, "2: {go: people, phrases", "2: {go: peopel, phrases")
    assert found.startswith(f"config/{ALL}:{line_of(ALL, '2: {go: people')}: ")


def test_a_menu_defined_in_two_files_is_told_with_both() -> None:
    files = {**FILES, "menus/more.yaml": "goodbye:\n  hang_up: true\n"}
    with pytest.raises(
        SourceError, match=r"menus/more.yaml:1: there is a menu 'goodbye' in menus/all.yaml too"
    ):
        load(files, CATALOGUE)


def test_without_a_start_nothing_begins() -> None:
    files = {name: text for name, text in FILES.items() if name != START}
    with pytest.raises(SourceError, match=r"config/menus/start.yaml: this file is missing"):
        load(files, CATALOGUE)


def test_every_fault_is_told_at_once() -> None:
    files = {
        **FILES,
        ALL: FILES[ALL].replace("1: {go: balance", "1: {go: x").replace("2: {go: people", "2: {go: y"),
    }
    assert len(check(load(files, CATALOGUE))) == 2


def test_what_has_to_do_with_speech_may_be_missing() -> None:
    start = FILES[START]
    assert check(load({**FILES, START: start[: start.index("doubt:")]}, CATALOGUE)) == []


def unknown(phrase: str) -> list[str]:
    return [word for word in ("余额", "人工", "不是", "家") if word in phrase]


def unheard(file: str, phrase: str, word: str) -> str:
    line = line_of(file, phrase)
    return f"{file}:{line}: the ear does not know '{word}' and never hears '{phrase}'; put it in other words"


def test_words_that_the_ear_does_not_know_are_told_with_their_lines() -> None:
    everywhere = [
        unheard(START, "不是", "不是"),
        unheard(START, "人工", "人工"),
        unheard(START, "找人工", "人工"),
    ]
    own = [unheard(ALL, "余额", "余额"), unheard(ALL, "查余额", "余额"), unheard(ALL, "家人", "家")]
    told = [str(fault) for fault in check(small(), unknown_to_ear=unknown)]
    assert told == [*own, *everywhere]


def by_key(files: dict[str, str]) -> dict[str, str]:
    """Let the main menu take keys only, and none of its options have phrases."""
    keyed = files[ALL].replace("  help: keys\n", "  help: keys\n  keys_only: true\n")
    return {**files, ALL: re.sub(r", phrases: \[.*\]", "", keyed)}


def test_a_menu_of_keys_only_needs_no_ear() -> None:
    told = check(load(by_key(FILES), CATALOGUE), unknown_to_ear=unknown)
    assert {fault.file for fault in told} == {START}


def test_a_menu_of_keys_only_may_lead_to_an_act() -> None:
    with_act = {**FILES, ALL: FILES[ALL].replace("{seconds: 3, go: main}", "{seconds: 3, go: end}")}
    assert len(check(load(with_act, CATALOGUE))) == 1
    assert check(load(by_key(with_act), CATALOGUE)) == []


def test_what_needs_the_highest_assurance_is_an_act() -> None:
    declared = {**CATALOGUE, "accounts.balance": replace(CATALOGUE["accounts.balance"], needs=3)}
    told = [str(fault) for fault in check(load(FILES, declared))]
    assert any("key 1 leads to 'accounts.balance', an act" in fault for fault in told), told


def test_start_menus_may_be_missing_altogether() -> None:
    told = faults(START, "text: text\n", "text: nowhere\n")
    assert any("there is no menu called 'nowhere'" in fault for fault in told)
