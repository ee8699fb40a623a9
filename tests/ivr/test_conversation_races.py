"""Several at once, from threads of their own, on both databases: each thing happens exactly once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from house import House
from sqlalchemy.exc import IntegrityError
from talking import ARRIVED, Talk, open_conversations, rows, said, text, turns

from ivr.conversation import Answer, Conversations, Request
from ivr.store.tables import Binding, Failure, Message
from menus.events import Pressed

ID, PIN = "450199195503179983", "837294"
Result = TypeVar("Result")


def at_once(*acts: Callable[[], Result]) -> Sequence[Result]:
    """Do everything at the same moment; raises what any of them raises."""
    start = Barrier(len(acts))

    def begun(act: Callable[[], Result]) -> Result:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(begun, act) for act in acts]]


def taking(conversations: Conversations, request: Request) -> Callable[[], Answer]:
    return lambda: conversations.take_turn(request)


def test_two_first_texts_at_once_open_one_conversation(either_hotline: House) -> None:
    talks = either_hotline.built.conversations
    one, other = at_once(*(taking(talks, text("帮助", message)) for message in ("SM1", "SM2")))
    assert one.conversation_id == other.conversation_id
    assert {one.number, other.number} == {1, 2}
    assert (open_conversations(either_hotline), turns(either_hotline)) == (1, 2)


def test_one_text_delivered_four_times_at_once_is_one_turn(either_hotline: House) -> None:
    talks = either_hotline.built.conversations
    answers = at_once(*[taking(talks, text("余额", "SM1"))] * 4)
    assert [said(answer) for answer in answers] == [["reply.code_sent"]] * 4
    assert (turns(either_hotline), rows(either_hotline, Message)) == (1, 1)


def test_one_call_announced_twice_at_once_is_greeted_once(either_hotline: House) -> None:
    talk = Talk(either_hotline.built.conversations)
    first = talk.request(ARRIVED, 1)
    one, other = at_once(*[taking(talk.conversations, first)] * 2)
    assert one == other
    assert (open_conversations(either_hotline), turns(either_hotline)) == (1, 1)


def test_one_turn_taken_twice_at_once_has_its_effects_once(either_hotline: House) -> None:
    talk = Talk(either_hotline.built.conversations)
    talk.dial()
    talk.press("1", ID)
    wrong = talk.request(Pressed("837295"), 4)
    one, other = at_once(*[taking(talk.conversations, wrong)] * 2)
    assert one == other
    assert (said(one), turns(either_hotline), rows(either_hotline, Failure)) == (["verify.fail1"], 4, 1)


def test_different_keys_for_one_turn_are_one_of_them(either_hotline: House) -> None:
    talk = Talk(either_hotline.built.conversations)
    talk.dial()
    one, other = at_once(*(taking(talk.conversations, talk.request(Pressed(key), 2)) for key in "13"))
    assert one == other
    assert said(one) in (["id.ask"], ["fam.menu"])


def test_sec_18_the_code_by_key_and_by_text_at_once_unbinds_once(either_hotline: House) -> None:
    talk = Talk(either_hotline.built.conversations)
    talk.dial()
    talk.press("3", "2", ID, PIN, "1", "1")
    either_hotline.deliver()
    code = either_hotline.codes()[-1]
    by_key = talk.request(Pressed(code), 8)
    by_text = text(code, "SM9", meaning="code", digits=code)
    answers = at_once(taking(talk.conversations, by_key), taking(talk.conversations, by_text))
    assert sum(each in said(answer) for answer in answers for each in ("unb.done", "reply.unbind_done")) == 1
    assert rows(either_hotline, Binding, Binding.state == "released") == 1
    assert rows(either_hotline, Message, Message.kind == "receipt") == 2


def test_twenty_callers_at_once_are_all_greeted(either_hotline: House) -> None:
    talks = [Talk(either_hotline.built.conversations, caller=f"+86100273154{n:02}") for n in range(20)]
    answers = at_once(*(talk.dial for talk in talks))
    assert len({answer.conversation_id for answer in answers}) == 20


def test_one_number_calling_twice_at_once_for_the_first_time(either_hotline: House) -> None:
    talks = [Talk(either_hotline.built.conversations, caller="+8610027315499") for _ in range(4)]
    answers = at_once(*(talk.dial for talk in talks))
    assert [said(answer)[-1] for answer in answers] == ["main"] * 4


def test_who_loses_every_race_is_told_so(hotline: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = []

    def lose(*_: object) -> Answer:
        lost.append(1)
        raise IntegrityError("INSERT", {}, Exception())

    talks = hotline.built.conversations
    monkeypatch.setattr(talks, "_take", lose)
    with pytest.raises(RuntimeError, match="raced for too often"):
        talks.take_turn(text("帮助", "SM1"))
    assert len(lost) == 5
