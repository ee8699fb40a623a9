"""The provider's end of a stream whose time goes on only while somebody in the test asks for it.

Our side runs in a thread of its own; whenever it waits for a message and there is none, either the clock goes
on to whatever comes next, or the test's goal is reached and the test goes on. Never do both run.
"""

import base64
import json
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

STREAM = "MZ0123456789abcdef0123456789abcdef"
RATE, FRAME = 8000, 160
_IDLE, _SPEAKING = 0.5, 0.02  # seconds between two frames; a line is held by two a second as well
_PATIENCE = 30.0  # real seconds for whatever our side does
_LONGEST = 1800.0


class SteppedEnd:
    """A socket for our side. Everything `played` so far is mu-law; `code` is what it was closed with."""

    def __init__(self, call: str, parameters: dict[str, str]) -> None:
        self.now = 0.0
        self.code: int | None = None
        self.clears = 0
        self._sent: deque[str] = deque()
        self._sequence = self._frames = 0
        self._playing: list[tuple[float, bytes]] = []
        self._quiet_from = 0.0
        self._marks: deque[tuple[float, str]] = deque()
        self._keys: deque[tuple[float, str]] = deque()
        self._speech = b""
        self._next_frame = 0.0
        self._goal: Callable[[], bool] = lambda: False
        self._ours, self._tests = threading.Semaphore(0), threading.Semaphore(0)
        self._ends = {"accountSid": "AC" + "0" * 32, "callSid": call}
        described = {
            "streamSid": STREAM,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": RATE, "channels": 1},
            "customParameters": parameters,
        }
        self._sent.append('{"event": "connected", "protocol": "Call", "version": "1.0.0"}')
        self._tell("start", start=described | self._ends)

    # --- for our side

    def clock(self) -> float:
        return self.now

    def send(self, data: str) -> None:
        message = json.loads(data)
        match message["event"]:
            case "media":
                self._queue(base64.b64decode(message["media"]["payload"]))
            case "mark":
                self._marks.append((max(self._quiet_from, self.now), message["mark"]["name"]))
            case "clear":
                self._clear()

    def receive(self, timeout: float) -> str | None:
        if not self._sent:
            while self._goal():
                self._tests.release()
                self._ours.acquire()
            self._go_on(self.now + timeout)
        return self._sent.popleft() if self._sent else None

    def close(self, reason: int) -> None:
        self.code = reason

    # --- for tests

    def lead(self, serve: Callable[["SteppedEnd"], None]) -> None:
        """Let our side begin; it stands still before the first of it is played."""
        self._goal = lambda: True
        threading.Thread(target=self._serve, args=(serve,), daemon=True).start()
        self._wait()

    def run(self, goal: Callable[[], bool]) -> None:
        """Let time pass until a goal is reached, or our side has closed the socket."""
        if self.code is None:
            self._goal = goal
            self._ours.release()
            self._wait()

    @property
    def is_quiet(self) -> bool:
        """Whether all was played and told, and the caller does nothing more."""
        busy = self._marks or self._keys or self._speech or self._sent
        return not busy and self._quiet_from <= self.now

    @property
    def has_keys(self) -> bool:
        """Whether the caller has still keys to press, or our side to read them."""
        return bool(self._keys or self._sent)

    @property
    def played(self) -> bytes:
        """Everything the caller has heard."""
        return b"".join(sound[: max(0, round((self.now - begin) * RATE))] for begin, sound in self._playing)

    def press(self, keys: str, apart: float) -> None:
        """Press keys, the first now and the others so many seconds apart."""
        self._keys.extend((self.now + apart * place, key) for place, key in enumerate(keys))

    def speak(self, mulaw: bytes) -> None:
        """Begin to speak; a listener hears the end of it by the quiet frames after it."""
        self._speech, self._next_frame = mulaw + b"\xff" * 2 * RATE, self.now

    def hang_up(self) -> None:
        self._tell("stop", stop=self._ends)

    # --- the line

    def _serve(self, serve: Callable[["SteppedEnd"], None]) -> None:
        serve(self)
        self._tests.release()

    def _wait(self) -> None:
        assert self._tests.acquire(timeout=_PATIENCE), "our side does not come back"

    def _go_on(self, until: float) -> None:
        due = min(each[0] for each in ((until,), (self._next_frame,), *self._marks, *self._keys))
        self.now = max(self.now, due)
        assert self.now < _LONGEST, "nobody ends this call"
        while self._marks and self._marks[0][0] <= self.now:
            self._tell("mark", mark={"name": self._marks.popleft()[1]})
        while self._keys and self._keys[0][0] <= self.now:
            self._tell("dtmf", dtmf={"track": "inbound_track", "digit": self._keys.popleft()[1]})
        if self._next_frame <= self.now:
            self._frame()

    def _frame(self) -> None:
        self._next_frame = self.now + (_SPEAKING if self._speech else _IDLE)
        self._frames += 1
        sound, self._speech = self._speech[:FRAME], self._speech[FRAME:]
        payload = base64.b64encode(sound.ljust(FRAME, b"\xff")).decode()
        place = {"chunk": str(self._frames), "timestamp": str(round(self.now * 1000))}
        self._tell("media", media={"track": "inbound", **place, "payload": payload})

    def _queue(self, sound: bytes) -> None:
        begin = max(self._quiet_from, self.now)
        self._playing.append((begin, sound))
        self._quiet_from = begin + len(sound) / RATE

    def _clear(self) -> None:
        self.clears += 1
        heard = [(begin, sound[: round((self.now - begin) * RATE)]) for begin, sound in self._playing]
        self._playing = [(begin, sound) for begin, sound in heard if begin < self.now]
        self._quiet_from = min(self._quiet_from, self.now)
        self._marks = deque((self.now, name) for _, name in self._marks)

    def _tell(self, event: str, **fields: Any) -> None:
        self._sequence += 1
        message = {"event": event, "sequenceNumber": str(self._sequence), "streamSid": STREAM, **fields}
        self._sent.append(json.dumps(message))
