"""Taking turns: the same cause gets the same answer, whether it comes again, late, or out of order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import House
from talking import ARRIVED, Talk, open_conversations, said, text, turns

from ivr.conversation import CHINA, Request
from ivr.store.tables import Conversation
from menus.actions import Ask, HangUp, Transfer
from menus.events import Left, Pressed, TransferEnded

ID, PIN = "450199195503179983", "837294"


@pytest.fixture
def talk(either_hotline: House) -> Talk:
    return Talk(either_hotline.built.conversations)


def test_a_repeated_request_gets_the_same_answer_and_no_second_turn(
    talk: Talk, either_hotline: House
) -> None:
    talk.dial()
    first = talk.press("1")
    assert [talk.again(2), talk.again(2)] == [first, first]
    assert (first.number, said(first), turns(either_hotline)) == (2, ["id.ask"], 2)


def test_sec_31_requests_out_of_order_are_answered_as_they_were_then(
    talk: Talk, either_hotline: House
) -> None:
    greeting, number, pin = talk.dial(), talk.press("1"), talk.press(ID)
    assert [talk.again(1), talk.again(3), talk.again(2), talk.again(1)] == [greeting, pin, number, greeting]
    assert turns(either_hotline) == 3


def test_a_verification_that_is_repeated_counts_once(talk: Talk) -> None:
    talk.dial()
    failed = talk.press("1", ID, "837295")
    assert said(failed) == ["verify.fail1"]
    assert [said(talk.again(4)) for _ in range(3)] == [["verify.fail1"]] * 3
    assert said(talk.press(PIN))[0] == "verify.ok"


@pytest.mark.parametrize("number", [0, 1, 2, 3, 5, 99])
def test_sec_32_any_number_but_the_next_is_asked_the_last_question_again(
    talk: Talk, either_hotline: House, number: int
) -> None:
    talk.dial()
    last = talk.press("1", ID)
    forged = replace(talk.request(Pressed(PIN), number), cause=f"forged/{number}")
    assert talk.conversations.take_turn(forged) == last
    assert turns(either_hotline) == 3


def test_a_late_redirect_after_the_end_does_not_greet_again(talk: Talk, either_hotline: House) -> None:
    talk.dial()
    talk.hang_up()
    late = talk.conversations.take_turn(talk.request(Pressed("1"), 2))
    assert late.turn.actions == (HangUp(),)
    assert (late.number, late.conversation_id, open_conversations(either_hotline)) == (0, 0, 0)


def test_a_goodbye_is_the_last_turn_for_ever(talk: Talk) -> None:
    talk.dial()
    last = talk.silence()
    while not last.turn.state.over:
        transferred = isinstance(last.turn.actions[-1], Transfer)
        last = talk.tell(TransferEnded("no_answer")) if transferred else talk.silence()
    assert said(last)
    assert talk.conversations.last(talk.name) == last
    talk.hang_up()
    assert talk.conversations.last(talk.name) == last
    assert talk.conversations.last("of nobody") is None


def test_a_first_request_that_is_repeated_after_the_end_does_not_begin_anew(
    talk: Talk, either_hotline: House
) -> None:
    greeting = talk.dial()
    talk.hang_up()
    assert talk.again(1) == greeting
    assert open_conversations(either_hotline) == 0


def test_hanging_up_ends_once(talk: Talk, either_hotline: House) -> None:
    talk.dial()
    first = talk.hang_up()
    assert first.turn.actions == (HangUp(),)
    assert talk.hang_up() == first
    assert (turns(either_hotline), open_conversations(either_hotline)) == (2, 0)


def test_nobody_we_know_hung_up(talk: Talk, either_hotline: House) -> None:
    assert talk.hang_up().turn.actions == (HangUp(),)
    assert turns(either_hotline) == 0


def test_the_last_turn_and_any_other_can_be_looked_up(talk: Talk, either_hotline: House) -> None:
    greeting, question = talk.dial(), talk.press("1")
    found = talk.conversations.at(greeting.conversation_id, 1)
    assert found == (greeting, either_hotline.clock())
    assert talk.conversations.last(talk.name) == question
    talk.hang_up()
    ended = talk.conversations.last(talk.name)
    assert ended is not None
    assert ended.number == 3
    assert talk.conversations.last("nobody") is None
    assert talk.conversations.at(greeting.conversation_id, 9) is None


# --- texts -------------------------------------------------------------------------------------------------


def test_a_text_that_is_repeated_after_a_later_one_is_answered_as_then(either_hotline: House) -> None:
    take = either_hotline.built.conversations.take_turn
    first = take(text("帮助", "SM1"))
    second = take(text("网点 青秀", "SM2"))
    assert (said(first), said(second)) == (["reply.help"], ["reply.office"])
    assert [take(text("帮助", "SM1")), take(text("网点 青秀", "SM2"))] == [first, second]
    assert (turns(either_hotline), open_conversations(either_hotline)) == (2, 1)


@pytest.mark.parametrize(("seconds", "conversation_goes_on"), [(599, True), (600, False), (601, False)])
def test_a_text_conversation_ends_ten_minutes_after_its_last_text(
    either_hotline: House, seconds: int, conversation_goes_on: bool
) -> None:
    take = either_hotline.built.conversations.take_turn
    first = take(text("帮助", "SM1"))
    either_hotline.clock.forward(seconds)
    second = take(text("帮助", "SM2"))
    assert (second.conversation_id == first.conversation_id) is conversation_goes_on
    assert open_conversations(either_hotline) == 1
    # What was answered in the conversation before is still answered the same.
    assert take(text("帮助", "SM1")) == first


def test_two_mobiles_have_two_conversations(either_hotline: House) -> None:
    take = either_hotline.built.conversations.take_turn
    ours, theirs = take(text("帮助", "SM1")), take(text("帮助", "SM2", mobile="+8610027315002"))
    assert ours.conversation_id != theirs.conversation_id


# --- what a conversation begins with -----------------------------------------------------------------------


def test_the_pace_is_remembered_for_the_number(talk: Talk) -> None:
    assert talk.dial().turn.state.pace == "normal"
    talk.press("8")
    again, other = Talk(talk.conversations), Talk(talk.conversations, caller="+8610027315002")
    slow, normal = again.dial(), other.dial()
    assert (slow.turn.state.pace, normal.turn.state.pace) == ("slow", "normal")
    question = slow.turn.actions[-1]
    assert isinstance(question, Ask)
    assert question.seconds == 12


def test_silence_makes_us_slower_too(talk: Talk) -> None:
    talk.dial()
    assert talk.silence().turn.state.pace == "slow"
    assert Talk(talk.conversations).dial().turn.state.pace == "slow"


def test_withheld_numbers_share_no_memory_of_being_greeted_as_hidden(talk: Talk) -> None:
    hidden = replace(talk, caller="", name="CAhidden", requests={}).dial()
    assert "greet.hidden" in said(hidden)
    assert "greet.hidden" not in said(talk.dial())


def test_the_safety_advice_comes_once_a_day_of_china(talk: Talk, either_hotline: House) -> None:
    assert "greet.safety" in said(talk.dial())
    assert "greet.safety" not in said(Talk(talk.conversations).dial())
    midnight = either_hotline.clock.now.astimezone(CHINA).replace(hour=0, minute=0) + timedelta(days=1)
    either_hotline.clock.now = midnight - timedelta(seconds=1)
    assert "greet.safety" not in said(Talk(talk.conversations).dial())
    either_hotline.clock.now = midnight
    assert "greet.safety" in said(Talk(talk.conversations).dial())


def test_the_caller_is_kept_sealed(talk: Talk, either_hotline: House) -> None:
    answer = talk.dial()
    with either_hotline.session() as session:
        row = session.get_one(Conversation, answer.conversation_id)
        assert row.caller_sealed is not None
        assert either_hotline.built.vault.open(row.caller_sealed, "conversations.caller") == talk.caller
        assert talk.caller not in row.key + row.caller_hash
    request = Request("CAx", "CAx/1", ARRIVED, "voice", "", begins=True, number=1)
    nobody = talk.conversations.take_turn(request)
    with either_hotline.session() as session:
        assert session.get_one(Conversation, nobody.conversation_id).caller_sealed is None


def test_leaving_before_anything_was_said_is_no_conversation(either_hotline: House) -> None:
    left = Request("CAy", "CAy/left", Left(), "voice", "+8610027315001")
    assert either_hotline.built.conversations.take_turn(left).turn.state.over
    assert open_conversations(either_hotline) == 0
