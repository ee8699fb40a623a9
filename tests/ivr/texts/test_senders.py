"""Texts handed to a provider over a real socket, and to a file on a real disk."""

import fcntl
import json
import logging
import re
import resource
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ProxyError, ReadTimeout
from texting import ACCOUNT, MOBILE, Clock, Provider, Reply, refusal
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError
from urllib3.exceptions import ProxyError as ProxyCause

from ivr.texts.senders import FileSender, Outgoing, SendingFailed, TwilioSender, _never_left

FROM = "+8610000000000"
SERVICE = "MG" + "0123456789abcdef" * 2
SPECIFICATION = Path(__file__).parents[4] / "shared" / "data" / "twilio_api_v2010.json"


def text(**changes: Any) -> Outgoing:
    return Outgoing(
        **({"template": "SMS01_verify_code", "mobile": MOBILE, "body": "【医保热线】您好"} | changes)
    )


def sender(provider: Provider, **changes: Any) -> TwilioSender:
    return TwilioSender(
        **({"account": ACCOUNT, "token": "secret", "sender": FROM, "api": provider.url} | changes)
    )


def failure(sent_by: TwilioSender) -> tuple[str, str]:
    with pytest.raises(SendingFailed) as failed:
        sent_by.send(text())
    assert MOBILE not in str(failed.value)
    assert failed.value.__context__ is None or failed.value.__suppress_context__
    return failed.value.kind, failed.value.code


# --- what is asked of the provider


