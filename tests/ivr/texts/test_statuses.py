"""Status callbacks: repeated, reordered, early, of ids nobody knows; a text never goes back."""

import itertools
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session
from texting import SID, START, Desk

from ivr.store.tables import Alarm, Message, Ticket
from ivr.texts.delivery import record_status
from ivr.texts.senders import Accepted, Outgoing, SendingFailed


class Taking:
    """A provider that takes everything under one id after doing `first`."""

    def __init__(self, status: str = "queued", first: Callable[[Outgoing], None] = lambda text: None) -> None:
        self.status = status
        self.first = first
        self.sent: list[Outgoing] = []

    def send(self, text: Outgoing) -> Accepted:
        self.sent.append(text)
        self.first(text)
        return Accepted(SID, self.status)


def seen(row: Message) -> tuple[str, int, str]:
    return row.state, row.rank, row.error


@pytest.mark.parametrize(
    ("status", "state", "rank", "final"),
    [
        ("accepted", "accepted", 0, False),
        ("scheduled", "accepted", 0, False),
        ("queued", "accepted", 1, False),
        ("sending", "accepted", 2, False),
        ("sent", "sent", 3, False),
        ("delivered", "delivered", 4, True),
        ("partially_delivered", "delivered", 4, True),
        ("undelivered", "undelivered", 4, True),
        ("failed", "failed", 4, True),
        ("canceled", "canceled", 4, True),
        ("read", "read", 5, True),
        ("something new", "accepted", 0, False),
    ],
)
@pytest.mark.parametrize("way", ["in the answer", "in a callback"])
def test_every_status_has_its_state(desk: Desk, way, status, state, rank, final) -> None:
    one = desk.write(kind="notice")
    desk.worker(Taking(status if way == "in the answer" else "accepted")).run_once(desk.clock.now)
    if way == "in a callback":
        desk.tell(status)
    after = desk.row(one)
    assert seen(after) == (state, rank, "")
    assert after.provider_id == SID
    assert (after.mobile_sealed is None, after.body_sealed is None) == (final, final)
    assert after.finished_at == (desk.clock.now if final else None)


@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sending", "sent", "delivered"])))
def test_the_order_of_callbacks_does_not_matter(desk: Desk, order) -> None:
    one = desk.write()
    desk.worker(Taking()).run_once(desk.clock.now)
    highest = 1
    for status in order:
        desk.tell(status)
        desk.tell(status)
        highest = max(highest, ["", "queued", "sending", "sent", "delivered"].index(status))
        assert desk.row(one).rank == highest
    assert seen(desk.row(one)) == ("delivered", 4, "")


def test_an_end_is_an_end(desk: Desk) -> None:
    one = desk.write()
    desk.worker(Taking()).run_once(desk.clock.now)
    desk.tell("delivered")
    finished = desk.clock.now
    desk.clock.forward(minutes=1)
    desk.tell("failed", "30005")
    assert seen(desk.row(one)) == ("delivered", 4, "")
    assert desk.row(one).finished_at == finished
    desk.tell("read")
    assert desk.row(one).state == "read"


@pytest.mark.parametrize("status", ["received", "receiving", "nonsense", ""])
def test_statuses_of_other_things_are_ignored(desk: Desk, status) -> None:
    one = desk.write()
    desk.worker(Taking()).run_once(desk.clock.now)
    desk.tell(status)
    desk.tell(status, provider_id="SM" + "1" * 32)
    assert seen(desk.row(one)) == ("accepted", 1, "")
    assert desk.count(Message) == 1


@pytest.mark.parametrize("provider_id", ["", "x" * 65])
def test_impossible_ids_are_ignored(desk: Desk, provider_id) -> None:
    desk.tell("sent", provider_id=provider_id)
    assert desk.count(Message) == 0


# --- ids we do not know


def test_an_unknown_id_is_kept_without_error_and_forgotten_after_a_day(desk: Desk) -> None:
    for status in ("sent", "delivered", "sent", "queued"):
        desk.tell(status)
    with desk.sessions() as session:
        (stray,) = session.scalars(select(Message)).all()
        assert (stray.kind, stray.state, stray.rank, stray.provider_id) == ("status", "delivered", 4, SID)
        assert stray.mobile_sealed is None
    idle = desk.worker(Taking())
    assert idle.run_once(desk.clock.forward(hours=24)) == 0
    assert desk.count(Message) == 1
    assert idle.run_once(desk.clock.forward(seconds=1)) == 0
    assert desk.count(Message) == 0


