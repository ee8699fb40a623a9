"""The provider's end of one call: obeys documents verb by verb as its clock is moved on."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, cast
from urllib.parse import urljoin

from ivr.channels.phone.calllog import Asked, CallLog, Dialled, Ended, Heard, Pressed, Whispered
from ivr.channels.phone.document import Document
from ivr.channels.phone.faults import Fault
from ivr.channels.phone.stage import Closing, Joined, Sound, Stage
from ivr.channels.phone.twilio import new_sid
from ivr.channels.phone.verbs import (
    Connect,
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Redirect,
    Reject,
    Say,
    Spoken,
    Verb,
)
from ivr.channels.phone.webhooks import Webhooks

SECONDS_A_CHARACTER = 0.25  # how long the provider's own voice takes for a Hanzi, roughly


@dataclass(frozen=True)
class FarEnd:
    """The person a Dial would reach: what happens, after how many seconds of ringing, and how long they
    talk.
    """

    outcome: Literal["completed", "busy", "no-answer", "failed"] = "no-answer"
    rings: float = 6.0
    talks: float = 30.0

    def reached(self, dial: Dial) -> str:
        """DialCallStatus; whoever would answer after the Dial's timeout does not answer."""
        return "no-answer" if self.rings >= dial.timeout else self.outcome

    def talked(self, dial: Dial) -> float:
        """Seconds of conversation."""
        return self.talks if self.reached(dial) == "completed" else 0.0

    def rung(self, dial: Dial) -> float:
        """Seconds until it is known what became of the Dial: an unanswered one rings to its timeout."""
        return dial.timeout if self.reached(dial) == "no-answer" else self.rings

    def seconds(self, dial: Dial) -> float:
        """How long the Dial takes altogether, if the person is told nothing first."""
        return self.rung(dial) + self.talked(dial)


