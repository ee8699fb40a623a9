"""The door of streams over a real socket: who is let in, and a call that is led through it."""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from serving_here import served
from toy_doors import CALLER, PUBLIC, TOKEN, Toy, tree
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from ivr.channels import stream, voice
from ivr.channels.phone.twilio import signature
from ivr.channels.stream import Streams
from ivr.channels.stream_token import StreamPass, StreamTokens
from ivr.channels.twiml import Renderer
from speech.telephone import mulaw_decode

CALL = "CA0123456789abcdef0123456789abcdef"
STREAM = "MZ0123456789abcdef0123456789abcdef"


@pytest.fixture
def address(playing: Toy) -> Iterator[str]:
    """Serve the toy hotline with a door for streams; the address of that door."""
    tokens = StreamTokens(playing.vault, playing.clock)
    streams = Streams(playing.conversations, playing.script, playing.shelf, tokens, playing.key_hash)
    playing.app.register_blueprint(stream.blueprint(streams, playing.signature))
    with served(playing.app) as host:
        yield f"ws://{host}/voice/stream"


def opened(address: str, signed: str = PUBLIC.replace("https", "wss") + "/voice/stream") -> ClientConnection:
    """Open a socket as the provider does, with a signature of an address."""
    given = {"X-Twilio-Signature": signature(TOKEN, signed, {})}
    return connect(address, additional_headers=given, open_timeout=20, close_timeout=20)


def start(token: str) -> str:
    described = {
        "streamSid": STREAM,
        "accountSid": "AC1",
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": token},
    }
    return json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": STREAM, "start": described})


def how_it_closes(ws: ClientConnection) -> int | None:
    """Read to the end; the code the other side closed with."""
    with suppress(ConnectionClosed):
        for _ in ws:
            pass
    return ws.close_code


def test_who_shows_no_signature_of_the_provider_is_let_in_nowhere(address):
    for signed in ("", "wss://elsewhere.example/voice/stream", PUBLIC + "/voice/stream"):
        with pytest.raises(InvalidStatus) as refused:
            opened(address, signed)
        assert refused.value.response.status_code == 403


def test_the_door_is_no_page(address, playing):
    answer = playing.app.test_client().get("/voice/stream")
    assert answer.status_code in (400, 403, 404)


def test_a_call_is_led_over_a_socket(address, playing):
    tokens = StreamTokens(playing.vault, playing.clock)
    playing.twilio.send(
        playing.twilio.prepare("/voice/incoming", {"CallSid": CALL, "From": CALLER, "To": "+8610012333000"})
    )
    with opened(address) as ws:
        ws.send('{"event": "connected", "protocol": "Call", "version": "1.0.0"}')
        ws.send(start(tokens.seal(StreamPass(CALL, CALLER))))
        sound, mark = b"", ""
        while mark != "g0-sound2":
            message = json.loads(ws.recv(20))
            sound += base64.b64decode(message.get("media", {}).get("payload", ""))
            mark = message.get("mark", {}).get("name", mark)
        assert len(sound) > 8000
        assert abs(mulaw_decode(sound)).max() > 1000
        for number, name in enumerate(("g0-sound1", "g0-sound2"), 2):
            ws.send(
                json.dumps(
                    {
                        "event": "mark",
                        "sequenceNumber": str(number),
                        "streamSid": STREAM,
                        "mark": {"name": name},
                    }
                )
            )
        ws.send(
            json.dumps({"event": "dtmf", "sequenceNumber": "4", "streamSid": STREAM, "dtmf": {"digit": "0"}})
        )
        assert how_it_closes(ws) == 1000


def test_a_stranger_with_a_signature_is_closed_out(address):
    with opened(address) as ws:
        ws.send(start("made up"))
        assert how_it_closes(ws) == 1008


def test_the_first_document_leads_to_the_socket_and_then_to_the_keys(playing):
    given: list[tuple[str, str]] = []

    def token(call: str, caller: str) -> str:
        given.append((call, caller))
        return "a token"

    renderer = Renderer(PUBLIC, playing.script, playing.renderer.speaker, {}.get)
    calls = voice.Calls(playing.conversations, renderer, playing.clock, lambda _: True, token)
    document = tree(calls.incoming({"CallSid": CALL, "From": CALLER, "To": "+8610012333000"}, {}))
    connected, redirect = document
    assert given == [(CALL, CALLER)]
    assert connected[0].attrib == {"url": PUBLIC.replace("https", "wss") + "/voice/stream"}
    assert connected[0][0].attrib == {"name": "token", "value": "a token"}
    assert (redirect.tag, redirect.text) == ("Redirect", f"{PUBLIC}/voice/turn?n=0")
    by_key = calls.turn({"CallSid": CALL, "From": CALLER}, {"n": "0"})
    assert "<Gather" in by_key
    assert "<Connect" not in calls.incoming({"CallSid": "", "From": CALLER, "To": "+8610012333000"}, {})