@pytest.mark.parametrize(
    ("early", "after"),
    [
        ([("sent", "")], ("sent", 3, "")),
        ([("delivered", ""), ("sent", "")], ("delivered", 4, "")),
        ([("undelivered", "30005")], ("undelivered", 4, "30005")),
        ([("accepted", "")], ("accepted", 1, "")),
    ],
)
def test_a_callback_may_come_before_the_answer(desk: Desk, early, after) -> None:
    one = desk.write()

    def call_back(_text: Outgoing) -> None:
        for status, error in early:
            desk.tell(status, error)

    desk.worker(Taking(first=call_back)).run_once(desk.clock.now)
    assert seen(desk.row(one)) == after
    assert desk.row(one).provider_id == SID
    assert desk.count(Message) == 1
    assert desk.count(Ticket) == (1 if after[0] == "undelivered" else 0)


def test_an_early_callback_knows_its_text_by_the_reference(desk: Desk) -> None:
    one = desk.write()
    states = []

    def call_back(text: Outgoing) -> None:
        desk.tell("sent", reference=text.status_callback.split("reference=")[1])
        states.append(seen(desk.row(one)))

    desk.worker(Taking(first=call_back)).run_once(desk.clock.now)
    assert states == [("sent", 3, "")]
    assert seen(desk.row(one)) == ("sent", 3, "")
    assert desk.count(Message) == 1


@pytest.mark.parametrize(
    "reference", ["1", "x-1", "-", "1-1-1", "{id}-2", "999999999-1", "１-１", "9" * 30 + "-1"]
)
def test_a_wrong_reference_binds_nothing(desk: Desk, reference) -> None:
    one = desk.write()

    def call_back(_text: Outgoing) -> None:
        desk.tell("sent", provider_id="SM" + "1" * 32, reference=reference.format(id=one))

    desk.worker(Taking(first=call_back)).run_once(desk.clock.now)
    assert seen(desk.row(one)) == ("accepted", 1, "")
    assert desk.row(one).provider_id == SID
    assert desk.count(Message) == 2


def test_a_text_that_was_refused_is_not_raised_by_a_callback(desk: Desk) -> None:
    one = desk.write()

    class Refusing:
        def send(self, text: Outgoing) -> Accepted:
            raise SendingFailed("permanent", "21211")

    desk.worker(Refusing()).run_once(desk.clock.now)
    desk.tell("delivered", reference=f"{one}-1")
    assert seen(desk.row(one)) == ("failed", 0, "21211")
    assert desk.count(Message) == 2


def until_somebody_waits(engine: Engine) -> None:
    """Return when a transaction of this database waits for another, or at the latest after many looks."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with engine.connect() as watching:
        for _ in range(10_000):
            if watching.execute(waiting).scalar():
                return
            watching.rollback()


def test_the_callback_and_the_answer_at_the_same_instant(desk: Desk, engine: Engine) -> None:
    """The callback has written its row but not committed when the worker writes the answer."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: the two cannot meet")
    one = desk.write()
    session = Session(engine)
    finished = threading.Event()

    def call_back(_text: Outgoing) -> None:
        record_status(session, SID, "sent", "", desk.clock.now)
        threading.Thread(target=commit_when_waited_for).start()

    def commit_when_waited_for() -> None:
        until_somebody_waits(engine)
        session.commit()
        session.close()
        finished.set()

    desk.worker(Taking(first=call_back)).run_once(desk.clock.now)
    assert finished.wait(20)
    assert seen(desk.row(one)) == ("sent", 3, "")
    assert desk.row(one).provider_id == SID


