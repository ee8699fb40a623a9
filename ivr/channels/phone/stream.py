"""The provider's end of one media stream: opens the hotline's socket, signed, and speaks its protocol.

Written from the published reference (www.twilio.com/docs/voice/media-streams/websocket-messages), on purpose
without the codec of the hotline's end, so that the two can disagree.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from ivr.channels.phone.faults import Fault
from ivr.channels.phone.transport import CONNECT_SECONDS
from ivr.channels.phone.twilio import Account, new_sid, signature
from ivr.channels.phone.verbs import Connect

FRAME = 160
"""Bytes of sound in one message: 20 ms."""
SILENCE = b"\xff" * FRAME
_FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
_GOODBYE = 1.0  # seconds that closing may take


@dataclass(frozen=True)
class Sounded:
    """Mu-law sound to be played after all that came before."""

    mulaw: bytes = field(repr=False)


@dataclass(frozen=True)
class Marked:
    """A mark: to be sent back when all before it was played, or was cleared."""

    name: str


@dataclass(frozen=True)
class Cleared:
    """All that has not been played is to be forgotten."""


Order = Sounded | Marked | Cleared


class Stream:
    """An open stream of one call. One thread may send while another receives."""

    def __init__(self, account: Account, call_sid: str, wanted: Connect) -> None:
        """Open the socket and begin; Fault with the provider's code if the hotline does not take it."""
        self.sid = new_sid("MZ")
        self.code = 0
        """With what the hotline closed it, 0 while it is open."""
        self._ends = {"accountSid": account.sid, "callSid": call_sid}
        self._sequence = self._chunk = 0
        self._held = ExitStack()
        self._socket = _opened(self._held, wanted.url, signature(account.token, wanted.url, {}))
        self._write({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        start = {
            "streamSid": self.sid,
            **self._ends,
            "tracks": ["inbound"],
            "mediaFormat": _FORMAT,
            "customParameters": dict(wanted.parameters),
        }
        self._tell("start", start=start)

    def sound(self, mulaw: bytes) -> None:
        """Send the next 20 ms from the caller."""
        self._chunk += 1
        payload = b64encode(mulaw).decode()
        place = {"chunk": str(self._chunk), "timestamp": str(self._chunk * 20)}
        self._tell("media", media={"track": "inbound", **place, "payload": payload})

    def key(self, digit: str) -> None:
        """Tell that a key was pressed."""
        self._tell("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    def marked(self, name: str) -> None:
        """Send a mark back."""
        self._tell("mark", mark={"name": name})

    def receive(self) -> Order | None:
        """Wait for the next order; None when the hotline has closed the stream.

        Fault for what the provider would put into its list of errors; the stream goes on all the same.
        """
        try:
            message = self._socket.recv()
        except ConnectionClosed as closed:
            # Without a closing frame of theirs the connection broke: 1006, as the standard has it.
            self.code = closed.rcvd.code if closed.rcvd else 1006
            return None
        return order(message, self.sid)

    def close(self) -> None:
        """The call is over, or led elsewhere; harmless when it was closed already."""
        self._tell("stop", stop=self._ends)
        self._held.close()

    def _tell(self, event: str, **fields: Any) -> None:
        self._sequence += 1
        self._write({"event": event, "sequenceNumber": str(self._sequence), "streamSid": self.sid, **fields})

    def _write(self, message: dict[str, Any]) -> None:
        """Send, unless the hotline has closed meanwhile: whoever receives learns of it."""
        try:
            self._socket.send(json.dumps(message))
        except (ConnectionClosed, OSError):
            return


def order(message: str | bytes, sid: str) -> Order:
    """Read what the hotline sends; Fault 31950 or 31951 for what the protocol does not allow."""
    if isinstance(message, bytes):
        raise Fault(31950, "the hotline sent a binary message into its stream")
    try:
        match json.loads(message):
            case {"event": "media", "streamSid": str(given), "media": {"payload": str(payload)}, **rest}:
                read: Order = Sounded(b64decode(payload, validate=True))
            case {"event": "mark", "streamSid": str(given), "mark": {"name": str(name)}, **rest}:
                read = Marked(name)
            case {"event": "clear", "streamSid": str(given), **rest}:
                read = Cleared()
            case _:
                raise Fault(31951, "the hotline sent a message that is none of media, mark and clear")
    except (ValueError, NotBase64):
        raise Fault(31951, "the hotline sent a message nobody can read") from None
    if given != sid or rest:
        raise Fault(31951, "the hotline sent a message of another stream, or with more fields than it has")
    return read


def _opened(held: ExitStack, url: str, signed: str) -> ClientConnection:
    try:
        opening = connect(
            url,
            additional_headers={"X-Twilio-Signature": signed},
            open_timeout=CONNECT_SECONDS,
            close_timeout=_GOODBYE,
            ping_interval=None,
            compression=None,
            proxy=None,
        )
        return held.enter_context(opening)
    except TimeoutError:
        raise Fault(31901, "the hotline's socket did not open in time") from None
    except OSError:
        raise Fault(31902, "the hotline's socket could not be reached") from None
    except WebSocketException:
        raise Fault(31920, "the hotline refused the handshake of its own socket") from None
