"""The worker: every text once, whoever else is working, whatever dies in the middle."""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text, update
from texting import ACCOUNT, MOBILE, SECRET_KEY, Desk, Provider, Reply, refusal

from ivr.store.tables import Alarm, Caller, Message, Ticket
from ivr.texts.delivery import Worker, record_status
from ivr.texts.results import backoff
from ivr.texts.rows import Attempt, take
from ivr.texts.senders import Accepted, FileSender, Outgoing, SendingFailed, TwilioSender
from menus.values import Word

FROM = "+8610000000000"


@pytest.fixture
def worker(desk: Desk, provider: Provider) -> Worker:
    return desk.worker(TwilioSender(ACCOUNT, "secret", FROM, provider.url, seconds=5))


# --- sending


def test_a_due_text_goes_to_the_provider(desk: Desk, worker, provider) -> None:
    one = desk.write()
    assert worker.run_once(desk.clock.now) == 1
    assert provider.requests == [
        {
            "To": MOBILE,
            "From": FROM,
            "Body": "【医保热线】您好",
            "StatusCallback": f"https://hotline.example/sms/status?reference={one}-1#rc=3&rp=5xx,ct,rt",
        }
    ]
    after = desk.row(one)
    assert (after.state, after.rank, after.attempts, after.error) == ("accepted", 1, 1, "")
    assert after.provider_id is not None
    assert after.body_sealed is not None
    assert worker.run_once(desk.clock.now) == 0


def test_a_callback_address_may_have_a_query_or_be_missing(desk: Desk, provider) -> None:
    first, second = desk.write(), desk.write()
    sender = TwilioSender(ACCOUNT, "secret", FROM, provider.url)
    desk.worker(sender, "https://hotline.example/s?a=1").step(desk.clock.now)
    desk.worker(sender, "").step(desk.clock.now)
    assert provider.requests[0]["StatusCallback"].startswith(
        f"https://hotline.example/s?a=1&reference={first}-1#"
    )
    assert "StatusCallback" not in provider.requests[1]
    assert second == first + 1


def test_nothing_goes_before_its_time(desk: Desk, worker, provider) -> None:
    desk.write(now=desk.clock.now + timedelta(seconds=1))
    assert worker.run_once(desk.clock.now) == 0
    assert provider.requests == []
    assert worker.run_once(desk.clock.forward(seconds=1)) == 1


def test_codes_go_first(desk: Desk, worker, provider) -> None:
    for kind in ("notice", "code", "receipt", "code"):
        desk.write(kind=kind, values={"words": Word(kind)})
        desk.clock.forward(seconds=1)
    worker.run_once(desk.clock.now)
    bodies = [request["Body"].removeprefix("【医保热线】") for request in provider.requests]
    assert bodies == ["code", "code", "notice", "receipt"]


@pytest.mark.parametrize(("late", "state"), [(-1, "accepted"), (0, "accepted"), (1, "expired")])
def test_a_code_past_its_time_is_dropped(desk: Desk, worker, provider, late, state) -> None:
    one = desk.write(kind="code", expires_at=desk.clock.now + timedelta(minutes=5))
    worker.run_once(desk.clock.forward(minutes=5, seconds=late))
    assert desk.row(one).state == state
    assert len(provider.requests) == (0 if state == "expired" else 1)
    if state == "expired":
        assert (desk.row(one).body_sealed, desk.row(one).mobile_sealed, desk.row(one).finished_at) == (
            None,
            None,
            desk.clock.now,
        )
    else:
        assert provider.requests[0]["ValidityPeriod"] == "6"


def test_an_expired_code_is_not_taken_even_before_the_sweep(desk: Desk, worker, provider) -> None:
    one = desk.write(kind="code", expires_at=desk.clock.now)
    assert not worker.step(desk.clock.forward(seconds=1))
    assert desk.row(one).state == "waiting"


