"""Every transition of a conversation, one sentence each, on the small hotline."""

from dataclasses import replace
from datetime import date

import pytest
from small import CATALOGUE as SMALL_CATALOGUE  # type: ignore[import-not-found]
from small import FILES, small

from ivr.services.register import CATALOGUE
from menus.actions import Ask, Consult, HangUp, Say, Transfer, Wait
from menus.catalogue import EXPIRED, FAILED
from menus.dialogue import REPETITIONS, Turn, begin, step
from menus.events import (
    Arrived,
    Event,
    Left,
    Pressed,
    Reading,
    StayedSilent,
    Told,
    TransferEnded,
    Wrote,
)
from menus.load import load
from menus.values import Count, Items, Money, Name, Reference, Secret, Word

DAY = date(2026, 11, 22)
ID = "450199195503179983"
MENUS = small().menus
HEARD = ("查余额", "余额", "家人", "等等", "找人工", "再说一遍", "慢一点", "返回", "救命", "人工")


class Talk:
    """A conversation: what was said in the last turn, how it ended, and where it stands."""

    def __init__(self, channel: str = "voice", **arrived: object) -> None:
        event = Arrived(channel, DAY, **arrived)  # type: ignore[arg-type]
        self.turn: Turn = step(MENUS, begin(event), event)

    def on(self, *events: Event | str) -> "Talk":
        for event in events:
            happened = Pressed(event) if isinstance(event, str) else event
            self.turn = step(MENUS, self.turn.state, happened)
        return self

    @property
    def said(self) -> list[str]:
        return [action.prompt for action in self.turn.actions if isinstance(action, Say)]

    @property
    def end(self) -> object:
        return self.turn.actions[-1]

    @property
    def menu(self) -> str:
        return self.turn.state.menu

    def verified(self) -> "Talk":
        return self.on("1", ID, Told("noted", assurance=1), "837294", Told("verified", assurance=2))


def people(number: int) -> Told:
    items = tuple(
        {"name": Name(f"陈*{number}"), "binding": Reference(number)} for number in range(1, number + 1)
    )
    return Told("ok", {"people": Items(items)})


def test_a_call_begins_with_the_greeting_and_the_main_menu() -> None:
    talk = Talk(facts=("first_today",))
    assert talk.said == ["hello", "notice", "safety", "main"]
    assert talk.turn.actions[1] == Say("notice", {}, interruptible=False)
    assert talk.end == Ask(keys=1, seconds=8, phrases=HEARD)


def test_who_called_before_today_is_not_warned_again() -> None:
    assert "safety" not in Talk().said


def test_a_personal_menu_is_reached_through_verification() -> None:
    talk = Talk().on("1")
    assert talk.said == ["number"]
    assert talk.end == Ask(keys=18, seconds=8, finish=True, secret=True)
    talk.on(ID)
    assert talk.end == Consult("identity.claim", {"keys": Secret(ID)})
    talk.on(Told("noted", assurance=1))
    assert (talk.said, talk.menu) == (["pin"], "pin")
    assert talk.end == Ask(keys=6, seconds=15, finish=True, secret=True)
    talk.on("837294", Told("verified", assurance=2))
    assert (talk.said, talk.end) == (["fine"], Consult("accounts.balance"))
    talk.on(Told("ok", {"amount": Money(102251), "unasked": Count(9)}))
    assert talk.said == ["balance", "free"]
    assert talk.turn.actions[0] == Say("balance", {"amount": Money(102251)})


def test_an_old_figure_is_never_said_again() -> None:
    talk = Talk().verified().on(Told("ok", {"amount": Money(1), "locked": Money(2)}))
    assert talk.said == ["balance", "locked"]
    talk.on("*", Told("ok", {"amount": Money(3)}))
    assert talk.said == ["balance", "free"]


def test_a_service_gives_no_more_assurance_than_it_declares() -> None:
    talk = Talk().on("1", ID, Told("noted", assurance=3))
    assert talk.turn.state.assurance == 1


def test_a_card_number_goes_to_its_own_service() -> None:
    assert Talk().on("1", "12345678#").end == Consult("identity.card", {"keys": Secret("12345678")})


