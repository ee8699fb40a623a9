"""Calls over sockets in production: real processes, killed in the middle of a sentence."""

import base64
import json
import os
import signal
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from xml.etree import ElementTree

import requests
from cast import HUANG
from running import until
from serving import Served
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ivr.channels.phone.fields import new_sid
from ivr.channels.phone.twilio import signature

SETTINGS = {
    "HOTLINE_PROMPTS": "play",
    "HOTLINE_VOICE": "pyttsx3",
    "HOTLINE_EAR": "vosk-server:ws://127.0.0.1:9",  # nobody is there: keys must do
}
SPOKEN_WITHIN = 120


@dataclass
class Streamed:
    """One call that the provider leads over a socket."""

    hotline: Served
    call: str
    ws: ClientConnection
    sent: int = 1

    def tell(self, event: str, **fields: object) -> None:
        self.sent += 1
        message = {"event": event, "sequenceNumber": str(self.sent), "streamSid": "MZ1", **fields}
        self.ws.send(json.dumps(message))

    def hears(self) -> int:
        """Play all that comes up to a mark, and return how many bytes of sound that was."""
        heard = 0
        while True:
            message = json.loads(self.ws.recv(30))
            if message["event"] == "media":
                heard += len(base64.b64decode(message["media"]["payload"]))
            elif message["event"] == "mark":
                self.tell("mark", mark=message["mark"])
                return heard


def fetched(hotline: Served, call: str, path: str) -> ElementTree.Element:
    """Let the provider fetch a document."""
    fields = {"CallSid": call, "From": str(HUANG.mobile), "To": hotline.twilio.account.number}
    document = hotline.twilio.send(hotline.twilio.prepare(path, fields)).body
    return ElementTree.fromstring(document)  # noqa: S314 - our own doors wrote it


def opened(hotline: Served, sockets: ExitStack) -> Streamed:
    """Call, and open the socket that the first document names."""
    call = new_sid("CA")
    connected, _ = fetched(hotline, call, "/voice/incoming")
    address = connected[0].attrib["url"]
    token = connected[0][0].attrib["value"]
    signed = {"X-Twilio-Signature": signature(hotline.twilio.account.token, address, {})}
    door = hotline.address.replace("http", "ws") + "/voice/stream"
    ws = sockets.enter_context(connect(door, additional_headers=signed, open_timeout=30))
    streamed = Streamed(hotline, call, ws, sent=0)
    described = {
        "streamSid": "MZ1",
        "accountSid": "AC1",
        "callSid": call,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": token},
    }
    streamed.tell("start", start=described)
    return streamed


def identifying(hotline: Served, sockets: ExitStack) -> Streamed:
    """Call until all is spoken up to the question for the identity number, which is being asked then."""
    found: list[Streamed] = []

    def asked() -> bool:
        call = opened(hotline, sockets)
        try:
            call.hears()
            call.hears()
            call.tell("dtmf", dtmf={"digit": "1"})
            assert call.hears() > 8000
        except ConnectionClosed:
            time.sleep(1)
            return False
        found.append(call)
        return True

    until(asked, "a question is heard over a socket", SPOKEN_WITHIN)
    return found[0]


def test_a_process_that_is_killed_in_the_middle_of_a_sentence_leaves_the_call_to_the_keys(hotline, served):
    hotline = served(hotline, **SETTINGS)
    with ExitStack() as sockets:
        call = identifying(hotline, sockets)
        before = hotline.server.servers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        with suppress(ConnectionClosed):
            while True:
                call.ws.recv(30)
    until(lambda: bool(now := hotline.server.servers()) and set(now).isdisjoint(before), "others answer")
    until(lambda: _answers(hotline), "a new process has loaded the hotline")
    gather, *_ = fetched(hotline, call.call, "/voice/turn?n=0")
    assert (gather.tag, gather.attrib["numDigits"]) == ("Gather", "18")
    assert gather[0].tag == "Play"


def _answers(hotline: Served) -> bool:
    try:
        return requests.get(f"{hotline.address}/healthz", timeout=30).ok
    except requests.ConnectionError:
        return False  # what was in the hands of a killed process is lost; a provider would ask again
