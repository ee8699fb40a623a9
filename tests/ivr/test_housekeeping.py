"""Keeping house: forgotten conversations, overdue acts, and a round that nothing can stop."""

import threading
from dataclasses import replace

import pytest
from house import House
from sqlalchemy import select
from talking import Talk, open_conversations, rows, text

from ivr.housekeeping import Housekeeping
from ivr.store.engine import connect
from ivr.store.tables import Act, Alarm, Conversation, Failure


@pytest.mark.parametrize(("seconds", "closed"), [(899, 0), (900, 1), (901, 1)])
def test_a_conversation_without_a_turn_for_fifteen_minutes_is_closed(
    either_hotline: House, seconds: int, closed: int
) -> None:
    Talk(either_hotline.built.conversations).dial()
    either_hotline.clock.forward(seconds)
    assert Housekeeping(either_hotline.built).close_forgotten() == closed
    assert open_conversations(either_hotline) == 1 - closed
    with either_hotline.session() as session:
        row = session.scalars(select(Conversation)).one()
        assert row.ended_at == (either_hotline.clock() if closed else None)


def test_a_conversation_that_goes_on_is_left_alone(either_hotline: House) -> None:
    talk = Talk(either_hotline.built.conversations)
    talk.dial()
    either_hotline.clock.forward(600)
    talk.press("1")
    either_hotline.clock.forward(600)
    keeping = Housekeeping(either_hotline.built)
    assert keeping.close_forgotten() == 0
    either_hotline.clock.forward(300)
    assert keeping.close_forgotten() == 1
    assert keeping.close_forgotten() == 0


def test_a_closed_text_conversation_begins_anew(either_hotline: House) -> None:
    take = either_hotline.built.conversations.take_turn
    first = take(text("帮助", "SM1"))
    either_hotline.clock.forward(900)
    assert Housekeeping(either_hotline.built).close_forgotten() == 1
    assert take(text("帮助", "SM2")).conversation_id != first.conversation_id


@pytest.mark.parametrize(("seconds", "expired"), [(1200, 0), (1201, 1)])
def test_an_act_nobody_confirmed_expires_when_no_call_can_be_left(
    either_hotline: House, seconds: int, expired: int
) -> None:
    talk = Talk(either_hotline.built.conversations)
    talk.dial()
    talk.press("3", "2", "450199195503179983", "837294", "1", "1")
    either_hotline.clock.forward(seconds)  # five minutes of the code and fifteen of the longest call
    assert Housekeeping(either_hotline.built).expire_acts() == expired
    assert rows(either_hotline, Act, Act.state == "expired") == expired


def test_without_acts_in_doubt_nothing_is_reconciled(either_hotline: House) -> None:
    assert Housekeeping(either_hotline.built).reconcile_acts() == 0


def test_sec_04_many_failures_raise_an_alarm(either_hotline: House) -> None:
    keeping = Housekeeping(either_hotline.built)
    assert not keeping.watch_failures()
    with either_hotline.built.sessions.begin() as session:
        for _ in range(21):
            session.add(Failure(number_hash="n", caller_hash="c", method="pin", at=either_hotline.clock()))
    assert keeping.watch_failures()
    assert rows(either_hotline, Alarm) == 1


def test_a_round_goes_on_after_a_task_that_fails(hotline: House, caplog: pytest.LogCaptureFixture) -> None:
    broken = connect("sqlite:////nowhere/at/all.db")
    rounds: list[int] = []

    class Rounds(threading.Event):
        """Ends after two rounds, without waiting between them."""

        def wait(self, timeout: float | None = None) -> bool:
            rounds.append(1)
            if len(rounds) == 2:
                self.set()
            return self.is_set()

    Housekeeping(replace(hotline.built, engine=broken)).run(Rounds())
    broken.dispose()
    assert len(rounds) == 2
    assert caplog.text.count("keeping house failed: OperationalError") == 8


def test_keeping_house_ends_when_told(hotline: House) -> None:
    stop = threading.Event()
    keeping = threading.Thread(target=Housekeeping(hotline.built, pause=60).run, args=(stop,), daemon=True)
    keeping.start()
    stop.set()
    keeping.join(10)
    assert not keeping.is_alive()
