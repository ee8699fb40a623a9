"""Calls and texts that wait for a core system: what is heard when, and that nothing is held meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from house import NUMBER, House
from slow_core import City, SlowCore
from sqlalchemy import update
from talking import Talk, rows, said, turns

from ivr.app import renderer
from ivr.channels.playback import Playback, Spoken
from ivr.channels.sms import Texts
from ivr.channels.stream_call import StreamCall
from ivr.channels.stream_events import Key
from ivr.conversation import Answer, Conversations
from ivr.errands import Errands
from ivr.housekeeping import Housekeeping
from ivr.services.context import Party, Sent
from ivr.services.keeper import Holdings, Statement
from ivr.store.tables import Account, Act, Binding, Claim, ErrandRow, Message, TurnRow
from menus.actions import Say, Wait
from menus.events import Event
from menus.values import Day, Money

ID, PIN, MOBILE = "450199195503179983", "837294", "+8610027315001"
FRESH = Statement(Holdings(99900, 0, date(2026, 11, 23)), {date(2026, 11, 1): 10500})
BALANCE = ["bal.say", "bal.asof", "bal.after"]


@pytest.fixture
def city(either_hotline: House) -> City:
    return City.of(either_hotline, SlowCore(told=FRESH))


@pytest.fixture
def talk(city: City) -> Talk:
    return Talk(city.conversations())


def asked_for_balance(talk: Talk) -> Answer:
    talk.dial()
    return talk.press("1", ID, PIN)


def amount(answer: Answer) -> Any:
    return next(say.values["amount"] for say in answer.turn.actions if isinstance(say, Say) and say.values)


@pytest.mark.parametrize(
    ("seconds", "heard", "fen"),
    [
        (0.2, ["verify.ok", "answer"], 99900),
        (3.0, ["verify.ok", "answer"], 99900),
        (5.0, ["verify.ok", "wait", "answer"], 99900),
        (30.0, ["verify.ok", "wait", "answer"], 102251),
    ],
)
@pytest.mark.parametrize("pace", ["normal", "slow"])
def test_a_caller_hears_the_filler_and_within_ten_seconds_a_dated_balance(
    city: City, talk: Talk, seconds: float, heard: list[str], fen: int, pace: str
) -> None:
    city.core.seconds = seconds
    talk.dial()
    talk.press(*("8" if pace == "slow" else ""), "1", ID)
    answer = talk.press(PIN)
    assert (said(answer), answer.turn.actions[-1]) == (["verify.ok"], Wait(1))
    told, times = city.waited(talk, answer)
    assert [what for _, what in times] == heard
    assert told == BALANCE
    assert amount(talk.conversations.last(talk.name)) == Money(fen)  # type: ignore[arg-type]
    for second, what in times:
        assert 3 < second < 5 if what == "wait" else second < 10  # the first second of them is other words


def test_a_core_system_that_is_down_costs_a_caller_one_second(city: City, talk: Talk) -> None:
    city.core.told = None
    told, times = city.waited(talk, asked_for_balance(talk))
    assert (told, [what for _, what in times]) == (BALANCE, ["verify.ok", "answer"])
    assert times[-1][0] < 3


def test_who_was_never_known_hears_of_a_person(city: City, talk: Talk) -> None:
    with city.house.built.engine.begin() as connection:
        connection.execute(Account.__table__.delete())  # type: ignore[attr-defined]
    city.core.seconds = 30
    told, _ = city.waited(talk, asked_for_balance(talk))
    assert told == ["bal.down", "agent.back"]


def test_the_day_of_the_last_known_balance_is_its_own(city: City, talk: Talk) -> None:
    with city.house.built.engine.begin() as connection:
        connection.execute(update(Account).values(as_of=date(2026, 11, 20)))
    city.core.told = None
    city.waited(talk, asked_for_balance(talk))
    last = talk.conversations.last(talk.name)
    assert last is not None
    days = [say.values["day"] for say in last.turn.actions if isinstance(say, Say) and "day" in say.values]
    assert days == [Day(date(2026, 11, 20))]


def test_nobody_waits_for_a_core_system_with_a_transaction_open(city: City, talk: Talk) -> None:
    others: list[list[str]] = []

    def meanwhile() -> None:
        others.append(said(Talk(talk.conversations).dial()))  # takes the only writer SQLite has

    city.core.meanwhile = meanwhile
    city.waited(talk, asked_for_balance(talk))
    assert others[0][-1] == "main"


@dataclass
class OneCall:
    """What a call over a socket needs of our side; its sounds take no time."""

    talk: Talk

    def take(self, event: Event, number: int) -> Answer:
        assert number == len(self.talk.requests) + 1
        return self.talk.tell(event)

    def spoken(self, answer: Answer) -> list[Spoken]:
        return []


@pytest.mark.parametrize(("seconds", "fen"), [(0.2, 99900), (4, 99900), (30, 102251)])
def test_over_a_socket_one_waits_like_by_key_and_stays_on_the_socket(
    city: City, talk: Talk, seconds: float, fen: int
) -> None:
    city.core.seconds = seconds
    talk.dial()
    talk.press("1")
    call = StreamCall(Playback("MZ", lambda _: None), OneCall(talk), None, talk.press(ID), 0.0)
    for key in PIN:
        call.receive(Key("MZ", key), 0.0)
    now = 0.0
    while isinstance(talk.conversations.last(talk.name).turn.actions[-1], Wait):  # type: ignore[union-attr]
        now += 0.1
        city.forward(0.1)
        call.receive(Key("MZ", "1"), now)  # keys while we wait are no answer to anything
    last = talk.conversations.last(talk.name)
    assert last
    assert (said(last), amount(last), call.is_over, now < 10) == (BALANCE, Money(fen), False, True)


def test_the_document_of_a_wait_plays_silence_and_comes_back(city: City) -> None:
    city.core.seconds = 30
    talk = Talk(city.conversations())
    answer = asked_for_balance(talk)
    for _ in range(2):
        city.forward(1)
        answer = talk.silence()
    assert said(answer) == ["wait"]
    document = ElementTree.fromstring(renderer(city.house.built, None).render(answer))  # noqa: S314
    assert [verb.tag for verb in document] == ["Say", "Play", "Redirect"]
    assert document[1].text == "https://hotline.example/sound/silence/1.wav"
    assert document[2].text == "https://hotline.example/voice/turn?n=7&silent=1"


def test_a_wait_that_is_repeated_is_answered_the_same(city: City, talk: Talk) -> None:
    city.core.seconds = 3
    waiting = asked_for_balance(talk)
    assert [talk.again(4), talk.again(4)] == [waiting, waiting]
    city.waited(talk, waiting)
    assert city.core.asked == ["statement"]
    assert [talk.again(4), talk.again(5).turn.actions[-1]] == [waiting, Wait(1)]


def test_another_process_hears_of_an_answer_too(city: City, talk: Talk) -> None:
    city.core.seconds = 3
    waiting = asked_for_balance(talk)
    there = replace(talk, conversations=city.conversations())
    told, _ = city.waited(there, waiting)
    assert told == BALANCE
    assert amount(there.conversations.last(talk.name)) == Money(99900)  # type: ignore[arg-type]


def test_a_process_that_dies_keeps_nobody_waiting(city: City, talk: Talk) -> None:
    city.core.seconds = 3
    waiting = asked_for_balance(talk)
    city.table.crash()
    told, times = city.waited(talk, waiting)
    assert (told, times[-1][0] < 10) == (BALANCE, True)


def test_keys_are_not_kept_in_the_record_of_a_wait(city: City, talk: Talk) -> None:
    asked_for_balance(talk)
    with city.house.session() as session:
        records = [
            city.house.built.vault.open(row.record_sealed, "turns.record") for row in session.query(TurnRow)
        ]
    assert not any(PIN in record or ID in record for record in records)


# --- acts


def released(city: City, talk: Talk) -> Answer:
    talk.dial()
    talk.press("3", "2", ID, PIN, "1", "1")
    city.house.deliver()
    return talk.press(city.house.codes()[-1])


def templates(city: City) -> list[str]:
    with city.house.session() as session:
        return [message.template for message in session.query(Message).order_by(Message.id)]


@pytest.mark.parametrize(
    ("seconds", "told", "state"),
    [(0.2, "unb.done", "confirmed"), (5, "unb.done", "confirmed"), (30, "unb.submitted", "unknown")],
)
def test_an_act_is_said_to_be_done_only_when_it_was_confirmed(
    city: City, talk: Talk, seconds: float, told: str, state: str
) -> None:
    city.core.seconds = seconds
    answer = released(city, talk)
    assert isinstance(answer.turn.actions[-1], Wait)
    heard, times = city.waited(talk, answer)
    assert (heard[0], times[-1][0] < 10) == (told, True)
    assert rows(city.house, Act, Act.state == state) == 1
    assert len(templates(city)) == (3 if state == "confirmed" else 1)


def test_what_was_submitted_is_settled_by_the_worker_and_told_by_text(city: City, talk: Talk) -> None:
    city.core.seconds = 30
    city.waited(talk, released(city, talk))
    city.forward(8)
    keeping = Housekeeping(replace(city.house.built, consulting=city.consulting))
    assert (keeping.reconcile_acts(), keeping.reconcile_acts()) == (1, 0)
    assert city.core.asked == ["release", "outcome"]
    assert templates(city)[1:] == ["SMS03_unbind_done", "SMS04_notice_beneficiary"]
    assert rows(city.house, Binding, Binding.state == "released") == 1


def test_an_order_lost_with_its_process_is_given_by_the_worker(city: City, talk: Talk) -> None:
    city.core.seconds = 3
    answer = released(city, talk)
    city.table.crash()
    assert city.waited(talk, answer)[0][0] == "unb.submitted"
    city.core.seconds = 0
    assert Housekeeping(replace(city.house.built, consulting=city.consulting)).reconcile_acts() == 1
    assert city.core.asked == ["outcome", "release"]


def test_an_inquiry_that_fails_keeps_no_other_waiting(
    city: City, talk: Talk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.core.seconds = 30
    city.waited(talk, released(city, talk))
    monkeypatch.setattr(city.core, "outcome", lambda _order: {}["nothing"])
    assert Housekeeping(replace(city.house.built, consulting=city.consulting)).reconcile_acts() == 0
    assert "an act could not be reconciled: KeyError" in caplog.text


def test_who_hangs_up_while_waiting_has_it_done_and_gets_the_receipt(city: City, talk: Talk) -> None:
    city.core.seconds = 3
    released(city, talk)
    talk.hang_up()
    city.forward(3)
    assert rows(city.house, Act, Act.state == "confirmed") == 1
    assert templates(city)[1:] == ["SMS03_unbind_done", "SMS04_notice_beneficiary"]


def test_a_verification_that_ends_meanwhile_hides_no_verdict(city: City, talk: Talk) -> None:
    city.core.seconds = 1
    answer = released(city, talk)
    with city.house.built.engine.begin() as connection:
        connection.execute(update(Claim).values(verified_at=None, person_id=None))
    assert city.waited(talk, answer)[0][0] == "unb.done"


# --- texts


@pytest.fixture
def texts(city: City) -> Texts:
    return Texts(city.conversations(), city.house.built.constants, lambda *_: None, city.forward)


def write(texts: Texts, body: str, message: str) -> str:
    fields = {"From": MOBILE, "To": NUMBER, "MessageSid": message, "Body": body}
    return "".join(ElementTree.fromstring(texts.incoming(fields)).itertext())  # noqa: S314


def verified(city: City, texts: Texts) -> None:
    write(texts, "余额", "SM1")
    city.house.deliver()
    write(texts, city.house.codes()[-1], "SM2")


@pytest.mark.parametrize(("seconds", "sum_told"), [(0.2, "999.00元"), (5, "999.00元"), (30, "1022.51元")])
def test_a_text_is_answered_in_its_reply_within_ten_seconds(
    city: City, texts: Texts, seconds: float, sum_told: str
) -> None:
    city.core.seconds = seconds
    verified(city, texts)
    began = city.house.clock.now
    reply = write(texts, "1", "SM3")
    assert sum_told in reply
    assert (city.house.clock.now - began).total_seconds() < 10
    city.forward(8)
    count = turns(city.house)
    assert write(texts, "1", "SM3") == reply  # repeated by the provider: the same reply, at once
    assert (turns(city.house), city.core.asked) == (count, ["statement"])


def test_a_text_repeated_while_the_first_still_waits_hurries_nothing(city: City, texts: Texts) -> None:
    city.core.seconds = 5
    verified(city, texts)
    replies: list[str] = []

    def repeat_once(seconds: float) -> None:
        again = replace(texts, sleep=city.forward)
        if not replies:
            replies.append("")
            replies[0] = write(again, "1", "SM3")
        city.forward(seconds)

    first = write(replace(texts, sleep=repeat_once), "1", "SM3")
    assert [first] == replies
    assert "999.00元" in first


def test_a_text_that_overtakes_another_is_answered_and_the_other_says_no_more(
    city: City, texts: Texts
) -> None:
    city.core.seconds = 5
    verified(city, texts)
    others: list[str] = []

    def write_another(seconds: float) -> None:
        if not others:
            others.append(write(texts, "帮助", "SM4"))
        city.forward(seconds)

    assert write(replace(texts, sleep=write_another), "1", "SM3") == ""
    assert "可回复" in others[0]


def test_a_release_by_text_waits_for_its_verdict(city: City, texts: Texts, talk: Talk) -> None:
    talk.dial()
    talk.press("3", "2", ID, PIN, "1", "1")
    city.house.deliver()
    city.core.seconds = 5
    assert "办好了" in write(texts, city.house.codes()[-1], "SM9")
    assert rows(city.house, Act, Act.state == "confirmed") == 1


# --- carrying out


def test_an_errand_that_comes_too_late_does_not_set_out(city: City, talk: Talk) -> None:
    city.core.seconds = 8
    built, clock = city.house.built, city.house.clock
    strict = Errands(built.engine, city.consulting, clock, city.table, clock.seconds)
    conversations = Conversations(built.engine, built.versions, city.consulting, clock, errands=strict)
    asked_for_balance(replace(talk, conversations=conversations))
    clock.forward(8)
    assert city.table.come_back() == 1
    assert city.core.asked == []
    assert rows(city.house, ErrandRow, ErrandRow.state == "failed") == 1


def test_an_errand_that_breaks_is_logged_by_its_place(city: City, caplog: pytest.LogCaptureFixture) -> None:
    built = city.house.built
    errands = Errands(built.engine, city.consulting, city.house.clock, city.table, city.table.now)

    def breaks(_keeper: object) -> Callable[[object], bool]:
        raise ValueError(ID)

    errands.send([Sent("key", breaks, Party(7, "voice", "", ""))], built.newest_menus())
    city.table.come_back()
    assert "an errand of conversation 7 failed: ValueError" in caplog.text
    assert ID not in caplog.text
