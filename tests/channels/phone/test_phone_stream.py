"""Calls from the page over a stream: what the hotline gets, what the page gets, and every way it ends."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from flask import Flask
from hotline_end import HotlineEnd, until
from toy_hotline import CALLER, Toy
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from ivr.channels.phone.demo import DemoPhone, Piece, Saying
from ivr.channels.phone.faults import Fault
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.mouthpiece import MOST_WAITING, Mouthpiece
from ivr.channels.phone.page import blueprint
from ivr.channels.phone.stream import FRAME, SILENCE, Cleared, Marked, Sounded, order

TONE = bytes(range(160))
SAYING = Saying(
    2, [Piece("请听好。", False, "内置的声音"), Piece("查余额,请按一。", True)], "我要查", ("查余额",), 8.0
)


@dataclass
class Page:
    """The page's side of a call, as its scripts speak."""

    host: str
    view: dict[str, Any] = field(default_factory=dict)

    def send(self, path: str, body: object) -> dict[str, Any]:
        origin = {"Origin": f"http://{self.host}"}
        answer: dict[str, Any] = requests.post(
            f"http://{self.host}/phone/{path}", json=body, headers=origin, timeout=10
        ).json()
        return answer

    def dial(self) -> None:
        self.view = self.send("calls", {"from": CALLER, "agent": "no-answer"})

    def go_on(self) -> None:
        stage = self.view["stage"]["number"]
        self.view = self.send(f"calls/{self.view['id']}/timeout", {"stage": stage, "keys": 0, "seen": 0})

    def kinds(self) -> list[str]:
        return [entry["kind"] for entry in self.view["log"]]

    @contextmanager
    def wire(self, origin: str = "") -> Iterator[ClientConnection]:
        address = f"ws://{self.host}/phone/calls/{self.view['id']}/stream"
        with connect(address, origin=origin or f"http://{self.host}", proxy=None, close_timeout=1) as socket:
            yield socket


@pytest.fixture
def end() -> HotlineEnd:
    return HotlineEnd()


@pytest.fixture
def phone(twilio) -> DemoPhone:
    spoken = {"查余额": TONE * 3}.get
    return DemoPhone(twilio, Messages(twilio), [], saying=lambda _: SAYING, spoken=spoken)


@pytest.fixture
def page(toy: Toy, end: HotlineEnd, phone: DemoPhone) -> Iterator[Page]:
    """A page whose first call has begun, and is to be led over a stream."""
    app = Flask("demo")
    app.register_blueprint(blueprint(phone))
    with end.served(app) as host:
        stream = f'<Stream url="{end.address}/voice/stream"><Parameter name="token" value="t"/></Stream>'
        toy.says("/voice/incoming", f"<Connect>{stream}</Connect><Redirect>keys</Redirect>")
        toy.says("/voice/keys", "<Say>请按键。</Say><Hangup/>")
        opened = Page(host)
        opened.dial()
        yield opened


def received(socket: ClientConnection, wanted: str) -> Any:
    """What the page is told under a name; sound is told as itself."""
    while True:
        message = socket.recv(timeout=10)
        if isinstance(message, bytes):
            if wanted == "sound itself":
                return message
        elif wanted in (told := json.loads(message)):
            return told[wanted]


def test_the_provider_signs_introduces_the_call_and_sends_silence_every_20_ms(page, end):
    assert page.view["stage"]["stream"] is True
    assert page.view["stage"]["patience"] == 0
    with page.wire():
        until(lambda: len(end.of("media")) >= 5, "five frames")
    assert end.signed
    assert end.arrived[0] == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    start = end.first("start")
    assert start["start"]["customParameters"] == {"token": "t"}
    assert start["start"]["callSid"].startswith("CA")
    assert start["streamSid"] == start["start"]["streamSid"] == end.sid
    assert [message["sequenceNumber"] for message in end.arrived[1:6]] == ["1", "2", "3", "4", "5"]
    first, second = (message["media"] for message in end.of("media")[:2])
    assert (first["chunk"], first["timestamp"], second["timestamp"]) == ("1", "20", "40")
    assert base64.b64decode(first["payload"]) == SILENCE


def test_keys_marks_the_microphone_and_ready_sentences_go_to_the_hotline(page, end):
    with page.wire() as socket:
        end.first("start")
        end.plays(TONE)
        assert received(socket, "sound itself") == TONE
        for message in ('{"key": "7"}', '{"mark": "g0-sound1"}', '{"say": "查余额"}'):
            socket.send(message)
        own = received(socket, "own")
        until(lambda: TONE * 3 in end.heard(), "the sentence")
        socket.send(TONE[::-1])
        until(lambda: TONE[::-1] in end.heard(), "the microphone")
    assert end.first("dtmf")["dtmf"] == {"track": "inbound_track", "digit": "7"}
    assert end.first("mark")["mark"] == {"name": "g0-sound1"}
    assert own == {"words": "查余额", "sound": base64.b64encode(TONE * 3).decode()}


def test_what_the_page_may_not_send_is_not_sent_on(page, end):
    with page.wire() as socket:
        end.first("start")
        for message in ('{"key": "77"}', '{"key": "A"}', '{"say": "别的话"}', "[", "[" * 5000, "7" * 20000):
            socket.send(message)
        socket.send('{"key": "8"}')
        assert end.first("dtmf")["dtmf"]["digit"] == "8"
    assert len(end.of("dtmf")) == 1


def test_a_sentence_that_nobody_can_speak_is_told(page, end, phone):
    phone.spoken = lambda _: None
    with page.wire() as socket:
        end.first("start")
        end.plays(TONE)
        received(socket, "turn")
        socket.send('{"say": "查余额"}')
        assert received(socket, "unspoken") == "查余额"