def test_no_transaction_is_open_while_the_provider_is_asked(desk: Desk, engine: Engine) -> None:
    open_now: list[int] = []
    count = 0

    def out(*_: object) -> None:
        nonlocal count
        count += 1

    def back(*_: object) -> None:
        nonlocal count
        count -= 1

    class Watching:
        def send(self, text: Outgoing) -> Accepted:
            open_now.append(count)
            return Accepted("one", "delivered")

    desk.write()
    event.listen(engine, "checkout", out)
    event.listen(engine, "checkin", back)
    try:
        desk.worker(Watching()).run_once(desk.clock.now)
    finally:
        event.remove(engine, "checkout", out)
        event.remove(engine, "checkin", back)
    assert open_now == [0]


def test_a_file_takes_texts_at_once(desk: Desk, tmp_path: Path) -> None:
    one = desk.write()
    path = tmp_path / "texts.jsonl"
    desk.worker(FileSender(path, desk.clock)).run_once(desk.clock.now)
    after = desk.row(one)
    assert (after.state, after.mobile_sealed, after.body_sealed) == ("delivered", None, None)
    assert f'"id": "{after.provider_id}"' in path.read_text()


# --- when it does not work


def test_too_many_requests_are_tried_again_with_growing_pauses(desk: Desk, worker, provider) -> None:
    one = desk.write()
    pauses = []
    for _ in range(12):
        provider.answer(refusal(429, 20429))
        assert worker.run_once(desk.clock.now) == 1
        after = desk.row(one)
        assert (after.state, after.error) == ("waiting", "20429")
        pauses.append((after.due_at - desk.clock.now).total_seconds())
        assert worker.run_once(after.due_at - timedelta(seconds=1)) == 0
        desk.clock.now = after.due_at
    assert worker.run_once(desk.clock.now) == 1
    assert desk.row(one).state == "accepted"
    assert len(provider.requests) == 13
    assert 1.5 <= pauses[0] <= 2.5
    assert pauses == sorted(pauses)
    assert pauses[-1] <= 375


def test_pauses_of_texts_refused_together_part() -> None:
    pauses = {backoff(Attempt(number, 3)) for number in range(1, 50)}
    assert len(pauses) > 40
    assert all(timedelta(seconds=6) <= pause <= timedelta(seconds=10) for pause in pauses)
    assert backoff(Attempt(1, 9)) == backoff(Attempt(1, 10**6))


@pytest.mark.parametrize(("seconds", "state"), [(-1, "waiting"), (0, "failed"), (1, "failed")])
def test_after_a_day_of_refusals_the_text_is_given_up(desk: Desk, worker, provider, seconds, state) -> None:
    one = desk.write()
    provider.answer(refusal(429, 20429))
    worker.run_once(desk.clock.forward(hours=24, seconds=seconds))
    assert desk.row(one).state == state
    if state == "failed":
        assert desk.kept(Alarm, "kind", "detail") == [("text_unsent", f"notice, text {one}: failed 20429")]
        assert desk.kept(Ticket, "kind") == [("failed_receipt",)]
        assert desk.row(one).body_sealed is None


def test_nobody_listening_is_tried_again(desk: Desk) -> None:
    one = desk.write()
    nowhere = TwilioSender(ACCOUNT, "secret", FROM, "http://127.0.0.1:9")
    desk.worker(nowhere).run_once(desk.clock.now)
    assert (desk.row(one).state, desk.row(one).error) == ("waiting", "ConnectionError")


@pytest.mark.parametrize(
    ("reply", "error"), [(refusal(500, 20500), "20500"), (Reply(hang_up=True), "ConnectionError")]
)
def test_perhaps_sent_is_never_sent_again(desk: Desk, worker, provider, reply, error) -> None:
    one = desk.write()
    provider.answer(reply)
    assert worker.run_once(desk.clock.now) == 1
    assert (desk.row(one).state, desk.row(one).error, desk.row(one).finished_at) == ("unknown", error, None)
    for hours in (1, 10, 30, 300):
        assert worker.run_once(desk.clock.forward(hours=hours)) == 0
    assert len(provider.requests) == 1
    assert desk.kept(Alarm, "kind") == [("text_unknown",)]
    assert desk.kept(Ticket, "note") == [(f"notice, text {one}: unknown {error}",)]


