"""The pretend provider's requests: signed as the real library expects, carried and repeated."""

import re
import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from serving_here import served as serving
from toy_hotline import CALLER, HOTLINE, PUBLIC, TOKEN, Toy, wave
from twilio.request_validator import RequestValidator

from ivr.channels.phone.faults import Fault, LineError, NoAnswer
from ivr.channels.phone.fields import call_fields, text_fields, text_status_fields
from ivr.channels.phone.line import Line
from ivr.channels.phone.sounds import Sounds, duration
from ivr.channels.phone.transport import Answer, InProcess, OverHttp
from ivr.channels.phone.twilio import Account, PretendTwilio, signature

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(TEXT, TEXT, max_size=8))
def test_signatures_agree_with_the_providers_library(form):
    url = "https://hotline.example/voice/turn?n=3&x=%E4%BD%A0"
    assert RequestValidator(TOKEN).validate(url, form, signature(TOKEN, url, form))


def test_a_known_signature():
    # The example of the provider's own security page: what the algorithm gave there, it gives here.
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_headers_and_fields_have_the_providers_shape(toy, twilio):
    toy.says("/voice/incoming", "<Hangup/>")
    Line(twilio, CALLER).dial()
    first, ended = toy.received
    assert first.headers["User-Agent"] == "TwilioProxy/1.1"
    assert first.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert first.headers["Accept"] == "text/xml, application/xml, text/html"
    assert ended.headers["Accept"] == "*/*"
    assert re.fullmatch(r"[0-9a-f-]{36}", first.headers["I-Twilio-Idempotency-Token"])
    assert re.fullmatch(r"CA[0-9a-f]{32}", first.form["CallSid"])
    assert re.fullmatch(r"AC[0-9a-f]{32}", first.form["AccountSid"])
    assert (first.form["From"], first.form["To"], first.form["Direction"]) == (CALLER, HOTLINE, "inbound")
    assert first.form["CallerCountry"] == first.form["ToZip"] == ""


def test_text_fields_have_the_providers_shape(twilio):
    fields = text_fields(twilio.account, (CALLER, HOTLINE), "余额" * 40)
    assert re.fullmatch(r"SM[0-9a-f]{32}", fields["MessageSid"])
    assert fields["SmsSid"] == fields["MessageSid"]
    assert (fields["NumSegments"], fields["NumMedia"], fields["SmsStatus"]) == ("2", "0", "received")
    report = text_status_fields(twilio.account, "SM1", CALLER, "delivered")
    assert (report["From"], report["To"], report["MessageStatus"]) == (HOTLINE, CALLER, "delivered")


def test_the_token_is_not_shown():
    assert TOKEN not in repr(Account(PUBLIC, TOKEN, HOTLINE))


def test_fragments_are_neither_signed_nor_sent(toy, twilio):
    toy.says("/voice/x", "<Hangup/>")
    request = twilio.prepare("/voice/x?n=1#rc=2&rp=5xx", {"A": "b"})
    assert request.url == f"{PUBLIC}/voice/x?n=1"
    assert twilio.send(request).status == 200


def test_a_repetition_is_the_same_request(toy):
    toy.says("/voice/incoming", "<Hangup/>")
    twilio = PretendTwilio(
        InProcess(toy.app, PUBLIC), Account(PUBLIC, TOKEN, HOTLINE), repeats=2, extra={"NewField": "1"}
    )
    Line(twilio, CALLER).dial()
    assert toy.paths() == ["/voice/incoming"] * 3 + ["/voice/status"] * 3
    assert toy.received[0] == toy.received[1] == toy.received[2]
    assert toy.received[0].form["NewField"] == "1"


def test_requests_can_be_sent_in_another_order(toy, twilio):
    for path in ("/voice/1", "/voice/2"):
        toy.says(path, "<Hangup/>")
    prepared = [
        twilio.prepare(path, call_fields(twilio.account, "CA1", (CALLER, HOTLINE), "ringing"))
        for path in ("/voice/1", "/voice/2")
    ]
    assert [twilio.send(request).status for request in reversed(prepared)] == [200, 200]
    assert toy.paths() == ["/voice/2", "/voice/1"]


def slow_clock() -> Iterator[float]:
    """Each look at this clock is sixteen seconds later."""
    return iter(range(0, 1000, 16))


def test_an_answer_after_fifteen_seconds_is_none(toy):
    toy.says("/voice/incoming", "<Hangup/>")
    ticks = slow_clock()
    twilio = PretendTwilio(
        InProcess(toy.app, PUBLIC, clock=lambda: next(ticks)), Account(PUBLIC, TOKEN, HOTLINE)
    )
    with pytest.raises(NoAnswer, match="more than 15 seconds"):
        Line(twilio, CALLER).dial()
    assert len(toy.received) == 1  # a door that was reached is not tried again
    line = Line(twilio, CALLER, strict=False)
    line.dial()
    line.listen()
    assert [entry.answer for entry in line.sent] == [None, None, None]
    assert line.heard[0].language == "en-US"


def test_only_the_application_itself_is_reached_in_process(toy, twilio):
    for url in ("https://elsewhere.example/voice", PUBLIC + ".evil.example/voice"):
        with pytest.raises(LineError, match="no application"):
            twilio.send(twilio.prepare(url, {}))