def test_where_no_card_is_taken_a_card_number_is_not_understood() -> None:
    menus = replace(
        MENUS,
        menus={
            **MENUS.menus,
            "identity": MENUS.menus["identity"].model_copy(
                update={"enter": MENUS.menus["identity"].enter.model_copy(update={"card": ""})}  # type: ignore[union-attr]
            ),
        },
    )
    turn = step(menus, Talk().on("1").turn.state, Pressed("12345678#"))
    assert [action.prompt for action in turn.actions if isinstance(action, Say)] == ["lost1", "number"]


def test_slips_of_a_number_are_told_with_how_many_digits() -> None:
    talk = Talk().on("1", "4501991955031799")
    assert talk.turn.actions[0] == Say("short", {"n": Count(2)})
    assert talk.on("450199195503179981").said == ["check"]
    assert talk.on("1234567").said == ["lost3"]  # the third slip: a person


def test_starting_over_inside_the_keys_keeps_what_follows() -> None:
    talk = Talk().on("1", "4501*45019919550")
    assert talk.end == Consult("entry.keep", {"keys": Secret("45019919550")})
    talk.on(Told("kept"))
    assert (talk.said, talk.end) == ([], Ask(keys=7, seconds=8, finish=True, secret=True))
    talk.on("3179983")
    assert talk.end == Consult("entry.join", {"keys": Secret("3179983")})
    talk.on(Told("joined", {"keys": Secret(ID)}))
    assert talk.end == Consult("identity.claim", {"keys": Secret(ID)})


def test_a_join_that_tells_nothing_is_a_slip() -> None:
    talk = Talk().on("1", "4501*45019919550", Told("kept"), "3179983", Told("joined"))
    assert talk.said == ["short"]


def test_starting_over_with_nothing_left_asks_in_silence() -> None:
    talk = Talk().on("1", "4501*")
    assert (talk.said, talk.end) == ([], Ask(keys=18, seconds=8, finish=True, secret=True))


def test_starting_over_for_ever_ends_with_a_person() -> None:
    talk = Talk().on("1", *["4501*"] * (REPETITIONS + 1))
    assert isinstance(talk.end, Transfer)


def test_star_before_any_digit_is_the_other_way() -> None:
    assert Talk().on("1", "*").menu == "main"
    assert Talk().on("1", ID, Told("noted", assurance=1), "*").menu == "identity"


def test_a_hash_left_over_from_the_question_before_costs_nothing() -> None:
    talk = Talk().on("1", "#")
    assert (talk.said, talk.turn.state.tries.unmatched) == (["number"], 0)
    assert talk.end == Ask(keys=18, seconds=8, finish=True, secret=True)
    assert talk.on(f"{ID}#").end == Consult("identity.claim", {"keys": Secret(ID)})
    talk.on(Told("noted", assurance=1), "#")
    assert (talk.said, talk.menu) == (["pin"], "pin")


def test_the_first_silence_of_an_id_costs_nothing() -> None:
    talk = Talk().on("1", StayedSilent())
    assert (talk.said, talk.turn.state.tries.silent, talk.turn.state.pace) == ([], 0, "normal")
    talk.on(StayedSilent())
    assert (talk.said, talk.turn.state.pace) == (["silent1", "number"], "slow")


def test_silence_slows_down_and_ends_with_a_person() -> None:
    talk = Talk().on(StayedSilent())
    assert talk.said == ["silent1", "main", "keys"]
    assert talk.end == Ask(keys=1, seconds=12, phrases=HEARD)
    assert talk.on(StayedSilent()).said == ["silent2", "main", "keys"]
    talk.on(StayedSilent())
    assert (talk.said, talk.end) == (["silent3"], Transfer("person"))


def test_a_pin_is_not_restated_but_its_help_is_on_nine() -> None:
    talk = Talk().on("1", ID, Told("noted", assurance=1), StayedSilent())
    assert talk.said == ["silent1"]
    assert talk.on("9").said == ["pin"]


