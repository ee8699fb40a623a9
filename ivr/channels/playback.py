"""What is being played to one caller over a socket: sent far ahead, told played by marks, cleared at once.

The provider queues all we send and sends a mark back when what stood before it was played, or was cleared:
which of both, only the generation in the mark's name tells. Every time is in seconds of one clock.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ivr.channels import media_stream
from ivr.channels.stream_events import Label
from speech.telephone import RATE

BEFORE = 1.0
"""Seconds that are played again when a sound is taken up after an interruption."""
GRACE = 5.0
"""Seconds after which a mark that has not come is not waited for any more."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Sound to be played, mu-law bytes, and whether the caller may interrupt it."""

    mulaw: bytes = field(repr=False)
    interruptible: bool

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return len(self.mulaw) / RATE


class Playback:
    """The sounds that a stream has been sent and that are not known to be over."""

    def __init__(self, stream: str, send: Callable[[str], None]) -> None:
        self._stream = stream
        self._send = send
        self._generation = 0
        self._queue: deque[Spoken] = deque()
        self._began = 0.0  # when the first of the queue did
        self._sent = 0
        self._rest: tuple[Spoken, ...] = ()

    @property
    def is_playing(self) -> bool:
        """Whether the caller still hears something of ours."""
        return bool(self._queue)

    @property
    def must_be_heard(self) -> bool:
        """Whether that is something nobody may interrupt."""
        return bool(self._queue) and not self._queue[0].interruptible

    def play(self, sounds: Iterable[Spoken], now: float) -> None:
        """Play sounds after those that are playing; what was interrupted before is not taken up any more."""
        self._rest = ()
        for sound in sounds:
            if not sound.mulaw:
                continue
            if not self._queue:
                self._began = now
            self._queue.append(sound)
            self._transmit(sound)

    def marked(self, name: str, now: float) -> None:
        """Take a mark that came back; those of what was cleared, and of others, mean nothing."""
        first = self._sent - len(self._queue) + 1
        waiting = [Label(self._generation, f"sound{number}").name for number in range(first, self._sent + 1)]
        for _ in range(waiting.index(name) + 1 if name in waiting else 0):
            self._next(now)

    def wait(self, now: float) -> None:
        """Give up marks that should have come long ago."""
        while self._queue and now - self._began > self._queue[0].seconds + GRACE:
            self._next(self._began + self._queue[0].seconds)

    def interrupt(self, now: float) -> bool:
        """Stop what is playing, unless it must be heard; say whether anything was stopped."""
        if not self._queue or self.must_be_heard:
            return False
        self._send(media_stream.clear(self._stream))
        self._generation += 1
        first, *others = self._queue
        heard = max(0, int((now - self._began - BEFORE) * RATE))
        self._rest = (Spoken(first.mulaw[heard:], first.interruptible), *others)
        self._queue.clear()
        return True

    def take_up(self, now: float) -> bool:
        """Go on with what was interrupted last, a moment before that place; False if nothing was."""
        rest = self._rest
        self.play(rest, now)
        return bool(rest)

    def _next(self, now: float) -> None:
        self._queue.popleft()
        self._began = now

    def _transmit(self, sound: Spoken) -> None:
        for start in range(0, len(sound.mulaw), media_stream.MOST_SOUND):
            part = sound.mulaw[start : start + media_stream.MOST_SOUND]
            self._send(media_stream.media(self._stream, part))
        self._sent += 1
        self._send(media_stream.mark(self._stream, Label(self._generation, f"sound{self._sent}")))
