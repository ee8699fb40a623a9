"""What calls over sockets wait for, with 1, 10 and 50 at once: answers to keys and words, and gaps in them.

Everything is real but the provider and the ear: processes of `hotline serve`, a database, sockets, sound in
real time. The ear answers at once, so that what is measured is ours. At the end of a run its processes may be
killed, all at once: then every call must go on by the Redirect behind its stream.
"""

import asyncio
import json
import subprocess
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

from ivr.channels.phone.twilio import signature
from speech.voices.pyttsx3 import Pyttsx3Voice
from tests.bench.stream_caller import PULSE, Caller, Noted, Sounds, dialled, frames_of
from tests.bench.stream_hotline import Hotline, has_postgresql, serving
from tests.bench.stream_survival import MOST_KEYS, Survival, survival
from tests.bench.walk import KEYS
from tests.ears_server import Manners, vosk_server
from tests.speech import line_sounds as line

WORDS = "家人共用"
"""What callers say for the family menu, and what the ear hears in everything."""
GAP = 0.060
"""Seconds of silence in the middle of an answer that nobody should notice."""
_ROOT = Path(__file__).parents[2]
_APART = 0.04  # seconds between the beginnings of two calls
_CALLERS = "+861002732{:04}"

Tell = Callable[[float], None]
"""Told, again and again, how many seconds have passed since it was told last."""


@dataclass(frozen=True, slots=True)
class Load:
    """So many calls at once, for so many seconds; `speak`: they say words too; `kill`: how it ends."""

    calls: int
    seconds: float
    speak: bool = False
    kill: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """What is measured: the loads on each database, one after the other."""

    loads: dict[str, Sequence[Load]]

    @property
    def seconds(self) -> float:
        """How long all loads take together, without the starting of processes."""
        return sum(load.seconds for loads in self.loads.values() for load in loads)


FULL = Size(
    {
        "sqlite": (Load(1, 20.0), Load(10, 40.0, speak=True), Load(50, 35.0, kill=True)),
        "postgresql": (Load(50, 35.0, kill=True),),
    }
)
QUICK = Size({"sqlite": (Load(3, 12.0, speak=True, kill=True),)})


@dataclass(frozen=True, slots=True)
class Waits:
    """How often something was waited for, and how long, in milliseconds."""

    count: int
    median: float
    p95: float
    most: float


@dataclass(frozen=True, slots=True)
class Row:
    """One run. `key`: from a key until its answer begins; `decision`: from the last word's end until the ear
    is asked for it; `reply`: from there until the answer begins; `silenced`: from the first sound of words
    that interrupt a prompt until it stops.

    `gaps` counts those over GAP, `longest_gap` is in milliseconds; keys and words without an answer are
    `missed`, and sockets that closed by themselves are `closed`; cores are processor seconds a second.
    """

    database: str
    calls: int
    speak: bool
    key: Waits
    decision: Waits
    reply: Waits
    silenced: Waits
    gaps: int
    longest_gap: float
    missed: int
    closed: int
    server_cores: float
    callers_cores: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything one run measured; `stranger` is what somebody else's client found, None without one."""

    rows: Sequence[Row]
    killed: Sequence[Survival]
    stranger: dict[str, Any] | None
    left_out: Sequence[str]


class Stenographer:
    """Vosk's recognizer as far as a server needs one: hears the same words in everything.

    It notes when it is asked for them: it hears along, so it is given sound from the first word on.
    """

    def __init__(self, asked: list[float]) -> None:
        self._asked = asked

    def AcceptWaveform(self, _data: bytes) -> int:  # noqa: N802
        """Take sound, and never find an end in it."""
        return 0

    def PartialResult(self) -> str:  # noqa: N802
        """Return nothing yet."""
        return '{"partial": ""}'

    def Result(self) -> str:  # noqa: N802
        """Return the words, one character each, as a model does that was given characters."""
        self._asked.append(time.monotonic())
        return json.dumps({"text": " ".join(WORDS)})

    FinalResult = Result


