"""The provider's end of a stream, as its reference describes it, with somebody on the telephone.

What we send is queued and played in order; a mark comes back when all before it was played, and at once when
it was cleared. Time goes on only while our side waits for a message, so that minutes take no time.
"""

import base64
import json
from collections import deque
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

STREAM = "MZ0123456789abcdef0123456789abcdef"
RATE, FRAME = 8000, 160
SPEAKING = FRAME / RATE
"""Seconds between two frames while somebody speaks."""
_QUIET = b"\xff"


@dataclass
class ProviderEnd:
    """A socket for our side. `closed` is the code it closed with; `now` its clock.

    A frame of sound comes every `frame` seconds; two a second instead of fifty hold the line as well. Whoever
    derives from it says what the caller does: `_deed_at`, when they do something next, and `_do`.
    """

    call: str
    token: str
    _: KW_ONLY
    marks_come: bool = True
    frames_come: bool = True
    frame: float = 0.5
    start: dict[str, Any] = field(default_factory=dict)
    now: float = 0.0
    closed: int | None = None
    clears: list[float] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    lasts: float = 600.0

    def __post_init__(self) -> None:
        self._inbox: deque[str | bytes] = deque()
        self._sequence = 0
        self._playing: list[tuple[float, float, bytes]] = []
        self._marks: list[tuple[float, str]] = []
        self._quiet_from = self._began = 0.0
        self._frames = 0
        self._next_frame = self.frame
        self._speech = b""
        self._inbox.append('{"event": "connected", "protocol": "Call", "version": "1.0.0"}')
        described = {
            "streamSid": STREAM,
            "accountSid": "AC00000000000000000000000000000000",
            "callSid": self.call,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": RATE, "channels": 1},
            "customParameters": {"token": self.token},
            **self.start,
        }
        self.tell("start", start=described)

    # --- for our side

    def clock(self) -> float:
        return self.now

    def send(self, data: str) -> None:
        message = json.loads(data)
        assert message["streamSid"] == STREAM
        self.sent.append(message)
        match message["event"]:
            case "media":
                self._queue(base64.b64decode(message["media"]["payload"]))
            case "mark":
                self._marks.append((max(self._quiet_from, self.now), message["mark"]["name"]))
            case "clear":
                self._clear()
            case other:
                raise AssertionError(f"the provider knows no {other}")

    def receive(self, timeout: float) -> str | bytes | None:
        if not self._inbox:
            self._go_on(self.now + timeout)
        assert self.now < self.lasts, "nobody ends this call"
        return self._inbox.popleft() if self._inbox else None

    def close(self, reason: int) -> None:
        self.closed = reason

    # --- for tests

    @property
    def heard(self) -> bytes:
        """Everything the caller heard of us."""
        return b"".join(
            sound[: max(0, round((min(self.now, end) - begin) * RATE))] for begin, end, sound in self._playing
        )

    def tell(self, event: str, **fields: Any) -> None:
        """Send a message of the provider."""
        self._sequence += 1
        message = {"event": event, "sequenceNumber": str(self._sequence), "streamSid": STREAM, **fields}
        self._inbox.append(json.dumps(message))

    def press(self, key: str) -> None:
        self.tell("dtmf", dtmf={"track": "inbound_track", "digit": key})

    def hang_up(self) -> None:
        self.tell("stop", stop={"accountSid": "AC1", "callSid": self.call})

    # --- what the caller does

    def _deed_at(self) -> float | None:
        """Return when they do something next, None if nothing more."""
        return None

    def _do(self) -> None:
        """Do it."""

    # --- the line

    def _queue(self, sound: bytes) -> None:
        if self._quiet_from <= self.now:
            self._began = self._quiet_from = self.now
        end = self._quiet_from + len(sound) / RATE
        self._playing.append((self._quiet_from, end, sound))
        self._quiet_from = end

    def _clear(self) -> None:
        self.clears.append(self.now)
        self._playing = [
            (begin, min(end, self.now), sound[: round((self.now - begin) * RATE)])
            for begin, end, sound in self._playing
            if begin < self.now
        ]
        self._quiet_from = self.now
        for _, name in self._marks:
            self._tell_mark(name)
        self._marks.clear()

    def _go_on(self, until: float) -> None:
        """Let time pass until something comes, or until then."""
        mark = self._marks[0][0] if self._marks and self.marks_come else None
        deed = self._deed_at()
        frame = self._next_frame if self.frames_come else None
        due = min(moment for moment in (mark, deed, frame, until) if moment is not None)
        self.now = max(self.now, due)
        if due == mark:
            self._tell_mark(self._marks.pop(0)[1])
        elif due == deed:
            self._do()
        elif due == frame:
            self._send_frame()

    def _send_frame(self) -> None:
        self._frames += 1
        self._next_frame = self.now + (min(SPEAKING, self.frame) if self._speech else self.frame)
        sound, self._speech = self._speech[:FRAME], self._speech[FRAME:]
        payload = base64.b64encode(sound.ljust(FRAME, _QUIET)).decode()
        at = str(round(self.now * 1000))
        self.tell("media", media={"chunk": str(self._frames), "timestamp": at, "payload": payload})

    def _tell_mark(self, name: str) -> None:
        self.tell("mark", mark={"name": name})
