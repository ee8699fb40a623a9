"""Spoken answers: chosen, asked back, or not understood and then keys only."""

from dataclasses import replace

import pytest
from small import CATALOGUE, FILES  # type: ignore[import-not-found]
from test_dialogue import HEARD, MENUS, Talk  # type: ignore[import-not-found]

from menus import question
from menus.actions import Ask, Consult, Say, Transfer, Wait
from menus.answers import Chosen, NotUnderstood
from menus.dialogue import REPETITIONS, step
from menus.events import Pressed, Reading, Said, StayedSilent, Told
from menus.load import load
from menus.menu import Menu, Menus, Option
from menus.values import Word

DOUBTED = "我看看余我"  # half a phrase
YES, NO = Said("是的", reading=Reading(yes=True)), Said("不是", reading=Reading(yes=False))


def changed(old: str, new: str, file: str = "menus/all.yaml") -> Menus:
    assert old in FILES[file]
    return load({**FILES, file: FILES[file].replace(old, new)}, CATALOGUE).menus


def doubted() -> Talk:
    return Talk().on(Said(DOUBTED))


def test_a_phrase_chooses_its_option_also_by_its_sound() -> None:
    assert Talk().on(Said("查余额")).menu == "identity"
    assert Talk().on(Said("我要茶鱼鹅")).menu == "identity"
    assert Talk().on(Said("等等")).end == Wait(3)


def test_one_digit_heard_surely_is_a_key() -> None:
    assert Talk().on(Said("一", reading=Reading(digits="1"))).menu == "identity"
    assert Talk().on(Said("零", reading=Reading(digits="0"))).end == Transfer("person")
    assert Talk().on(Said("是", reading=Reading(digits="4", sure=False))).said[0] == "unheard"
    assert Talk().on(Said("一二", reading=Reading(digits="12"))).said[0] == "unheard"
    assert Talk().on(Said("七", reading=Reading(digits="7"))).said[0] == "unheard"


def test_a_yes_is_an_answer_only_where_the_menu_asks_for_one() -> None:
    assert Talk().on(YES).said[0] == "unheard"
    menus = changed("  say: main\n  help", "  say: main\n  yes_no: true\n  help")
    state = Talk().turn.state
    assert step(menus, state, YES).state.menu == "identity"
    assert step(menus, replace(state, assurance=2), NO).actions[-1] == Consult("bindings.list")
    assert step(menus, state, Said("查余额", reading=Reading(yes=False))).state.menu == "identity"
    heard = step(menus, state, Pressed("9")).actions[-1]
    assert heard == Ask(keys=1, seconds=8, phrases=("是", "好", "不是", *HEARD))


def test_what_may_be_said_everywhere_is_as_good_as_its_key() -> None:
    for words in ("人工", "找人工", "我要找人工"):
        assert Talk().on(Said(words)).end == Transfer("person")
    assert Talk().on(Said("再说一遍")).said == ["main", "keys"]
    assert Talk().on(Said("说慢一点")).said == ["slow", "main", "keys"]
    back = Talk().verified().on(Told("ok"), Said("返回"))
    assert back.end == Consult("accounts.balance")  # as * in this menu
    assert Talk().on(Said("救命啊")).said == ["wrong", "sorry"]


def test_what_counts_only_alone_is_not_known_by_its_sound() -> None:
    menus = changed("alone: [人工]", "alone: [人工, 乘凉]", "menus/start.yaml")
    for words, end in (("乘凉", Transfer("person")), ("我在乘凉", None), ("成凉", None)):
        turn = step(menus, Talk().turn.state, Said(words))
        assert turn.actions[-1] == (end or Ask(keys=1, seconds=8))