@dataclass
class Run:
    """One load on a hotline. `asked` grows by the moment whenever the ear is asked for words."""

    hotline: Hotline
    database: str
    load: Load
    asked: Sequence[float]
    tell: Tell
    _noted: Noted = field(default_factory=Noted)

    def measure(self) -> tuple[Row, list[Caller]]:
        """Let callers call, and return what they have noted; afterwards the hotline may be dead."""
        return asyncio.run(self._measure(sounds(speak=self.load.speak)))

    async def _measure(self, made: Sounds) -> tuple[Row, list[Caller]]:
        over = asyncio.Event()
        began, ours, theirs = time.monotonic(), time.process_time(), self.hotline.processor_seconds()
        callers, tasks = await self._begin(made, over)
        while (passed := time.monotonic() - began) < self.load.seconds:
            await asyncio.sleep(min(0.5, self.load.seconds - passed))
            self.tell(min(0.5, self.load.seconds - passed))
        cores = (self.hotline.processor_seconds() - theirs) / passed, (time.process_time() - ours) / passed
        row = self._row(cores)
        if self.load.kill:
            await asyncio.to_thread(self.hotline.kill)
        else:
            over.set()
        await asyncio.gather(*tasks)
        return row, callers

    async def _begin(
        self, made: Sounds, over: asyncio.Event
    ) -> tuple[list[Caller], list["asyncio.Task[None]"]]:
        callers, tasks = [], []
        for number in range(self.load.calls):
            call = self.hotline.provider.call(islice(cycle(KEYS), MOST_KEYS), _CALLERS.format(number))
            document = await asyncio.to_thread(self.hotline.ask, call.greeting)
            caller = Caller(dialled(call, document), made, self._noted, number)
            callers.append(caller)
            tasks.append(asyncio.create_task(caller.talk(self.hotline.address, self.hotline.token, over)))
            await asyncio.sleep(_APART)
        return callers, tasks

    def _row(self, cores: tuple[float, float]) -> Row:
        noted = self._noted
        return Row(
            self.database,
            self.load.calls,
            self.load.speak,
            waits(noted.keys),
            waits([asked_before(self.asked, answer) - spoke for spoke, answer in noted.words]),
            waits([answer - asked_before(self.asked, answer) for _, answer in noted.words]),
            waits(noted.silenced),
            sum(gap > GAP for gap in noted.gaps),
            1000 * max(noted.gaps, default=0.0),
            noted.missed,
            noted.closed,
            *cores,
        )


def measure(size: Size, tell: Tell, peers: Path | None) -> Figures:
    """Return the figures of all loads; `peers` is the Python of the environment with other people's work."""
    rows, killed, left_out = [], [], []
    stranger = None
    for database, loads in size.loads.items():
        if database == "postgresql" and not has_postgresql():
            left_out.append("PostgreSQL, as none answers here")
            continue
        with listening() as (ear, asked), serving(database, ear) as hotline:
            if peers and not stranger:
                stranger = _strangers_call(hotline, peers)
            for load in loads:
                row, callers = Run(hotline, database, load, asked, tell).measure()
                rows.append(row)
                if load.kill:
                    killed.append(survival(hotline, database, callers))
    return Figures(rows, killed, stranger, left_out)


@contextmanager
def listening() -> Iterator[tuple[str, list[float]]]:
    """Run an ear that takes no time; gives its address, and the moments at which it was asked for words."""
    asked: list[float] = []
    with vosk_server(Manners(lambda _config: Stenographer(asked))) as address:
        yield f"vosk-server:{address}", asked


def sounds(*, speak: bool) -> Sounds:
    """Return ten seconds of a line's noise, and the words if they are wanted."""
    noise = frames_of(line.on_line(line.noise(10.0, -55)))
    if not speak:
        return Sounds(noise)
    voice = Pyttsx3Voice()
    try:
        spoken = voice.speak(WORDS, 1.0)
    finally:
        voice.close()
    words = frames_of(line.on_line(line.said(spoken)))
    begin, end = line.words(spoken, 25.0)
    return Sounds(noise, words, int(begin / PULSE), len(words) - round(end / PULSE))


def waits(seconds: Sequence[float]) -> Waits:
    """Sum waits up; all zero where there were none."""
    if not seconds:
        return Waits(0, 0.0, 0.0, 0.0)
    middle, late = np.percentile(seconds, [50, 95])
    return Waits(len(seconds), 1000 * float(middle), 1000 * float(late), 1000 * max(seconds))


def asked_before(asked: Sequence[float], answer: float) -> float:
    """Return when the ear was asked for the words that this answer is to: the last time before it.

    Its answer takes milliseconds, so that somebody else's words seldom come between.
    """
    return asked[bisect_right(asked, answer) - 1]


def _strangers_call(hotline: Hotline, peers: Path) -> dict[str, Any]:
    """Let somebody else's client make a call."""
    call = hotline.provider.call()
    found = dialled(call, hotline.ask(call.greeting))
    host, port = hotline.address
    signed = signature(hotline.token, found.url, {})
    command = [peers, "-m", "tests.bench.peers", "call", host, str(port), signed, call.name, found.token]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, timeout=120, check=True)
    heard: dict[str, Any] = json.loads(done.stdout)
    return heard