class Call:
    """One leg: `stage` is what happens now (None before the first document and after the end).

    A document is read as stages: sounds up to the next verb that is not a sound. Connect lasts until
    `stream_over`; unless the call `streams` it behaves as if its stream could not be opened: the next verb
    follows.
    """

    def __init__(
        self, webhooks: Webhooks, log: CallLog, far_end: FarEnd, caption: Callable[[str], str | None]
    ) -> None:
        """Nothing is sent yet."""
        self.stage: Stage | None = None
        self.over = False
        self.streams = False
        self._webhooks = webhooks
        self._log = log
        self._far_end = far_end
        self._caption = caption
        self._document = Document("", ())
        self._verbs: deque[Verb] = deque()
        self._stages = 0
        self._noted = 0  # sounds of this stage already in the log
        self._asked = False
        self._child = ""  # the leg of whoever was dialled last

    def go_to(self, url: str, method: str = "POST", **fields: str) -> None:
        """Fetch a document (relative URLs count from the present one) and begin to obey it."""
        self._document = self._webhooks.document(urljoin(self._document.url, url), method, **fields)
        self._verbs = deque(self._document.verbs)
        self._next_stage()

    def run_until(self, moment: float) -> None:
        """Move the clock on; whatever falls due happens."""
        while self.stage and self.stage.deadline <= moment:
            self._move(self.stage.deadline)
            self._close(self.stage)
        self._move(moment)

    def key(self, key: str) -> None:
        """A key goes down now."""
        stage, now = self.stage, self._log.now
        if stage is None or stage.gather is None or now < stage.opens:
            self._log.note(Pressed(key, now, lost=True))
            return
        self._log.note(Pressed(key, now))
        if key == stage.gather.finish_on_key:
            self._gathered(stage.gather, stage.keys, finished_on=key)
        else:
            self.stage = stage.with_key(key, now)
            if len(self.stage.keys) == stage.gather.number_of_digits:
                self._gathered(stage.gather, self.stage.keys)
        self.run_until(now)

    def stream_over(self) -> None:
        """The stream of a Connect has been closed, or could not be opened: what comes after it happens."""
        if self.stage and isinstance(self.stage.closing, Connect):
            self._connected(self.stage.closing)
            self.run_until(self._log.now)

    def end(self, reason: str, *, status: str = "completed", lasted: float | None = None) -> None:
        """The call is over; the status door is told. `lasted`: seconds by a real clock, if one ran."""
        self.stage, self.over = None, True
        self._log.note(Ended(reason, self._log.now))
        self._webhooks.ended(self._log.now if lasted is None else lasted, status)

    def _move(self, moment: float) -> None:
        """Set the clock forward, never back, and note what began to play meanwhile."""
        self._log.now = max(self._log.now, moment)
        if self.stage is None:
            return
        for began, sound in list(self.stage.begun(self._log.now))[self._noted :]:
            self._noted += 1
            if sound.audible:
                self._log.note(
                    Heard(sound.text, sound.url, sound.interruptible, began, sound.seconds, sound.language)
                )
        if self.stage.gather and not self._asked and self._log.now >= self.stage.opens:
            self._asked = True
            self._log.note(Asked(self.stage.gather, self.stage.opens))

    def _next_stage(self) -> None:
        sounds: list[Sound] = []
        closing: Closing = Hangup(written=False)
        while self._verbs:
            verb = self._verbs.popleft()
            if isinstance(verb, Say | Play | Pause):
                sounds.append(self._sound(verb, interruptible=False))
            else:
                closing = verb
                break
        if isinstance(closing, Gather):
            sounds += [self._sound(verb, interruptible=True) for verb in closing.prompt]
        self._stages += 1
        self._noted, self._asked = 0, False
        self.stage = Stage(self._stages, self._log.now, tuple(sounds), closing, self._patience(closing))

    def _patience(self, closing: Closing) -> float:
        if isinstance(closing, Gather):
            return closing.timeout
        if isinstance(closing, Connect) and self.streams:
            return math.inf
        return self._far_end.rung(closing) if isinstance(closing, Dial) else 0.0

    def _close(self, stage: Stage) -> None:
        closing = stage.closing
        if isinstance(closing, Gather):
            self._gathered(closing, stage.keys)
        elif isinstance(closing, Redirect):
            self.go_to(closing.url, closing.method)
        elif isinstance(closing, Dial):
            self._rung(closing)
        elif isinstance(closing, Joined):
            talked = self._far_end.talked(closing.dial)
            self._dialled(closing.dial, "completed", closing.told + talked)
        elif isinstance(closing, Reject):
            self.end("rejected", status="busy" if closing.reason == "busy" else "no-answer")
        elif isinstance(closing, Hangup):
            self.end("hotline hung up" if closing.written else "end of document")
        else:
            self._connected(closing)

    def _connected(self, connect: Connect) -> None:
        if connect.action:
            self.go_to(connect.action)
        else:
            self._next_stage()

    def _gathered(self, gather: Gather, keys: str, finished_on: str = "") -> None:
        if not keys and not gather.on_empty:
            self._next_stage()
            return
        fields = {"Digits": keys, "FinishedOnKey": finished_on, "msg": "Gather End"}
        if not keys and self._webhooks.twilio.omits_empty_digits:
            del fields["Digits"]
        self.go_to(gather.action or self._document.url, gather.method, **fields)

    def _rung(self, dial: Dial) -> None:
        """It is known whether somebody answers; whoever does is told first who is calling."""
        outcome = self._far_end.reached(dial)
        self._child = new_sid("CA")
        told = self._told(dial) if outcome == "completed" else None
        if told is None:
            # Nobody answered, or what they were to be told was a fault: then the two are not joined.
            self._dialled(dial, "failed" if outcome == "completed" else outcome)
            return
        self._stages += 1
        patience = told + self._far_end.talked(dial)
        self._noted, self._asked = 0, False
        self.stage = Stage(self._stages, self._log.now, (), Joined(dial, told), patience)

    def _told(self, dial: Dial) -> float | None:
        """Tell the person who answered what the hotline says; seconds, or None where it was a fault."""
        if dial.whisper is None:
            return 0.0
        url = urljoin(self._document.url, dial.whisper.url)
        document = self._webhooks.whisper(replace(dial.whisper, url=url), dial.numbers[0], self._child)
        if document is None:
            return None
        told = 0.0
        for verb in document.verbs:
            sound = self._sound(cast("Spoken", verb), interruptible=False)
            if sound.audible:
                self._log.note(Whispered(sound.text, sound.url, self._log.now + told, sound.seconds))
            told += sound.seconds
        return told

    def _dialled(self, dial: Dial, outcome: str, lasted: float = 0.0) -> None:
        """The Dial is over; `lasted`: seconds of the person's leg, from its being answered."""
        self._log.note(Dialled(outcome, self._far_end.rung(dial) + lasted, self._log.now))
        if not dial.action:
            self._next_stage()
            return
        fields = {"DialCallStatus": outcome, "DialCallSid": self._child}
        if outcome == "completed":
            fields["DialCallDuration"] = str(round(lasted))
        self.go_to(dial.action, dial.method, **fields)

    def _sound(self, verb: Spoken, *, interruptible: bool) -> Sound:
        if isinstance(verb, Pause):
            return Sound(verb.length, interruptible)
        if isinstance(verb, Say):
            seconds = say_seconds(verb.text) * verb.loop
            return Sound(seconds, interruptible, verb.text, None, verb.language, verb.loop)
        url = urljoin(self._document.url, verb.url)
        text = self._caption(url)
        try:
            seconds = self._webhooks.twilio.sounds.seconds(url) * verb.loop
        except Fault as problem:
            self._webhooks.fault(problem)
            # What could not be played is at least shown to whoever watches.
            return Sound(say_seconds(text or ""), interruptible, text)
        return Sound(seconds, interruptible, text, url, loop=verb.loop)


def say_seconds(text: str) -> float:
    """About how long the provider's own voice takes for a text."""
    return len(text) * SECONDS_A_CHARACTER
