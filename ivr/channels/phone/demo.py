"""The calls and texts behind the demo phone's page, in memory, for several people at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe
from threading import Lock
from time import monotonic

from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.line import Line
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.twilio import PretendTwilio

IDLE_SECONDS = 15 * 60.0  # a call nobody touches for so long is hung up
MOST_CALLS = 100  # at once; the one longest untouched makes room


@dataclass(frozen=True)
class Caller:
    """A demo person to call as: mobile in E.164, numbers to key in, and a sentence on what they show."""

    name: str
    number: str
    identity_number: str = ""
    pin: str = ""
    shows: str = ""


@dataclass(frozen=True)
class Piece:
    """What is played at one go: its words, whether it can be interrupted, and who speaks it, for people."""

    words: str
    interruptible: bool
    voice: str = ""


@dataclass(frozen=True)
class Saying:
    """What the hotline says on a call over a stream, for subtitles: a stream itself carries only sound.

    number      which turn
    pieces      what is played, in this order
    heard       the words it has understood before, "" for none
    sentences   what may be answered in words, one for each answer; none where only keys count
    patience    seconds it waits for an answer
    """

    number: int
    pieces: Sequence[Piece]
    heard: str = ""
    sentences: Sequence[str] = ()
    patience: float = 0.0


@dataclass
class DemoCall:
    """One call from the page. Use `line` only while holding `lock`. `started` and `touched`: seconds of
    the clock.
    """

    id: str
    line: Line
    started: float
    touched: float
    lock: Lock = field(default_factory=Lock)


def _nothing(_url: str) -> str | None:
    return None


def _nobody(_words: str) -> bytes | None:
    return None


def _silent(_call_sid: str) -> Saying | None:
    return None


def _no_notice() -> str | None:
    return None


@dataclass
class DemoPhone:
    """What the page needs: a provider to call with, texts, callers, and what sounds say.

    caption       what a sound says in Hanzi, by its absolute URL
    voice         which voice speaks a sound, in words a person understands, by its absolute URL
    notice        a sentence to show now, if any (a better voice is being prepared, ...)
    saying        what the hotline says on a call (by its identifier) that is led over a stream
    spoken        a sentence as a caller speaks it, mu-law; may take seconds, None if nobody can speak it
    shown_number  the hotline's number as people read it; the account's own if empty
    clock         seconds, any origin
    """

    twilio: PretendTwilio
    messages: Messages
    callers: Sequence[Caller]
    caption: Callable[[str], str | None] = _nothing
    voice: Callable[[str], str | None] = _nothing
    notice: Callable[[], str | None] = _no_notice
    saying: Callable[[str], Saying | None] = _silent
    spoken: Callable[[str], bytes | None] = _nobody
    shown_number: str = ""
    clock: Callable[[], float] = monotonic
    _calls: dict[str, DemoCall] = field(default_factory=dict, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def call(self, caller: str, far_end: FarEnd | None = None) -> DemoCall:
        """Dial from `caller`; the call is running when this returns. Calls left alone are hung up on the
        way.
        """
        now = self.clock()
        line = Line(self.twilio, caller, far_end=far_end, strict=False, caption=self.caption)
        call = DemoCall(token_urlsafe(12), line, now, now)
        with self._lock:
            left = self._left_alone(now)
            self._calls[call.id] = call
        for old in left:
            self.hang_up(old)
        line.dial(streams=True)
        return call

    def find(self, call_id: str) -> DemoCall | None:
        """A running call, now counted as touched; None where there is none."""
        with self._lock:
            call = self._calls.get(call_id)
            if call:
                call.touched = self.clock()
            return call

    def catch_up(self, call: DemoCall) -> None:
        """Let the line's clock follow the real one, as far as nothing falls due; hold the call's lock."""
        call.line.catch_up(self.clock() - call.started)

    def hang_up(self, call: DemoCall) -> None:
        """End a call from the caller's side, if it has not ended; it can still be looked at until it is
        forgotten.
        """
        with call.lock:
            if not call.line.over and call.line.stage:
                call.line.hang_up(lasted=self.clock() - call.started)

    def _left_alone(self, now: float) -> list[DemoCall]:
        """Forget the calls nobody touched for long, and the longest untouched where there are too many."""
        by_age = sorted(self._calls.values(), key=lambda call: call.touched)
        surplus = len(by_age) - MOST_CALLS + 1
        left = [
            call for place, call in enumerate(by_age) if place < surplus or call.touched < now - IDLE_SECONDS
        ]
        for call in left:
            del self._calls[call.id]
        return left
