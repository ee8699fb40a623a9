"""Calls over a socket (Media Streams): the door /voice/stream, and one thread for each call that comes in.

The provider opens the socket because a document of ours said Connect, and goes on with that document's
Redirect when the socket closes, for whatever reason. So every way out of here is a close: in order, refused,
or broken.
"""

import logging
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Blueprint, abort, request
from flask_sock import Sock

from ivr.channels.attention import Attention
from ivr.channels.playback import Playback, Spoken
from ivr.channels.protection import protected
from ivr.channels.script import Script
from ivr.channels.shelf import Shelf
from ivr.channels.signature import Signature, raw_target
from ivr.channels.stream_call import StreamCall
from ivr.channels.stream_events import TELEPHONE, Start
from ivr.channels.stream_line import BROKEN, BUSY, ORDERLY, REFUSED, Closed, Socket, StreamLine
from ivr.channels.stream_token import StreamPass, StreamTokens
from ivr.conversation import Answer, Conversations, Request
from ivr.failures import place_of
from menus.events import Event
from speech.telephone import mulaw_encode

_log = logging.getLogger(__name__)

PARAMETER = "token"
MOST_AT_ONCE = 50
"""Streams a process can serve without gaps."""
_SEND_WITHIN = struct.pack("ll", 5, 0)
"""Seconds and microseconds after which a far end that takes nothing counts as gone."""


@dataclass
class Streams:
    """All streams of this process.

    `attention` gives what hears a call, None where calls are led by key, and `hears` says whether it would;
    `now` is a clock that never goes back, in seconds.
    """

    conversations: Conversations
    script: Script
    shelf: Shelf
    tokens: StreamTokens
    key_hash: Callable[[str], str]
    now: Callable[[], float] = time.monotonic
    attention: Callable[[], Attention | None] = lambda: None
    hears: Callable[[], bool] = lambda: True
    _calls: set[str] = field(default_factory=set, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def have_room(self) -> bool:
        """Whether one more call can be led over a socket here; otherwise it is led by key."""
        return len(self._calls) < MOST_AT_ONCE

    def token(self, call: str, caller: str) -> str:
        """Return what the socket of a call shall show; nothing while there are too many, or nobody hears."""
        return self.tokens.seal(StreamPass(call, caller)) if self.have_room and self.hears() else ""

    def serve(self, ws: Socket) -> None:
        """Lead one call until it is over, and close its socket; nothing is raised."""
        call, code = "", ORDERLY
        try:
            line = StreamLine(ws, self.now)
            start = line.start()
            call = start.call
            given = self._believed(start)
            with self._alone(call):
                self._lead(line, StreamOfOne(self, given), Playback(start.stream, ws.send))
        except Closed as closed:
            code = closed.code
            _log.warning("the stream of conversation %s was closed: %s", self.key_hash(call), closed)
        except Exception as error:  # noqa: BLE001 - the call goes on by key
            code = BROKEN
            _log.error("the stream of conversation %s failed: %s", self.key_hash(call), place_of(error))
        _close(ws, code)

    def _believed(self, start: Start) -> StreamPass:
        given = self.tokens.open(start.parameters.get(PARAMETER, ""))
        if given is None or given.call != start.call:
            raise Closed(REFUSED, "its token is not of this call, or too old")
        if start.media_format != TELEPHONE:
            raise Closed(REFUSED, "its sound is not that of a telephone")
        return given

    @contextmanager
    def _alone(self, call: str) -> Iterator[None]:
        """Hold a call against a second socket for it."""
        with self._lock:
            if call in self._calls:
                raise Closed(REFUSED, "another socket leads its call")
            if not self.have_room:
                raise Closed(BUSY, "there are too many at once")
            self._calls.add(call)
        try:
            yield
        finally:
            with self._lock:
                self._calls.discard(call)

    def _lead(self, line: StreamLine, ours: "StreamOfOne", playback: Playback) -> None:
        answer = self.conversations.last(ours.given.call)
        if answer is None or answer.turn.state.over:
            raise Closed(REFUSED, "its call has no open turn")
        attention = self.attention()
        call = StreamCall(playback, ours, attention, answer, self.now())
        try:
            while not call.is_over:
                event = line.next()
                if event is None:
                    call.look(self.now())
                else:
                    call.receive(event, self.now())
        finally:
            if attention:
                attention.forget()


@dataclass(frozen=True)
class StreamOfOne:
    """What one call needs of our side."""

    streams: Streams
    given: StreamPass

    def take(self, event: Event, number: int) -> Answer:
        """Take a turn as the door of calls by key does: the same cause, so the same answer on either."""
        call, caller = self.given.call, self.given.caller
        request = Request(call, f"{call}/{number}", event, "voice", caller, number=number)
        return self.streams.conversations.take_turn(request)

    def spoken(self, answer: Answer) -> Sequence[Spoken] | None:
        """Return what a turn says, what must be heard out first; None if no voice of ours has it all."""
        before, after = self.streams.script.passages(answer)
        spoken = []
        for passage, interruptible in ((before, False), (after, True)):
            if passage.lines:
                sound = self.streams.shelf.sound(passage)
                if sound is None:
                    return None
                spoken.append(Spoken(mulaw_encode(sound.samples), interruptible))
        return spoken


def blueprint(streams: Streams, signature: Signature) -> Blueprint:
    """Return the door /voice/stream, closed to whoever shows no signature of the provider."""
    doors = Blueprint("stream", __name__)

    @doors.before_request
    def signed() -> None:
        given = request.headers.get("X-Twilio-Signature", "")
        if not signature.accepts_socket(raw_target(request), given):
            abort(403)

    @Sock().route("/voice/stream", bp=doors)  # type: ignore[untyped-decorator] # the library has no types
    @protected("signature")
    def stream(ws: Socket) -> None:
        _hurry(ws)
        streams.serve(ws)

    return doors


def _hurry(ws: Socket) -> None:
    """Let sending fail rather than wait for ever for a far end that takes nothing."""
    connection = getattr(ws, "sock", None)
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _SEND_WITHIN)


def _close(ws: Socket, code: int) -> None:
    try:
        ws.close(code)
    except Exception as error:  # noqa: BLE001 - closed is closed
        _log.debug("a socket was closed already: %s", place_of(error))