def test_what_is_not_understood_is_asked_again_three_times() -> None:
    talk = Talk().on("7")
    assert talk.said == ["lost1", "main", "keys"]
    assert talk.on("5").said == ["lost2", "main", "keys"]
    assert talk.on("6").said == ["lost3"]


def test_global_keys_mean_the_same_everywhere() -> None:
    assert isinstance(Talk().on("0").end, Transfer)
    assert isinstance(Talk().on("1", "0").end, Transfer)
    assert Talk().on("9").said == ["main", "keys"]
    slower = Talk().on("8")
    assert (slower.said, slower.turn.state.pace) == (["slow", "main", "keys"], "slow")
    assert Talk().on("*").said == ["main", "keys"]
    assert Talk().on("#").said == ["main", "keys"]
    assert Talk().on("3#").end == Wait(3)


def test_repeating_is_not_for_ever() -> None:
    assert isinstance(Talk().on(*["9"] * (REPETITIONS + 1)).end, Transfer)
    assert isinstance(Talk().on(*["#"] * (REPETITIONS + 1)).end, Transfer)


def test_waiting_goes_on_by_itself_and_is_not_disturbed_by_keys() -> None:
    assert Talk().on("3", "1").end == Wait(3)
    assert Talk().on("3", StayedSilent()).menu == "main"


def test_a_transfer_ends_where_its_outcome_leads() -> None:
    assert Talk().on("0", "5").end == Transfer("person")
    assert Talk().on("0", StayedSilent()).end == Transfer("person")
    ended = Talk().on("0", TransferEnded("answered"))
    assert (ended.said, ended.end) == (["bye"], HangUp())
    assert Talk().on("0", TransferEnded("busy")).menu == "sorry"
    assert Talk().on(TransferEnded("busy")).said == ["lost1", "main", "keys"]


def test_after_a_talk_with_a_person_the_verification_is_void() -> None:
    verified = Talk().verified().on(Told("ok", {"amount": Money(1)}), "0")
    assert verified.turn.state.assurance == 2
    talked = verified.on(TransferEnded("answered")).turn.state
    assert (talked.assurance, "amount" in talked.answers) == (0, False)


def test_items_are_said_and_offered_by_key() -> None:
    talk = Talk().verified().on(Told("none"), "2", people(2))
    assert talk.said == ["person_named", "person_named", "choice", "choice"]
    assert talk.turn.actions[2] == Say("choice", {"name": Name("陈*1"), "key": Count(1)})
    talk.on("2")
    assert talk.end == Consult("bindings.end", {"binding": Reference(2)})
    assert talk.on(Told("done", {"name": Name("陈*2")})).said == ["ended", "main"]


def test_more_than_four_items_are_offered_three_at_a_time() -> None:
    talk = Talk().verified().on(Told("none"), "2", people(5))
    assert talk.said.count("person_named") == 5
    assert talk.said[5:] == ["choice", "choice", "choice", "more"]
    talk.on("4")
    assert talk.said[-3:] == ["choice", "choice", "more"]
    assert talk.on("3").said[0] == "lost1"
    talk.on("4", "4", "1")
    assert talk.end == Consult("bindings.end", {"binding": Reference(4)})


def test_with_no_items_no_key_chooses() -> None:
    talk = Talk().verified().on(Told("none"), "2", Told("ok"))
    assert talk.said == []
    assert talk.on("1").said == ["lost1"]


def test_written_words_choose_as_keys_do() -> None:
    assert Talk().on(Wrote("查余额")).menu == "identity"
    assert Talk().on(Wrote("好", Reading(yes=True))).menu == "identity"
    assert Talk().on(Wrote("零", Reading(digits="0"))).end == Transfer("person")
    assert Talk().on(Wrote("查鱼鹅")).said[0] == "lost1"  # who writes is not misheard
    assert Talk().on("1", Wrote(ID, Reading(digits=ID))).end == Consult(
        "identity.claim", {"keys": Secret(ID)}
    )