def test_no_answer_in_time_is_perhaps_sent_and_a_callback_tells(desk: Desk, provider) -> None:
    one = desk.write()
    release = threading.Event()
    provider.answer(Reply(wait_for=release))
    impatient = TwilioSender(ACCOUNT, "secret", FROM, provider.url, seconds=0.2)
    desk.worker(impatient, "https://hotline.example/s").run_once(desk.clock.now)
    release.set()
    assert (desk.row(one).state, desk.row(one).error) == ("unknown", "ReadTimeout")
    reference = provider.requests[0]["StatusCallback"].split("reference=")[1].split("#")[0]
    with desk.sessions.begin() as session:
        record_status(session, "SM" + "4" * 32, "delivered", "", desk.clock.now, reference)
    assert (desk.row(one).state, desk.row(one).rank, desk.row(one).provider_id) == (
        "delivered",
        4,
        "SM" + "4" * 32,
    )


@pytest.mark.parametrize(
    ("code", "status", "alarms"),
    [
        (21211, 400, []),
        (21614, 400, []),
        (21610, 400, []),
        (99999, 400, []),
        (20003, 401, ["text_settings"]),
        (21408, 400, ["text_settings"]),
        (21606, 400, ["text_settings"]),
        (21617, 400, ["text_settings"]),
    ],
)
def test_a_refusal_is_final_and_a_receipt_becomes_a_ticket(
    desk: Desk, worker, provider, code, status, alarms
) -> None:
    receipt, code_text = desk.write(), desk.write(kind="code")
    provider.answer(refusal(status, code), refusal(status, code))
    assert worker.run_once(desk.clock.now) == 2
    for one in (receipt, code_text):
        after = desk.row(one)
        assert (after.state, after.error, after.finished_at) == ("failed", str(code), desk.clock.now)
        assert (after.mobile_sealed, after.body_sealed) == (None, None)
    assert worker.run_once(desk.clock.forward(days=2)) == 0
    assert desk.kept(Ticket, "kind", "note") == [("failed_receipt", f"notice, text {receipt}: failed {code}")]
    assert [kind for (kind,) in desk.kept(Alarm, "kind")] == alarms * 2


@pytest.mark.parametrize("known", [False, True])
def test_who_told_the_provider_to_stop_gets_no_notices(desk: Desk, worker, provider, known) -> None:
    mobile_hash = desk.vault.hash(MOBILE, "mobile")
    if known:
        with desk.sessions.begin() as session:
            session.add(Caller(caller_hash=mobile_hash, pace="slow"))
    desk.write()
    provider.answer(refusal(400, 21610))
    worker.run_once(desk.clock.now)
    assert desk.kept(Caller, "caller_hash", "notices_off", "pace") == [
        (mobile_hash, True, "slow" if known else "normal")
    ]
    with desk.sessions.begin() as session:
        written = desk.outbox.write(
            session,
            template="notice",
            values={"words": Word("您好")},
            mobile=MOBILE,
            kind="notice",
            business_key="later",
            now=desk.clock.now,
        )
    assert not written


def test_what_no_key_opens_fails_with_an_alarm(desk: Desk, worker, provider) -> None:
    one, next_one = desk.write(), desk.write()
    with desk.sessions.begin() as session:
        session.execute(update(Message).where(Message.id == one).values(body_sealed=b"\0" * 40))
    assert worker.run_once(desk.clock.now) == 2
    assert (desk.row(one).state, desk.row(one).error) == ("failed", "sealed")
    assert desk.row(next_one).state == "accepted"
    assert desk.kept(Alarm, "kind") == [("text_settings",)]
    assert len(provider.requests) == 1


# --- what time does


@pytest.mark.parametrize(("seconds", "state"), [(119, "sending"), (120, "sending"), (121, "unknown")])
def test_a_send_that_never_ended_is_given_up(desk: Desk, worker, seconds, state) -> None:
    one = desk.write()
    with desk.sessions.begin() as session:
        session.execute(update(Message).values(state="sending", attempts=1, due_at=desk.clock.now))
    assert worker.run_once(desk.clock.forward(seconds=seconds)) == 0
    assert desk.row(one).state == state
    assert len(desk.kept(Ticket)) == len(desk.kept(Alarm)) == (1 if state == "unknown" else 0)


