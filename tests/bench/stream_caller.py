"""Callers over real sockets: each plays the provider, and times our side by what it hears.

A frame of noise goes out every 20 ms and marks come back when they would have been played, so that our side
has as much to do as in life. Every caller is a task of one process that is not the server's; all times are
this process's, so what the network and this process take counts against us.
"""

import asyncio
import json
import random
import time
from base64 import b64encode
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from xml.etree import ElementTree

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ivr.channels.phone.twilio import signature
from speech.telephone import RATE
from tests.bench.client import Address
from tests.bench.earpiece import Earpiece
from tests.bench.walk import KEYS, Call

FRAME = RATE // 50
PULSE = 0.02
SPOKEN = "3"
"""The key that callers with words say those instead of."""
ANSWER_WITHIN = 5.0
"""Seconds after which a key or words count as not answered."""
_STREAM = "MZ" + "0123456789abcdef" * 2
_PATIENCE = 0.5, 2.0  # seconds of a prompt after which a caller interrupts it


@dataclass(frozen=True, slots=True)
class Dialled:
    """A call that was greeted, the socket its document names, and the token for it."""

    call: Call
    url: str
    token: str


def dialled(call: Call, document: bytes) -> Dialled:
    """Read the first document of a call; RuntimeError if it does not lead to a socket."""
    stream = ElementTree.fromstring(document).find("Connect/Stream")  # noqa: S314 - our own doors wrote it
    if stream is None:
        raise RuntimeError("the first document of a call leads to no socket")
    return Dialled(call, stream.attrib["url"], stream[0].attrib["value"])


@dataclass
class Noted:
    """What callers have noted, in seconds; `turns` that were not answered are `missed`."""

    keys: list[float] = field(default_factory=list)
    words: list[tuple[float, float]] = field(default_factory=list)
    """When somebody stopped speaking, and when the answer began."""
    silenced: list[float] = field(default_factory=list)
    """From the first sound of what somebody says until the prompt stops."""
    gaps: list[float] = field(default_factory=list)
    frames: int = 0
    missed: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Sounds:
    """What callers send, as frames in base64: the noise of a line, and words that are said where given.

    `rising` frames at the beginning of the words and `fading` ones at their end are too quiet to be words.
    """

    noise: Sequence[str]
    words: Sequence[str] = ()
    rising: int = 0
    fading: int = 0


def frames_of(mulaw: bytes) -> list[str]:
    """Return sound as whole frames in base64."""
    whole = len(mulaw) // FRAME * FRAME
    return [b64encode(mulaw[start : start + FRAME]).decode() for start in range(0, whole, FRAME)]