def test_words_that_the_ear_itself_doubts_are_asked_back() -> None:
    assert Talk().on(Said("查余额", 0.6)).menu == "identity"
    talk = Talk().on(Said("查余额", 0.59))
    assert (talk.menu, talk.turn.state.asked) == ("main", "1")
    assert talk.on(YES).menu == "identity"
    assert Talk().on(Said("救命", 0.2), NO).said[0] == "unheard"
    assert Talk().on(Said("查余额", 0.2), Said("查余额", 0.2)).said[0] == "unheard"
    assert step(
        changed("doubt: doubt\n", "", "menus/start.yaml"), Talk().turn.state, Said("查余额", 0.2)
    ).actions[0] == Say("unheard")


def test_what_it_may_have_been_instead_is_asked_about_but_never_chosen() -> None:
    unsure = Said("茶水", 0.3, perhaps="查余额")
    talk = Talk().on(unsure)
    assert (talk.menu, talk.turn.state.asked) == ("main", "1")
    assert talk.on(YES).menu == "identity"
    assert Talk().on(unsure, unsure).said[0] == "unheard"
    assert Talk().on(Said("等等", 0.3, perhaps="查余额")).turn.state.asked == "1"
    assert Talk().on(Said("等等", 0.9, perhaps="查余额")).turn.state.asked == "1"
    assert Talk().on(Said("等等", 0.6, perhaps="等等")).end == Wait(3)
    assert Talk().on(Said("等等", 0.6)).end == Wait(3)
    assert Talk().on(Said("茶水", 0.9, perhaps="我想查余额")).turn.state.asked == "1"
    assert Talk().on(Said("不要查鱼", 0.9, perhaps="不要查余额")).said[0] == "unheard"
    assert Talk().on(Said("茶水", 0.3, perhaps="没有这回事")).said[0] == "unheard"
    number = Reading(digits="12")
    assert Talk().on(Said("一二", 0.3, number, perhaps="查余额")).said[0] == "unheard"


def test_a_doubt_is_asked_back_with_the_first_phrase() -> None:
    talk = doubted()
    assert talk.turn.actions == (
        Say("doubt", {"meant": Word("查余额")}),
        Ask(keys=1, seconds=8, phrases=("是", "好", "不是", *HEARD)),
    )
    assert (talk.menu, talk.turn.state.asked) == ("main", "1")


@pytest.mark.parametrize("yes", [Pressed("1"), YES, Said("一", reading=Reading(digits="1"))])
def test_a_yes_follows_what_was_asked_back(yes: Pressed | Said) -> None:
    talk = doubted().on(yes)
    assert (talk.menu, talk.turn.state.asked) == ("identity", "")
    person = Talk().on(Said("朝人"), yes)
    assert person.end == Transfer("person")


@pytest.mark.parametrize(
    "no",
    [
        Pressed("2"),
        Pressed("7"),
        NO,
        Said("二", reading=Reading(digits="2")),
        Said("今天天气真好"),
        Said(DOUBTED),
        Said(""),
    ],
)
def test_a_no_or_what_is_not_understood_wants_keys(no: Pressed | Said) -> None:
    talk = doubted().on(no)
    assert talk.said == ["unheard", "main", "keys"]
    assert talk.end == Ask(keys=1, seconds=8)
    assert (talk.menu, talk.turn.state.asked) == ("main", "")


def test_instead_of_yes_or_no_another_answer_may_be_given() -> None:
    assert doubted().on("3").end == Wait(3)
    assert doubted().on(Said("等等")).end == Wait(3)
    assert doubted().on("0").end == Transfer("person")
    assert doubted().on("*").said == ["main", "keys"]


@pytest.mark.parametrize("again", [Pressed("9"), Pressed("#"), Said("再说一遍")])
def test_who_wants_to_hear_it_again_hears_what_was_asked_back(again: Pressed | Said) -> None:
    talk = doubted().on(again)
    assert talk.said == ["doubt"]
    assert talk.on("1").menu == "identity"


def test_slower_says_what_was_asked_back_more_slowly() -> None:
    talk = doubted().on("8")
    assert (talk.said, talk.turn.state.pace) == (["slow", "doubt"], "slow")