@pytest.mark.parametrize("late", [Accepted("late", "sent"), "retry", "permanent", "unknown"])
def test_a_result_that_comes_after_all_counts(desk: Desk, late) -> None:
    one = desk.write(kind="notice")

    class Slow:
        def send(self, text: Outgoing) -> Accepted:
            desk.worker(self).sweep(desk.clock.forward(minutes=3))
            assert desk.row(one).state == "unknown"
            if isinstance(late, Accepted):
                return late
            raise SendingFailed(late, "21211")

    desk.worker(Slow()).step(desk.clock.now)
    states = {"retry": "waiting", "permanent": "failed", "unknown": "unknown"}
    assert desk.row(one).state == ("sent" if isinstance(late, Accepted) else states[late])


def test_a_result_of_an_earlier_try_is_not_taken_for_that_of_a_later(desk: Desk) -> None:
    one = desk.write()

    class Slow:
        def send(self, text: Outgoing) -> Accepted:
            with (
                desk.sessions.begin() as session
            ):  # somebody has put it back by hand, and another worker took it
                session.execute(update(Message).values(attempts=2, state="sending"))
            raise SendingFailed("permanent", "21211")

    desk.worker(Slow()).step(desk.clock.now)
    assert (desk.row(one).state, desk.row(one).attempts) == ("sending", 2)
    assert desk.kept(Ticket, "kind") == []


@pytest.mark.parametrize("status", ["queued", "sent"])
@pytest.mark.parametrize(("seconds", "erased"), [(0, False), (1, True)])
def test_a_text_the_provider_forgot_is_erased_after_a_day(desk: Desk, status, seconds, erased) -> None:
    one = desk.write()

    class Quiet:
        def send(self, text: Outgoing) -> Accepted:
            return Accepted("quiet", status)

    quiet = desk.worker(Quiet())
    quiet.run_once(desk.clock.now)
    state = desk.row(one).state
    quiet.run_once(desk.clock.forward(hours=24, seconds=seconds))
    assert desk.row(one).state == state
    assert (desk.row(one).body_sealed is None, desk.row(one).mobile_sealed is None) == (erased, erased)
    finished_at = desk.clock.now if erased else None
    assert desk.row(one).finished_at == finished_at
    if erased:
        quiet.run_once(desk.clock.forward(hours=24))
        assert desk.row(one).finished_at == finished_at


# --- several workers


def test_workers_racing_on_one_outbox_send_each_text_once(desk: Desk, tmp_path: Path, engine: Engine) -> None:
    texts = [desk.write() for _ in range(40)]
    sent: list[str] = []
    ready = threading.Barrier(4)
    failures: list[BaseException] = []

    class Noting:
        def send(self, text: Outgoing) -> Accepted:
            reference = text.status_callback.split("=")[1]
            sent.append(reference)
            return Accepted(f"id {reference}", "queued")

    def work() -> None:
        try:
            worker = desk.worker(Noting(), "https://hotline.example/s")
            ready.wait()
            worker.run_once(desk.clock.now)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(sent) == sorted(f"{one}-1" for one in texts)
    assert set(desk.kept(Message, "state", "attempts")) == {("accepted", 1)}