def test_a_text_is_one_message_from_our_number(provider: Provider) -> None:
    accepted = sender(provider).send(text(status_callback="https://hotline.example/sms/status?reference=1-1"))
    assert accepted.status == "queued"
    assert accepted.provider_id.startswith("SM")
    assert provider.paths == [f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"]
    assert provider.requests == [
        {
            "To": MOBILE,
            "From": FROM,
            "Body": "【医保热线】您好",
            "StatusCallback": "https://hotline.example/sms/status?reference=1-1#rc=3&rp=5xx,ct,rt",
        }
    ]
    assert provider.heads[0]["Authorization"].startswith("Basic ")


def test_a_messaging_service_chooses_the_number_itself(provider: Provider) -> None:
    assert sender(provider, sender=SERVICE).send(text()).status == "accepted"
    assert provider.requests == [{"To": MOBILE, "MessagingServiceSid": SERVICE, "Body": "【医保热线】您好"}]


@pytest.mark.parametrize(
    ("seconds", "asked"), [(300, 300), (6, 6), (5, 6), (0, 6), (36000, 36000), (90000, 36000)]
)
def test_a_code_is_not_delivered_when_it_is_of_no_use(provider: Provider, seconds: int, asked: int) -> None:
    sender(provider).send(text(seconds_left=seconds))
    assert provider.requests[0]["ValidityPeriod"] == str(asked)


def test_no_connection_is_kept_for_the_next_text(provider: Provider) -> None:
    kept = sender(provider)
    kept.send(text())
    kept.send(text())
    first, second = provider.callers
    assert first != second


def test_the_environment_reroutes_nothing(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "f" * 32)
    sender(provider).send(text())
    assert provider.heads[0]["Host"] == provider.url.removeprefix("http://")
    assert ACCOUNT in provider.paths[0]
    client = sender(provider)._messages._version.domain.twilio
    assert (client.edge or None, client.region or None) == (None, None)


def test_without_another_address_twilio_itself_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(self: HTTPConnection) -> None:
        asked.append(self.host)
        raise NewConnectionError(self, "no network in tests")

    monkeypatch.setattr(HTTPConnection, "connect", refuse)
    monkeypatch.setattr("urllib3.connection.HTTPSConnection.connect", refuse)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert failure(TwilioSender(ACCOUNT, "secret", FROM)) == ("retry", "ConnectionError")
    assert asked == ["api.twilio.com"]


def _specified(operation: str) -> dict[str, Any]:
    """Return the provider's own schema of a request; names it does not know are faults here."""
    if not SPECIFICATION.exists():
        pytest.skip("the provider's API description is not here")
    document = json.loads(SPECIFICATION.read_text())
    for path in document["paths"].values():
        post = path.get("post", {})
        if post.get("operationId") == operation:
            schema = post["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
            return schema | {"components": document["components"], "additionalProperties": False}
    raise AssertionError(f"no operation {operation}")


@pytest.mark.parametrize("from_whom", [FROM, SERVICE])
def test_requests_are_what_the_provider_describes(provider: Provider, from_whom: str) -> None:
    schema = _specified("CreateMessage")
    callback = "https://hotline.example/sms/status?reference=17-2"
    sender(provider, sender=from_whom).send(text(status_callback=callback, seconds_left=299))
    (form,) = provider.requests
    request: dict[str, Any] = {**form, "ValidityPeriod": int(form["ValidityPeriod"])}
    jsonschema.validate(request, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(request | {"Texte": "?"}, schema)


# --- what the provider answers


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (refusal(429, 20429), ("retry", "20429")),
        (Reply(429, "busy"), ("retry", "429")),
        (refusal(400, 21611), ("retry", "21611")),
        (refusal(400, 21610), ("permanent", "21610")),
        (refusal(400, 21211), ("permanent", "21211")),
        (refusal(401, 20003), ("permanent", "20003")),
        (Reply(404, "not here"), ("permanent", "404")),
        (Reply(302, ""), ("permanent", "302")),
        (Reply(400, {"type": "x", "title": "y", "status": 400, "code": 21614}), ("permanent", "21614")),
        (Reply(429, {"type": "x", "title": "y", "status": 429, "code": 20429}), ("retry", "20429")),
        (refusal(500, 20500), ("unknown", "20500")),
        (Reply(503, "<html>"), ("unknown", "503")),
        (Reply(408, ""), ("unknown", "408")),
        (Reply(201, "<html>"), ("unknown", "unreadable answer")),
        (Reply(201, []), ("unknown", "unreadable answer")),
        (Reply(201, {}), ("unknown", "answer without id")),
        (Reply(hang_up=True), ("unknown", "ConnectionError")),
    ],
)
def test_answers_are_sorted_by_what_may_have_happened(
    provider: Provider, reply: Reply, outcome: tuple[str, str]
) -> None:
    provider.answer(reply)
    assert failure(sender(provider)) == outcome
    assert len(provider.requests) == 1  # nothing is repeated in here


def test_no_answer_in_time_is_unknown(provider: Provider) -> None:
    release = threading.Event()
    provider.answer(Reply(wait_for=release))
    assert failure(sender(provider, seconds=0.2)) == ("unknown", "ReadTimeout")
    release.set()


def test_nobody_listening_is_tried_again() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        assert failure(TwilioSender(ACCOUNT, "secret", FROM, address)) == ("retry", "ConnectionError")


def test_a_connection_that_takes_too_long_is_tried_again() -> None:
    # A full backlog of a socket that accepts nobody: the next handshake never ends.
    with socket.socket() as deaf, socket.socket() as first:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        first.connect(deaf.getsockname())
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        assert failure(TwilioSender(ACCOUNT, "secret", FROM, address, seconds=0.2)) == (
            "retry",
            "ConnectTimeout",
        )


POOL = HTTPConnectionPool("provider.example")
UNREACHED = NewConnectionError(HTTPConnection("provider.example"), "no route")


@pytest.mark.parametrize(
    ("error", "never_left"),
    [
        (NoConnection(MaxRetryError(POOL, "/", UNREACHED)), True),
        (ProxyError(MaxRetryError(POOL, "/", ProxyCause("no proxy", UNREACHED))), True),
        (NoConnection(MaxRetryError(POOL, "/", ProtocolError("reset"))), False),
        (NoConnection(ProtocolError("reset")), False),
        (NoConnection(), False),
        (ReadTimeout("late"), False),
    ],
)
def test_only_a_failed_connection_is_sure_to_have_done_nothing(error: Any, never_left: bool) -> None:
    assert _never_left(error) == never_left


def test_neither_mobile_nor_body_nor_token_is_logged_or_shown(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        sender(provider).send(text(body="【医保热线】验证码482913"))
        provider.answer(refusal(400, 21211))
        failure(sender(provider))
    shown = caplog.text + repr(text(body="验证码482913"))
    assert not any(secret in shown for secret in ("13800138000", "482913", "secret"))


# --- the file


def test_a_file_gets_one_line_a_text(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "texts.jsonl"
    to_file = FileSender(path, clock)
    first = to_file.send(text(body='【医保热线】一行\n两行 \u2028 "引号"'))
    clock.forward(seconds=1)
    second = to_file.send(text(mobile="+8610011112222"))
    assert lines_of(path) == [
        {
            "id": first.provider_id,
            "to": MOBILE,
            "template": "SMS01_verify_code",
            "body": '【医保热线】一行\n两行 \u2028 "引号"',
            "at": "2026-11-23T01:30:00+00:00",
        },
        {
            "id": second.provider_id,
            "to": "+8610011112222",
            "template": "SMS01_verify_code",
            "body": "【医保热线】您好",
            "at": "2026-11-23T01:30:01+00:00",
        },
    ]
    assert (first.status, second.status) == ("delivered", "delivered")
    assert first.provider_id != second.provider_id
    assert path.stat().st_mode & 0o077 == 0


def lines_of(path: Path) -> list[dict[str, str]]:
    """Read as a provider's side would: a line ends with a line feed, nothing else."""
    content = path.read_bytes()
    assert content.endswith(b"\n")
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ivr.texts.senders import FileSender, Outgoing
to_file = FileSender(Path(sys.argv[1]), lambda: datetime(2026, 11, 23, tzinfo=UTC))
for number in range(50):
    to_file.send(Outgoing("notice", "+8613800138000", f"{sys.argv[2]}/{number}/" + "长" * 3000))
"""


def test_many_writers_of_one_file_never_mix_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    command = [sys.executable, "-c", WRITER, str(path)]
    children = [subprocess.Popen([*command, str(writer)]) for writer in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    bodies = [line["body"].split("/") for line in lines_of(path)]
    for writer in range(3):
        assert [int(body[1]) for body in bodies if body[0] == str(writer)] == list(range(50))


def test_a_file_somebody_else_is_writing_is_waited_for(tmp_path: Path, clock: Clock) -> None:
    locks = Path("/proc/locks")
    if not locks.exists():
        pytest.skip("this system does not show who waits for a lock")
    path = tmp_path / "texts.jsonl"
    with path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = re.compile(rf"-> FLOCK .*:{path.stat().st_ino} ")
        thread = threading.Thread(target=FileSender(path, clock).send, args=(text(),))
        thread.start()
        while thread.is_alive() and not waiting.search(locks.read_text()):
            pass
        assert thread.is_alive()
        assert path.read_bytes() == b""
    thread.join()
    assert len(lines_of(path)) == 1


def test_what_the_disk_does_not_take_leaves_no_half_line(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "texts.jsonl"
    to_file = FileSender(path, clock)
    to_file.send(text())
    whole = path.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 20, limit[1]))
    try:
        with pytest.raises(SendingFailed) as failed:
            to_file.send(text())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert (failed.value.kind, failed.value.code) == ("retry", "OSError")
    assert path.read_bytes() == whole
    to_file.send(text())
    assert len(lines_of(path)) == 2


def test_a_missing_folder_is_tried_again(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(SendingFailed) as failed:
        FileSender(tmp_path / "nowhere" / "texts.jsonl", clock).send(text())
    assert (failed.value.kind, failed.value.code) == ("retry", "FileNotFoundError")