@pytest.fixture
def served(toy: Toy) -> Iterator[str]:
    with serving(toy.app, threaded=False) as host:
        yield f"http://{host}"


def test_over_http_the_public_address_is_signed_and_another_one_called(toy, served):
    toy.says(
        "/voice/incoming",
        '<Gather action="next?n=2" method="GET" numDigits="1"><Play>/base/sound/a.wav</Play></Gather>',
    )
    toy.says("/voice/next", "<Hangup/>")
    transport = OverHttp(PUBLIC, served)
    line = Line(PretendTwilio(transport, Account(PUBLIC, TOKEN, HOTLINE)), CALLER)
    line.dial()
    line.press("1")
    transport.close()
    assert line.over
    assert line.heard[0].seconds == 2.0
    assert toy.paths() == ["/voice/incoming", "/voice/next", "/voice/status"]


def test_over_http_redirects_are_not_followed(toy, served):
    toy.says("/voice/incoming", lambda form: (307, "text/xml", ""))
    transport = OverHttp(PUBLIC, served)
    with pytest.raises(Fault, match="status 307"):
        Line(PretendTwilio(transport, Account(PUBLIC, TOKEN, HOTLINE)), CALLER).dial()
    transport.close()


class CountingDoor:
    """A transport that fails in a given way, counting."""

    def __init__(self, *, connected: bool) -> None:
        self.tries = 0
        self.connected = connected

    def post(self, url, form, headers):
        self.tries += 1
        raise NoAnswer("nobody there", connected=self.connected)

    def get(self, url, headers=None):
        return self.post(url, {}, headers)


@pytest.mark.parametrize(("connected", "tries", "code"), [(False, 2, 11205), (True, 1, 11200)])
def test_a_door_that_was_not_reached_is_tried_once_more(connected, tries, code):
    door = CountingDoor(connected=connected)
    twilio = PretendTwilio(door, Account(PUBLIC, TOKEN, HOTLINE))
    with pytest.raises(NoAnswer):
        twilio.send(twilio.prepare("/voice/incoming", {}))
    assert door.tries == tries
    line = Line(twilio, CALLER, strict=False)
    line.dial()
    assert line.log[1].code == code
    with pytest.raises(Fault, match="11200"):
        Sounds(door).seconds(f"{PUBLIC}/sound/a.wav")


def test_a_closed_port_counts_as_not_reached():
    transport = OverHttp("http://127.0.0.1:9")
    with pytest.raises(NoAnswer) as caught:
        transport.post("http://127.0.0.1:9/x", {}, {})
    transport.close()
    assert not caught.value.connected


def test_a_broken_or_silent_connection_counts_as_reached():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        transport = OverHttp(address, limits=(5.0, 0.05))
        with pytest.raises(NoAnswer) as silent:
            transport.get(f"{address}/x")
        thread = threading.Thread(target=drop_two, args=(listener,))
        thread.start()
        with pytest.raises(NoAnswer) as broken:
            OverHttp(address).get(f"{address}/x")
        thread.join()
        transport.close()
    assert silent.value.connected
    assert broken.value.connected


def drop_two(listener: socket.socket) -> None:
    """Close the waiting connection and the next one without a word."""
    for _ in range(2):
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.close()


def test_addresses_outside_the_public_base_are_called_as_they_are(toy, served):
    transport = OverHttp("https://hotline.example", "http://127.0.0.1:1")
    assert transport.get(f"{served}/sound/a.wav").media_type == "audio/wav"
    transport.close()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(404, "audio/wav", wave(1)), 11200),
        (Answer(200, "", wave(1)), 13420),
        (Answer(200, "application/octet-stream", wave(1)), 13420),
        (Answer(200, "audio/mpeg", b"ID3"), 13420),
        (Answer(200, "audio/wav", b"ID3"), 13420),
        (Answer(200, "audio/wav", b"RIFF\0\0\0\0WAVE"), 13420),
        (Answer(200, "audio/wav", wave(1)[:40]), 13420),
        (Answer(200, "audio/wav", wave(1)[:28] + b"\0\0\0\0" + wave(1)[32:]), 13420),
    ],
)
def test_sounds_the_provider_could_not_play(answer, code):
    with pytest.raises(Fault) as caught:
        duration(answer, "/sound/x")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (Answer(200, "audio/wav", wave(1.25)), 1.25),
        (Answer(200, "audio/x-wav; rate=8000", wave(1.25, form=7)), 1.25),
        (Answer(200, "audio/ulaw", b"\xff" * 4000), 0.5),
    ],
)
def test_lengths_of_sounds(answer, seconds):
    assert duration(answer, "/sound/x") == seconds


def test_only_sounds_that_never_change_are_remembered(toy):
    transport = InProcess(toy.app, PUBLIC)

    def cached(url, headers=None):
        answer = transport.get(url)
        control = "public, max-age=31536000" if "fixed" in url else "no-store"
        return Answer(answer.status, answer.content_type, answer.body, {"cache-control": control})

    sounds = Sounds(type("Cached", (), {"get": staticmethod(cached), "post": None})())
    for path in ("fixed", "turn"):
        assert [sounds.seconds(f"{PUBLIC}/sound/{path}.wav") for _ in range(3)] == [2.0] * 3
    assert [each.path for each in toy.received] == ["/sound/fixed.wav"] + ["/sound/turn.wav"] * 3
