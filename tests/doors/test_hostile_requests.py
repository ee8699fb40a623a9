"""Single requests that once broke something or might: each the smallest of its kind, at the demo's doors."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from dealings import Call
from demo_town import STRANGER, MakeTown, Town
from door_laws import HANG_UP, Secrets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from knocking import Knock, form
from noise import STRANGE
from provider import Provider

from ivr.channels.phone.fields import text_fields

OUR_PAGE = (("Sec-Fetch-Site", "same-origin"),)
PAGE_DOORS = ("/phone/calls", "/phone/texts", "/phone/inbox", "/phone/calls/x/keys", "/phone/calls/x/timeout")


def meet(town: Town) -> Iterator[Provider]:
    provider = Provider(Secrets(town))
    yield provider
    provider.agree_on_all()
    provider.close()


@pytest.fixture
def provider(town: Town) -> Iterator[Provider]:
    yield from meet(town)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_provider(request: pytest.FixtureRequest, towns: MakeTown) -> Iterator[Provider]:
    found = towns(request.param, "say")
    found.anew()
    yield from meet(found)


# --- texts


def test_the_id_of_a_text_under_another_number_fetches_nobodys_answer(either_provider: Provider) -> None:
    """It used to: the balance of the one went to the other."""
    provider, town = either_provider, either_provider.town
    owner = town.called("huang")
    account = town.account()
    provider.write(owner.mobile, "余额")
    provider.deliver()
    (code,) = provider.secrets.codes[owner.mobile]
    provider.write(owner.mobile, code)
    fields = text_fields(account, (owner.mobile, account.number), "1")
    own = provider.believed(provider.sign(form("/sms/incoming", fields)))
    assert "1022.51元" in own.decode()
    others = provider.believed(provider.sign(form("/sms/incoming", fields | {"From": STRANGER})))
    assert "1022.51" not in others.decode()
    assert provider.believed(provider.sign(form("/sms/incoming", fields))) == own


@pytest.mark.parametrize("error", ["1\x002", "x" * 5_000, "囧", "30003\n", "'; DROP TABLE outbox; --"])
def test_whatever_stands_in_an_error_code_a_report_is_taken(either_provider: Provider, error: str) -> None:
    """A NUL used to be answered 503 on PostgreSQL, again whenever it was repeated."""
    for status in ("failed", "undelivered", "sent"):
        assert either_provider.report("SM1", STRANGER, status, ErrorCode=error) == b""


@pytest.mark.parametrize("body", [text for text in STRANGE if len(text) < 20_000])
def test_whatever_is_written_is_answered_in_simple_chinese_or_not_at_all(
    provider: Provider, body: str
) -> None:
    first = provider.write(STRANGER, body)
    assert "请" in first.decode() or first == provider.write(STRANGER, body)


def test_a_puzzle_is_answered_once(provider: Provider) -> None:
    replies = [provider.write(STRANGER, "</Message><Dial>") for _ in range(3)]
    assert "没看懂" in replies[0].decode()
    assert replies[1:] == [replies[1]] * 2
    assert b"<Message>" not in replies[1]


# --- calls


@pytest.mark.parametrize("digits", [text for text in STRANGE if text not in ("0", "1", "9")])
@pytest.mark.parametrize("way", ["", "1", "1N"])
def test_whatever_stands_in_digits_the_question_comes_again(
    provider: Provider, digits: str, way: str
) -> None:
    person, call = provider.town.called("huang"), Call("CA1")
    provider.incoming(call)
    for key in way:
        provider.press(call, person.keys[0] if key == "N" else key)
    asked = call.gather
    provider.turn(call, f"n={call.turns + 1}", Digits=digits)
    assert asked is not None
    assert call.gather is not None
    assert call.gather.number_of_digits == asked.number_of_digits
    assert not call.over


def test_the_end_may_come_before_the_beginning(provider: Provider) -> None:
    call = Call("CA1")
    ended = provider.sign(form("/voice/status", provider.fields_of(call, CallStatus="completed")))
    provider.believed(ended)
    assert provider.turn(call, "n=2", Digits="1") == HANG_UP
    assert b"<Gather" in provider.incoming(call)
    provider.believed(ended)
    assert provider.press(call, "1") == HANG_UP


# --- envelopes


@pytest.mark.parametrize("length", ["", "0", "5", "-1", "x", "1e3", "+5", "99999", "999999999999999999999"])
@pytest.mark.parametrize("signed", [True, False])
def test_a_wrong_length_is_no_error_of_ours(provider: Provider, length: str, signed: bool) -> None:
    call = Call("CA1")
    provider.incoming(call)
    request = replace(form("/voice/turn?n=2", provider.fields_of(call, Digits="1")), claimed_length=length)
    if signed and length == "99999":
        assert b"<Gather" in provider.believed(provider.sign(request))  # it is whole all the same
    else:
        provider.refused(provider.sign(request) if signed else request)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.parametrize("door", ["/voice/incoming", "/voice/turn?n=1", "/sms/incoming"])
def test_other_methods_open_nothing(provider: Provider, method: str, door: str) -> None:
    request = replace(form(door, provider.fields_of(Call("CA1"))), method=method)
    assert provider.knock(provider.sign(request)).status == 405


@pytest.mark.parametrize(
    "header",
    [
        ("Range", "bytes=9-1"),
        ("If-None-Match", '"silence-3'),
        ("If-Modified-Since", "\x00"),
        ("If-Range", "\xff"),
        ("Accept-Encoding", "\x00"),
        ("Authorization", "Bearer \xff"),
        ("Host", "[::"),
        ("Cookie", "\x00=\xff;"),
    ],
)
@pytest.mark.parametrize("door", ["/sound/silence/3.wav", "/metrics", "/healthz", "/readyz", "/phone/"])
def test_odd_headers_are_nobodys_trouble(provider: Provider, door: str, header: tuple[str, str]) -> None:
    reply = provider.knock(Knock(door, method="GET", content_type=None, headers=(header,)))
    assert reply.status in (200, 206, 304, 416)


# --- the page with the telephone


def to_page(provider: Provider, door: str, body: bytes) -> Any:
    """Send JSON to the page's server; it is answered in JSON and never with an error of ours."""
    reply = provider.knock(Knock(door, body, "application/json", headers=OUR_PAGE))
    assert reply.status < 500
    assert reply.media_type == "application/json"
    return json.loads(reply.body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"a":' * 12_000,
        b'{"from": %s}' % (b"9" * 5_000),
        b'{"from": "+8610000000099", "agent": [], "body": 1, "mobile": NaN, "key": {}, "stage": true}',
        b'{"from": "+8610000000099", "agent": "\\ud800", "body": "\\ud800", "mobile": "\\ud800", "key": "x"}',
        '{"from": "+8610000000099", "body": "", "agent": "nobody"}'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("door", PAGE_DOORS)
def test_the_page_is_told_what_is_wrong(provider: Provider, door: str, body: bytes) -> None:
    """Half a character, and thousands of brackets, used to be errors of ours."""
    assert to_page(provider, door, body)["error"]


scalars = (
    st.sampled_from([*STRANGE, "+8610000000099", "busy", "1"]) | st.integers() | st.booleans() | st.none()
)
bodies = st.dictionaries(
    st.sampled_from(["from", "agent", "body", "mobile", "key", "stage", "seen", "keys", "x"]),
    scalars | st.lists(scalars, max_size=2),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(door=st.sampled_from(PAGE_DOORS), body=bodies)
def test_whatever_json_the_page_is_sent(provider: Provider, door: str, body: dict[str, Any]) -> None:
    assert to_page(provider, door, json.dumps(body).encode()) is not None
