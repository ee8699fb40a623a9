"""Every fault of menus is told with its file, its line and what would be right."""

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
    (ALL, "phrases: [家人]", "phrases: [余额]", "'余额' already means key 1"),
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


def test_start_menus_may_be_missing_altogether() -> None:
    told = faults(START, "text: text\n", "text: nowhere\n")
    assert any("there is no menu called 'nowhere'" in fault for fault in told)