def test_ten_minutes_later_the_verification_is_asked_again_and_leads_back() -> None:
    talk = Talk().verified().on(Told("ok", {"amount": Money(1)}), "*", Told(EXPIRED, assurance=0))
    assert (talk.said, talk.menu) == (["expired", "number"], "identity")
    assert "amount" not in talk.turn.state.answers
    talk.on(ID, Told("noted", assurance=1), "837294", Told("verified", assurance=2))
    assert talk.end == Consult("accounts.balance")


def test_a_service_that_fails_is_apologized_for() -> None:
    assert Talk().verified().on(Told(FAILED)).said == ["sorry"]
    assert Talk().verified().on(Told("nonsense")).said == ["sorry"]
    assert Talk("text").on(Wrote("余额"), Told(FAILED)).said == ["sorry"]


def test_told_without_being_asked_changes_nothing() -> None:
    assert Talk().on(Told("ok", {"amount": Money(1)}, assurance=3)).said == ["main", "keys"]
    assert Talk().on("0", Told("ok")).end == Transfer("person")


def test_another_event_while_a_service_is_asked_asks_it_again() -> None:
    assert Talk().verified().on("5").end == Consult("accounts.balance")


def test_an_answer_may_ask_for_another_try_but_not_for_ever() -> None:
    talk = Talk().on("1", ID, Told("noted", assurance=1))
    for said in (["wrong"], ["wrong"], ["lost3"]):
        assert talk.on("837294", Told("wrong")).said == said


def test_a_route_may_add_words_to_what_is_known() -> None:
    assert Talk().on("4").turn.state.answers["why"] == Word("主菜单")


def test_a_consult_above_the_assurance_leads_to_verification() -> None:
    lax = MENUS.menus["balance"].model_copy(update={"needs": 0})
    menus = replace(MENUS, menus={**MENUS.menus, "balance": lax})
    turn = step(menus, Talk().turn.state, Pressed("1"))
    assert turn.state.menu == "identity"
    assert turn.state.after == "balance"


def test_what_waits_for_a_verification_waits_no_longer_once_it_is_reached() -> None:
    waiting = replace(Talk().turn.state, after="pausing")
    assert step(MENUS, waiting, Pressed("3")).state.after == ""
    assert step(MENUS, waiting, Pressed("9")).state.after == "pausing"


def test_after_the_end_there_is_only_the_end() -> None:
    talk = Talk().on(Left())
    assert talk.end == HangUp()
    for event in (Pressed("1"), StayedSilent(), Told("ok"), Arrived("voice", DAY)):
        assert talk.on(event).turn.actions == (HangUp(),)


def test_arriving_again_repeats_the_question() -> None:
    assert Talk().on(Arrived("voice", DAY)).said == ["lost1", "main", "keys"]


# --- texts -------------------------------------------------------------------------------------------------


def wrote(text: str, meaning: str = "unclear", digits: str = "") -> Wrote:
    return Wrote(text, Reading(digits=digits, meaning=meaning))  # type: ignore[arg-type]


def test_a_text_conversation_begins_with_what_was_written() -> None:
    event = wrote("余额")
    turn = step(MENUS, begin(Arrived("text", DAY)), event)
    assert turn.actions == (Consult("texts.code"),)


def test_a_code_verifies_and_leads_to_what_was_asked() -> None:
    talk = Talk("text").on(wrote("余额"), Told("sent"))
    assert talk.said == ["code"]
    talk.on(wrote("482913", "code", "482913"))
    assert talk.end == Consult("texts.check", {"keys": Secret("482913")})
    talk.on(Told("right", assurance=2))
    assert talk.said == ["fine", "sure"]
    assert not any(isinstance(value, Secret) for value in talk.turn.state.answers.values())
    talk.on(wrote("1"), Told("ok", {"amount": Money(5)}))
    assert talk.said == ["balance"]


def test_a_menu_answers_before_the_menu_where_texts_begin() -> None:
    talk = Talk("text").on(
        wrote("余额"), Told("sent"), wrote("482913", "code", "482913"), Told("right", assurance=2)
    )
    assert talk.on(wrote("0", "refusal")).said == ["kept"]
    assert talk.menu == "text"


