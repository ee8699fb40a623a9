"""One call as a person makes it: dial, listen, press, be silent, hang up; seconds are counted, never slept.

The Line obeys the TwiML it gets. `log` tells in order what was heard, asked, pressed and sent.
"""

from collections.abc import Callable
from enum import Enum

from ivr.channels.phone.call import Call, FarEnd
from ivr.channels.phone.calllog import (
    Asked,
    CallLog,
    Dialled,
    Ended,
    Entry,
    Faulted,
    Heard,
    Pressed,
    Sent,
    Whispered,
)
from ivr.channels.phone.faults import Fault, LineError, NoAnswer
from ivr.channels.phone.markup import KEYS
from ivr.channels.phone.stage import Sound, Stage
from ivr.channels.phone.twilio import PretendTwilio
from ivr.channels.phone.verbs import Connect
from ivr.channels.phone.webhooks import Webhooks

__all__ = [
    "Asked", "Dialled", "Ended", "Entry", "FarEnd", "Fault", "Faulted", "Heard", "Line", "LineError",
    "NoAnswer", "Patience", "Pressed", "Sent", "Sound", "Stage", "Whispered",
]  # fmt: skip

HUMAN_PAUSE = 0.6  # seconds between two keys of somebody who knows what to press
ALMOST = 0.001  # seconds
MOST_STAGES = 100  # stretches in a row without a question: a loop


class Patience(Enum):
    """When a person presses: after listening to everything, as soon as keys count, or right now, heard or
    not.
    """

    LISTENS = "listens"
    INTERRUPTS = "interrupts"
    NOW = "now"


class Line:
    """A call from `caller` (E.164, or "anonymous"). Not for several threads at once: whoever shares it,
    locks it.

    strict    what a provider would refuse raises LineError at once; else it is logged, the fallback URL is
              asked, and if that fails too, the provider's English apology is heard and the call ends
    called    the number dialled, if it is not the account's own
    far_end   who answers when the hotline dials an agent
    caption   what a sound says, by its absolute URL, for `Heard.text`
    """

    def __init__(
        self,
        twilio: PretendTwilio,
        caller: str,
        *,
        called: str | None = None,
        far_end: FarEnd | None = None,
        strict: bool = True,
        caption: Callable[[str], str | None] = lambda _url: None,
    ) -> None:
        """Nothing is sent before `dial`."""
        self.twilio = twilio
        self.caller = caller
        self._calllog = CallLog()
        self._webhooks = Webhooks(
            twilio, (caller, called or twilio.account.number), self._calllog, strict=strict
        )
        self._call = Call(self._webhooks, self._calllog, far_end or FarEnd(), caption)

    @property
    def now(self) -> float:
        """Seconds since dialling."""
        return self._calllog.now

    @property
    def over(self) -> bool:
        """Whether the call has ended, by either side."""
        return self._call.over

    @property
    def stage(self) -> Stage | None:
        """What happens now: sounds, then a question or what comes by itself; None before dialling and
        after the end.
        """
        return self._call.stage

    @property
    def stream(self) -> Connect | None:
        """The media stream that is to be opened now, or is open: it lasts until `stream_over`."""
        closing = self.stage.closing if self.stage else None
        return closing if isinstance(closing, Connect) else None

    @property
    def call_sid(self) -> str:
        """The provider's identifier of this call."""
        return self._webhooks.call_sid

    @property
    def log(self) -> list[Entry]:
        """Everything that happened, in order."""
        return self._calllog.entries

    @property
    def heard(self) -> list[Heard]:
        """Everything that began to play so far."""
        return [entry for entry in self.log if isinstance(entry, Heard)]

    @property
    def asked(self) -> list[Asked]:
        """Every Gather that began to listen."""
        return [entry for entry in self.log if isinstance(entry, Asked)]

    @property
    def whispered(self) -> list[Whispered]:
        """Everything that a person at the far end heard without the caller."""
        return [entry for entry in self.log if isinstance(entry, Whispered)]

    @property
    def sent(self) -> list[Sent]:
        """Every webhook and its answer."""
        return [entry for entry in self.log if isinstance(entry, Sent)]

    def fields(self, **more: str) -> dict[str, str]:
        """The fields of a webhook of this call, for requests of one's own through `twilio.prepare` and
        `send`.
        """
        return self._webhooks.fields() | more

    def dial(self, *, streams: bool = False) -> None:
        """Call the hotline; its first words begin.

        `streams` says that whoever holds the line opens the `stream` of a Connect; else it counts as refused.
        """
        if self.stage or self.over:
            raise LineError("this line was dialled already")
        self._call.streams = streams
        self._call.go_to(self.twilio.address(self.twilio.doors.voice))
        self._call.run_until(self.now)

    def press(self, keys: str, patience: Patience = Patience.LISTENS) -> None:
        """Press keys one at a time; only the first waits as `patience` says, the others follow at a human
        pace.

        A key that nobody listens for is lost, as on a real call (`Pressed.lost`).
        """
        if not keys or set(keys) - set(KEYS):
            raise LineError("a telephone has the keys 0 to 9, * and #")
        self._live()
        if patience is Patience.LISTENS:
            self.listen()
        elif patience is Patience.INTERRUPTS:
            self._reach(lambda stage: stage.opens)
        if self.over and patience is not Patience.NOW:
            raise LineError("the call ended before anybody asked for a key")
        self._call.key(keys[0])
        for key in keys[1:]:
            self._call.run_until(self.now + HUMAN_PAUSE)
            self._call.key(key)

    def wait(self, seconds: float) -> None:
        """Let time pass: prompts play, time-outs run, and what follows from them happens."""
        self._live()
        self._call.run_until(self.now + seconds)

    def catch_up(self, moment: float) -> None:
        """Let the line's clock follow a real one to `moment`, but never so far that anything falls due."""
        self._call.run_until(min(moment, self._live().deadline - ALMOST))

    def listen(self) -> None:
        """Hear everything out until the hotline waits for a key, leads the call over a stream, or ends it."""
        self._live()
        self._reach(lambda stage: stage.quiet_from)

    def silence(self) -> None:
        """Hear everything out and do nothing until the hotline's patience ends and it goes on, or the call
        is over.
        """
        self.listen()
        if self.stage:
            self._call.run_until(self.stage.deadline)

    def skip(self) -> None:
        """Whatever is playing or being waited for now is over, question or not: the hotline goes on."""
        stage = self._live()
        if self.stream:
            self._call.stream_over()
        else:
            self._call.run_until(stage.deadline)

    def note(self, entry: Entry) -> None:
        """Put into the log what went on in a stream."""
        self._calllog.note(entry)

    def hang_up(self, lasted: float | None = None) -> None:
        """Put the receiver down. `lasted`: seconds of the call, if a real clock measured them."""
        self._live()
        self._call.end("caller hung up", lasted=lasted)

    def _live(self) -> Stage:
        if self.over:
            raise LineError("the call is over")
        if self.stage is None:
            raise LineError("dial first")
        return self.stage

    def _reach(self, moment: Callable[[Stage], float]) -> None:
        """Go on until that moment of a stage that asks for keys, a stream, or the end of the call."""
        for _ in range(MOST_STAGES):
            if self.stage is None or (self._call.streams and self.stream):
                return
            if self.stage.gather:
                self._call.run_until(moment(self.stage))
                return
            self._call.run_until(self.stage.deadline)
        raise LineError(f"{MOST_STAGES} stretches of sound in a row without a question")