def test_a_worker_does_not_wait_for_a_text_that_another_is_taking(desk: Desk, engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: nothing can be half taken")
    first, second = desk.write(), desk.write()
    with desk.sessions() as one, desk.sessions() as two:
        for session in (one, two):
            session.execute(text("SET LOCAL lock_timeout = '5s'"))
        taken = [take(session, desk.clock.now) for session in (one, two, two)]
        assert [each and each.id for each in taken] == [first, second, None]


WORKER = """
import sys
from datetime import UTC, datetime
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from ivr.store.sealed import Vault
from ivr.texts.delivery import Worker, record_status
from ivr.texts.senders import TwilioSender
url, key, account, api = sys.argv[1:]
now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
sender = TwilioSender(account, "secret", "+8610000000000", api)
Worker(sessionmaker(create_engine(url)), Vault(key), sender, lambda: now).run_once(now)
"""


def test_a_worker_killed_in_the_middle_of_a_send_leaves_unknown(
    desk: Desk, engine: Engine, worker, provider
) -> None:
    one = desk.write()
    release = threading.Event()
    provider.answer(Reply(wait_for=release))
    url = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", WORKER, url, SECRET_KEY, ACCOUNT, provider.url]) as doomed:
        assert provider.arrived.acquire(timeout=60)
        doomed.kill()
    release.set()
    assert doomed.returncode == -9
    assert desk.row(one).state == "sending"

    assert worker.run_once(desk.clock.forward(minutes=1)) == 0  # it may still be at work
    assert desk.row(one).state == "sending"
    assert worker.run_once(desk.clock.forward(minutes=2)) == 0
    assert desk.row(one).state == "unknown"
    assert worker.run_once(desk.clock.forward(days=3)) == 0
    assert len(provider.requests) == 1
    assert desk.kept(Ticket, "kind") == [("failed_receipt",)]


# --- the loop


def running(worker: Worker, stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    return thread


def test_the_loop_sends_what_comes_and_ends_when_told(desk: Desk, worker, provider) -> None:
    stop = threading.Event()
    thread = running(worker, stop)
    one = desk.write()
    assert provider.arrived.acquire(timeout=30)
    two = desk.write()
    assert provider.arrived.acquire(timeout=30)
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
    assert {desk.row(one).state, desk.row(two).state} == {"accepted"}  # the text in hand was finished


def test_a_stopped_loop_sends_nothing(desk: Desk, worker, provider) -> None:
    desk.write()
    stop = threading.Event()
    stop.set()
    worker.run(stop)
    assert provider.requests == []


def test_the_loop_sweeps_at_once_and_every_half_minute(desk: Desk) -> None:
    stop = threading.Event()
    sweeps: list[float] = []
    first = desk.clock.now

    class Idle(Worker):
        def sweep(self, now):  # type: ignore[no-untyped-def]
            sweeps.append((now - first).total_seconds())
            Worker.sweep(self, now)

        def step(self, now):  # type: ignore[no-untyped-def]
            if desk.clock.forward(seconds=10) - first > timedelta(seconds=100):
                stop.set()
            return len(sweeps) % 2 == 0  # busy and idle in turns

    Idle(desk.sessions, desk.vault, FileSender(Path("/nowhere"), desk.clock), desk.clock, pause=0).run(stop)
    assert sweeps == [0, 30, 60, 90]


def test_the_loop_survives_what_it_did_not_expect(desk: Desk, caplog) -> None:
    stop = threading.Event()
    desk.write(kind="code")
    desk.write()

    class Broken:
        def __init__(self) -> None:
            self.calls = 0

        def send(self, text: Outgoing) -> Accepted:
            self.calls += 1
            if self.calls == 1:
                raise RuntimeError(f"no {text.mobile}")
            stop.set()
            return Accepted("two", "delivered")

    with caplog.at_level(logging.DEBUG):
        desk.worker(Broken()).run(stop)
    assert sorted(desk.kept(Message, "state")) == [("delivered",), ("sending",)]
    assert "RuntimeError" in caplog.text
    assert "13800138000" not in caplog.text


def test_nothing_that_goes_wrong_tells_who_or_what(
    desk: Desk, worker, provider, caplog: pytest.LogCaptureFixture
) -> None:
    replies: list[Callable[[], Reply]] = [
        lambda: refusal(400, 21211),
        lambda: refusal(500, 20500),
        lambda: refusal(429, 20429),
        lambda: refusal(401, 20003),
    ]
    with caplog.at_level(logging.DEBUG):
        for reply in replies:
            desk.write()
            provider.answer(reply())
        worker.run_once(desk.clock.now)
    said = [
        caplog.text,
        *(str(one) for one in desk.kept(Alarm, "detail") + desk.kept(Ticket, "note")),
    ]
    assert len(said) == 6
    assert not any("13800138000" in text or "您好" in text for text in said)