def test_a_code_without_a_question_leads_home() -> None:
    talk = Talk("text").on(wrote("482913", "code", "482913"), Told("right", assurance=2))
    assert (talk.said, talk.menu) == (["fine"], "text")


def test_what_follows_a_heading_is_a_value() -> None:
    assert Talk("text").on(wrote("网点 青秀")).end == Consult("offices.named", {"name": Word("青秀")})
    assert Talk("text").on(wrote("网点 3")).end == Consult("offices.named", {"name": Count(3)})
    assert Talk("text").on(wrote("网点 12345")).end == Consult("offices.named", {"name": Word("12345")})
    talk = Talk("text").on(wrote("网点 青秀"), Told("unknown"), wrote("网点"))
    assert talk.end == Consult("offices.named")


def test_help_is_given_once() -> None:
    talk = Talk("text").on(wrote("???"))
    assert talk.said == ["help"]
    assert talk.on(wrote("!!!")).said == []


@pytest.mark.parametrize("meaning", ["refusal", "not_me", "opt_out"])
def test_texts_have_their_meanings(meaning: str) -> None:
    assert Talk("text").on(wrote("", meaning)).said == ["kept"]


def test_silence_and_keys_do_not_happen_in_texts_but_do_no_harm() -> None:
    assert Talk("text").on("1").said == ["help"]
    assert isinstance(Talk("text").on(StayedSilent()).end, Ask | Transfer)


def test_no_service_may_answer_with_the_words_of_the_core() -> None:
    for declaration in CATALOGUE.values():
        assert not declaration.outcomes.keys() & {EXPIRED, FAILED}


def test_prompts_are_spoken_in_calls_and_templates_written_in_texts() -> None:
    assert MENUS.wording("voice", "zh-CN")["balance"] == "余额{amount}。"
    assert "sure" in MENUS.wording("text", "zh-CN")
    assert "sure" not in MENUS.wording("voice", "zh-CN")


def test_a_line_without_its_value_is_not_said() -> None:
    talk = Talk().verified().on(Told("ok"))
    assert talk.said == ["free"]


# --- what a person is told

WISH = "balance:\n  about: why\n  needs: 2"
TELL = "transfer: {to: person, tell: [tell, {prompt: balance, when: amount}],"
TELLING_FILES = {
    **FILES,
    "menus/all.yaml": FILES["menus/all.yaml"]
    .replace("transfer: {to: person,", TELL)
    .replace("balance:\n  needs: 2", WISH, 1),
    "prompts/zh-CN.yaml": FILES["prompts/zh-CN.yaml"] + "tell: 有人打来。\nwhy: 问余额。\n",
}
TELLING = load(TELLING_FILES, SMALL_CATALOGUE).menus


def told_to_a_person(*events: Event | str) -> list[str]:
    """Return what is told after some events and a 0, prompt by prompt."""
    arrived = Arrived("voice", DAY)
    turn = step(TELLING, begin(arrived), arrived)
    for event in (*events, "0"):
        turn = step(TELLING, turn.state, Pressed(event) if isinstance(event, str) else event)
    transfer = turn.actions[-1]
    assert isinstance(transfer, Transfer)
    assert "tell" not in [each.prompt for each in turn.actions if isinstance(each, Say)]
    return [each.prompt for each in transfer.tell]


VERIFYING = ("1", ID, Told("noted", assurance=1), "837294", Told("verified", assurance=2))
BALANCE = Told("ok", {"amount": Money(1), "locked": Money(0)})


def test_a_person_is_told_what_the_caller_wanted_last() -> None:
    assert told_to_a_person() == ["tell"]
    assert told_to_a_person("1") == ["tell", "why"]
    assert told_to_a_person("1", "*") == ["tell", "why"]


def test_a_person_is_told_only_what_the_caller_may_hear() -> None:
    assert told_to_a_person(*VERIFYING, BALANCE) == ["tell", "balance", "why"]
    assert told_to_a_person(*VERIFYING, BALANCE, "1", "1", Told(EXPIRED)) == ["tell", "why"]


def test_a_transfer_that_tells_nothing_tells_no_reason_either() -> None:
    assert Talk().on("1", "0").end == Transfer("person")