def test_the_page_gets_the_words_with_the_sound_and_orders_in_their_order(page, end):
    with page.wire() as socket:
        end.first("start")
        end.plays(TONE)
        end.tell("mark", mark={"name": "g0-sound1"})
        end.plays(TONE)
        end.tell("clear")
        end.plays(TONE)
        turn = received(socket, "turn")
        assert turn == {"number": 2, "heard": "我要查", "sentences": ["查余额"], "patience": 8.0}
        assert received(socket, "sound") == {
            "text": "请听好。",
            "interruptible": False,
            "voice": "内置的声音",
        }
        assert received(socket, "mark") == "g0-sound1"
        assert received(socket, "sound") == {
            "text": "查余额,请按一。",
            "interruptible": True,
            "voice": "",
        }
        assert received(socket, "clear") is True
        assert received(socket, "sound itself") == TONE, "taken up again, without words"


def test_when_the_hotline_closes_the_call_goes_on_by_key(page, end):
    with page.wire() as socket:
        end.first("start")
        end.ws.close(1000)
        with pytest.raises(ConnectionClosed):
            received(socket, "nothing")
    page.go_on()
    assert [sound["text"] for sound in page.view["stage"]["sounds"]] == ["请按键。"]
    assert page.kinds() == ["sent", "opened", "closed", "sent", "heard"]


def test_when_the_page_is_gone_the_hotline_is_told_to_stop(page, end):
    with page.wire():
        end.first("start")
    assert end.first("stop")["stop"].keys() == {"accountSid", "callSid"}
    until(lambda: end.over, "the end")


def test_who_hangs_up_while_the_stream_is_open_ends_it(page, end, phone):
    with page.wire():
        end.first("start")
        phone.hang_up(phone.find(page.view["id"]))
        end.first("stop")


def test_a_socket_that_is_refused_is_a_fault_and_the_call_goes_on_by_key(page, end):
    end.refuses = True
    with page.wire() as socket, pytest.raises(ConnectionClosed):
        received(socket, "nothing")
    page.go_on()
    assert page.kinds() == ["sent", "faulted", "sent", "heard"]
    assert page.view["log"][1]["code"] == 31920


def test_a_socket_nobody_answers_is_a_fault_too(page, end, phone, toy):
    toy.says("/voice/incoming", '<Connect><Stream url="ws://127.0.0.1:9/s"/></Connect><Hangup/>')
    page.dial()
    with page.wire() as socket, pytest.raises(ConnectionClosed):
        received(socket, "nothing")
    page.go_on()
    assert [entry["code"] for entry in page.view["log"] if entry["kind"] == "faulted"] == [31902]


def test_what_the_provider_does_not_understand_is_in_its_list_of_errors(page, end):
    with page.wire() as socket:
        end.first("start")
        end.tell("weather")
        logged = received(socket, "log")
        while logged["log"][0]["kind"] != "faulted":
            logged = received(socket, "log")
        assert logged["log"][0]["code"] == 31951
        end.tell("mark", mark={"name": "still there"})
        assert received(socket, "mark") == "still there"


def test_another_page_cannot_open_the_wire(page):
    with pytest.raises(InvalidStatus) as refused, page.wire("http://elsewhere.example"):
        pass
    assert refused.value.response.status_code == 403


def test_no_wire_is_carried_where_there_is_no_stream(page, end):
    page.go_on()
    with page.wire() as socket, pytest.raises(ConnectionClosed):
        socket.recv(timeout=10)
    page.view["id"] = "nobody's"
    with page.wire() as socket, pytest.raises(ConnectionClosed):
        socket.recv(timeout=10)
    assert end.arrived == []


def test_after_a_stream_its_action_is_asked_where_there_is_one(call, toy):
    toy.says("/voice/after", "<Say>好</Say><Hangup/>")
    line = call('<Connect action="/base/voice/after"><Stream url="wss://h/s"/></Connect>')
    line.listen()
    assert [each.text for each in line.heard] == ["好"]


def test_too_much_of_the_microphone_is_dropped_and_a_sentence_wins():
    mouth = Mouthpiece()
    mouth.hear(b"\x01" * 2 * MOST_WAITING)
    mouth.say(b"\x02" * (FRAME + 1))
    assert mouth.frame() == b"\x02" * FRAME
    assert mouth.frame() == b"\x02" + SILENCE[1:]
    rest = [mouth.frame() for _ in range(MOST_WAITING // FRAME)]
    assert rest.count(b"\x01" * FRAME) == MOST_WAITING // FRAME - 2


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"event": "media", "media": {"payload": "/w=="}}, Sounded(b"\xff")),
        ({"event": "mark", "mark": {"name": "g1-a"}}, Marked("g1-a")),
        ({"event": "clear"}, Cleared()),
        ({"event": "clear", "streamSid": "MZ2"}, None),
        ({"event": "clear", "more": 1}, None),
        ({"event": "media", "media": {"payload": "?"}}, None),
        ({"event": "media"}, None),
    ],
)
def test_orders_are_read_as_strictly_as_the_provider_reads_them(message, read):
    text = json.dumps({"streamSid": "MZ1", **message})
    if read:
        assert order(text, "MZ1") == read
        return
    with pytest.raises(Fault) as fault:
        order(text, "MZ1")
    assert fault.value.code == 31951


@pytest.mark.parametrize(("message", "code"), [(b"{}", 31950), ("{", 31951)])
def test_what_is_no_message_is_a_fault(message, code):
    with pytest.raises(Fault) as fault:
        order(message, "MZ1")
    assert fault.value.code == code