def test_the_answer_and_the_callback_at_the_same_instant(desk: Desk, engine: Engine) -> None:
    """The worker has written the answer but not committed when the callback comes."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: the two cannot meet")
    one = desk.write()
    with desk.sessions.begin() as first:
        first.execute(
            text("UPDATE outbox SET state = 'accepted', provider_id = :sid WHERE id = :id"),
            {"sid": SID, "id": one},
        )

        def call_back() -> None:
            with desk.sessions.begin() as session:
                record_status(session, SID, "delivered", "", desk.clock.now)

        thread = threading.Thread(target=call_back)
        thread.start()
        until_somebody_waits(engine)
    thread.join()
    assert seen(desk.row(one)) == ("delivered", 4, "")
    assert desk.count(Message) == 1


# --- texts that were not delivered


@pytest.mark.parametrize("status", ["undelivered", "failed", "canceled"])
@pytest.mark.parametrize(
    ("kind", "tickets"), [("receipt", 1), ("warning", 0), ("code", 0), ("notice", 0), ("answer", 0)]
)
def test_a_receipt_that_did_not_arrive_is_a_ticket(desk: Desk, status, kind, tickets) -> None:
    one = desk.write(kind=kind)
    desk.worker(Taking()).run_once(desk.clock.now)
    desk.tell(status, "30005")
    desk.tell(status, "30005")
    assert seen(desk.row(one)) == (status, 4, "30005")
    with desk.sessions() as session:
        found = session.scalars(select(Ticket)).all()
        assert [(ticket.kind, ticket.note) for ticket in found] == [
            ("failed_receipt", f"notice, text {one}: {status} 30005")
        ] * tickets


@pytest.mark.parametrize("error", ["30001", "30003", "30008"])
@pytest.mark.parametrize("kind", ["receipt", "warning"])
def test_some_failures_get_one_more_try(desk: Desk, error, kind) -> None:
    one = desk.write(kind=kind)
    sender = Taking()
    sending = desk.worker(sender)
    sending.run_once(desk.clock.now)
    desk.tell("undelivered", error)
    again = desk.row(one)
    assert seen(again) == ("waiting", 0, error)
    assert again.due_at == desk.clock.now + timedelta(minutes=15)
    assert again.provider_id is None
    desk.tell("undelivered", error)  # repeated: of an id that is nobody's now
    assert seen(desk.row(one)) == ("waiting", 0, error)
    assert desk.count(Ticket) == 0

    assert sending.run_once(desk.clock.forward(minutes=15)) == 1
    assert len(sender.sent) == 2


def test_the_second_failure_is_the_last(desk: Desk) -> None:
    one = desk.write()
    desk.worker(Taking()).run_once(desk.clock.now)
    desk.tell("undelivered", "30003")
    desk.clock.forward(minutes=15)
    second = "SM" + "2" * 32

    class Second(Taking):
        def send(self, text: Outgoing) -> Accepted:
            return Accepted(second, "queued")

    desk.worker(Second()).run_once(desk.clock.now)
    desk.tell("undelivered", "30003", provider_id=second)
    assert seen(desk.row(one)) == ("undelivered", 4, "30003")
    assert desk.row(one).body_sealed is None
    assert desk.count(Ticket) == 1


def test_what_was_erased_is_not_sent_again(desk: Desk) -> None:
    one = desk.write()
    worker = desk.worker(Taking())
    worker.run_once(desk.clock.now)
    worker.run_once(desk.clock.forward(hours=25))
    desk.tell("undelivered", "30003")
    assert seen(desk.row(one)) == ("undelivered", 4, "30003")
    assert desk.count(Ticket) == 1


def test_an_end_that_is_told_twice_in_two_ways_is_the_first(desk: Desk) -> None:
    one = desk.write()
    desk.worker(Taking()).run_once(desk.clock.now)
    desk.tell("failed", "30005")
    desk.tell("undelivered", "30003")
    assert seen(desk.row(one)) == ("failed", 4, "30005")
    assert desk.count(Ticket) == 1


@pytest.mark.parametrize("kind", ["code", "notice", "answer"])
def test_a_code_is_never_sent_twice(desk: Desk, kind) -> None:
    one = desk.write(kind=kind)
    desk.worker(Taking()).run_once(desk.clock.now)
    desk.tell("undelivered", "30003")
    assert seen(desk.row(one)) == ("undelivered", 4, "30003")


def test_what_only_operators_can_mend_is_an_alarm(desk: Desk) -> None:
    one = desk.write(kind="code")
    desk.worker(Taking()).run_once(desk.clock.now)
    desk.tell("undelivered", "30007")
    for status in ("sent", "undelivered"):
        desk.tell(status, "30007", provider_id="SM" + "3" * 32)  # not a text of ours
    with desk.sessions() as session:
        alarms = session.scalars(select(Alarm)).all()
        assert [(alarm.kind, alarm.detail) for alarm in alarms] == [
            ("text_settings", f"notice, text {one}: undelivered 30007")
        ]
    assert alarms[0].at == START