class Caller:
    """One call. It walks through the menus by key; if it has words, it says them instead of one key.

    `pressed` counts the keys and words of this call, `heard` those that were answered.
    """

    def __init__(self, dialled: Dialled, sounds: Sounds, noted: Noted, seed: int) -> None:
        self.call = dialled.call
        self.pressed = self.heard = 0
        self._dialled = dialled
        self._sounds = sounds
        self._noted = noted
        self._random = random.Random(seed)
        self._ear = Earpiece(noted.gaps)
        self._speech: deque[str] = deque()
        self._spoke = 0.0
        self._interrupts: float | None = None  # since when words go out while a prompt is played
        self._closed = False
        self._sent = 0
        self._chunks = 0
        self._may_interrupt = asyncio.Event()
        self._answer: asyncio.Future[float | None] | None = None

    async def talk(self, door: Address, token: str, over: asyncio.Event) -> None:
        """Walk until it is over, and hang up; a socket that closes before is noted."""
        signed = {"X-Twilio-Signature": signature(token, self._dialled.url, {})}
        at = f"ws://{door[0]}:{door[1]}/voice/stream"
        async with connect(at, additional_headers=signed, compression=None, open_timeout=30) as ws:
            tasks = [asyncio.create_task(work) for work in (self._listen(ws), self._send(ws))]
            try:
                await self._walk(ws, over)
                await self._tell(ws, "stop", {"accountSid": "AC1", "callSid": self.call.name})
            except ConnectionClosed:
                self._noted.closed += 1
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _walk(self, ws: ClientConnection, over: asyncio.Event) -> None:
        await self._may_interrupt.wait()
        for key in cycle(KEYS):
            await asyncio.sleep(self._random.uniform(*_PATIENCE))
            if over.is_set():
                return
            if key == SPOKEN and self._sounds.words:
                await self._say()
            else:
                await self._press(ws, key)

    async def _press(self, ws: ClientConnection, key: str) -> None:
        self._expect()
        sent = time.monotonic()
        await self._tell(ws, "dtmf", {"track": "inbound_track", "digit": key})
        if began := await self._answered():
            self._noted.keys.append(began - sent)

    async def _say(self) -> None:
        self._expect()
        self._speech.extend(self._sounds.words)
        await asyncio.sleep(PULSE * len(self._speech))
        if began := await self._answered():
            self._noted.words.append((self._spoke, began))

    def _expect(self) -> None:
        if self._closed:
            raise ConnectionClosed(None, None)
        self.pressed += 1
        self._ear.answered()
        self._answer = asyncio.get_running_loop().create_future()

    async def _answered(self) -> float | None:
        """Wait for the first sound of an answer; None if none came."""
        assert self._answer
        try:
            began = await asyncio.wait_for(self._answer, ANSWER_WITHIN)
        except TimeoutError:
            self._noted.missed += 1
            return None
        if began is None:
            raise ConnectionClosed(None, None)
        self.heard += 1
        return began

    async def _listen(self, ws: ClientConnection) -> None:
        try:
            async for data in ws:
                self._take(json.loads(data), time.monotonic())
        finally:
            self._closed = True
            self._may_interrupt.set()
            if self._answer and not self._answer.done():
                self._answer.set_result(None)

    def _take(self, message: dict[str, dict[str, str]], now: float) -> None:
        match message["event"]:
            case "media":
                payload = message["media"]["payload"]
                self._ear.media((len(payload) * 3 // 4 - payload[-2:].count("=")) / RATE, now)
                if self._answer and not self._answer.done():
                    self._answer.set_result(now)
            case "mark":
                self._ear.mark(message["mark"]["name"], now)
            case "clear":
                self._ear.clear(now)
                if self._interrupts is not None:
                    self._noted.silenced.append(now - self._interrupts)
                    self._interrupts = None

    async def _send(self, ws: ClientConnection) -> None:
        """Send what the line carries, every 20 ms, and the marks that were reached."""
        described = {
            "streamSid": _STREAM,
            "accountSid": "AC1",
            "callSid": self.call.name,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": RATE, "channels": 1},
            "customParameters": {"token": self._dialled.token},
        }
        with suppress(ConnectionClosed):
            await self._tell(ws, "start", described)
            due = time.monotonic() + self._random.random() * PULSE  # or all calls would pulse at once
            while True:
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                due += PULSE
                await self._pulse(ws)

    async def _pulse(self, ws: ClientConnection) -> None:
        for name in self._ear.played(time.monotonic()):
            await self._tell(ws, "mark", {"name": name})
            self._may_interrupt.set()  # the notice, which must be heard, was the first
        noise = self._sounds.noise
        payload = noise[self._chunks % len(noise)]
        if self._speech:
            payload = self._speech.popleft()
            if len(self._speech) == len(self._sounds.words) - self._sounds.rising - 1:
                self._interrupts = time.monotonic() if self._ear.left(time.monotonic()) else None
            if len(self._speech) >= self._sounds.fading:
                self._spoke = time.monotonic()
        self._chunks += 1
        self._noted.frames += 1
        media = {
            "track": "inbound",
            "chunk": str(self._chunks),
            "timestamp": str(20 * self._chunks),
            "payload": payload,
        }
        await self._tell(ws, "media", media)

    async def _tell(self, ws: ClientConnection, event: str, inside: dict[str, object]) -> None:
        self._sent += 1
        await ws.send(
            json.dumps(
                {"event": event, "sequenceNumber": str(self._sent), "streamSid": _STREAM, event: inside}
            )
        )