def test_who_is_asked_back_whether_they_want_to_hear_it_again_does() -> None:
    talk = Talk().on(Said("再看一遍"))
    assert talk.turn.actions[0] == Say("doubt", {"meant": Word("再说一遍")})
    assert talk.on("1").said == ["main", "keys"]


def test_silence_after_asking_back_says_the_menu_again() -> None:
    talk = doubted().on(StayedSilent())
    assert (talk.said, talk.turn.state.asked) == (["silent1", "main", "keys"], "")
    assert (
        talk.on("2").menu == "identity"
    )  # 2 is no longer a no: it leads to the family, through verification
    assert talk.turn.state.after == "people"


def test_asking_back_is_not_for_ever() -> None:
    talk = Talk()
    for _ in range(REPETITIONS // 2):
        talk.on(Said(DOUBTED), "*")
        assert talk.menu == "main"
    assert isinstance(talk.on(Said(DOUBTED), "*").end, Transfer)


def test_after_words_that_were_not_understood_the_menu_wants_keys_only() -> None:
    talk = Talk().on(Said("今天天气真好"))
    assert talk.said == ["unheard", "main", "keys"]
    assert talk.end == Ask(keys=1, seconds=8)
    assert talk.on(Said("查余额")).said[0] == "unheard"  # an ear that was too slow to stop
    assert talk.on("9").end == Ask(keys=1, seconds=8)
    assert talk.on("3", StayedSilent()).end == Ask(keys=1, seconds=8, phrases=HEARD)  # entered anew


def test_wrong_keys_do_not_stop_the_ear() -> None:
    assert Talk().on("7").end == Ask(keys=1, seconds=8, phrases=HEARD)


def test_what_is_said_in_number_entry_changes_nothing() -> None:
    talk = Talk().on("1", Said("四五零幺", reading=Reading(digits="4501")))
    assert talk.said == ["unheard", "number"]
    assert talk.end == Ask(keys=18, seconds=8, finish=True, secret=True)
    assert talk.on(Said("一", reading=Reading(digits="1", yes=True))).menu == "identity"
    assert talk.turn.state.assurance == 0


def test_a_menu_of_keys_only_hears_nothing() -> None:
    menus = changed("  say: main\n  help", "  say: main\n  keys_only: true\n  help")
    state = Talk().turn.state
    assert step(menus, state, Pressed("9")).actions[-1] == Ask(keys=1, seconds=8)
    for words in ("查余额", "人工", DOUBTED):
        said = Said(words, reading=Reading(digits="1", yes=True))
        turn = step(menus, state, said)
        assert (turn.state.menu, turn.state.asked) == ("main", "")
    assert question.meanings(menus) == tuple(map(Word, ("找人工", "再说一遍", "慢一点", "返回", "救命")))


def test_versions_from_before_there_was_speech_ask_nothing_back() -> None:
    start = FILES["menus/start.yaml"]
    old = load({**FILES, "menus/start.yaml": start[: start.index("doubt:")]}, CATALOGUE).menus
    state = Talk().turn.state
    assert step(old, state, Said("查余额")).state.menu == "identity"
    turn = step(old, state, Said(DOUBTED))
    assert [action.prompt for action in turn.actions if isinstance(action, Say)] == ["lost1", "main", "keys"]


def test_all_that_can_be_asked_back_about_is_known_beforehand() -> None:
    words = [word.spoken for word in question.meanings(MENUS)]
    assert words == ["查余额", "家人", "等等", "找人工", "再说一遍", "慢一点", "返回", "救命"]


def test_a_doubtful_yes_that_has_no_phrase_cannot_be_asked_back_about() -> None:
    menu = Menu(ask={"1": Option(go="main"), "2": Option(go="main")}, yes_no=True)
    sure, unsure = (Said("对", confidence, Reading(yes=True)) for confidence in (0.9, 0.2))
    state = Talk().turn.state
    assert question.understood(MENUS.start, state, menu, sure)[1] == Chosen("1")
    assert question.understood(MENUS.start, state, menu, unsure)[1] == NotUnderstood()
