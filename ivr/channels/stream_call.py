"""One call on its socket: messages in, sound and orders out, the same turns as by key.

The socket only carries questions and answers. What ends them, a transfer or a goodbye, is said and done by
the document the provider fetches when the socket closes, and so is everything that goes wrong here: the call
goes on by key from the turn that is stored.
"""

from collections.abc import Sequence
from typing import Protocol

from ivr.channels.attention import Attention, Began, Told
from ivr.channels.playback import Playback, Spoken
from ivr.channels.stream_events import Event as Message
from ivr.channels.stream_events import Key, Mark, Media, Stop
from ivr.conversation import Answer
from menus.actions import Ask, HangUp, Transfer, Wait
from menus.events import Event, Pressed, Reading, Said, StayedSilent
from speech.ears import Heard
from speech.heard import digits, yes_no

_KEYS = frozenset("0123456789*#")


class Ours(Protocol):
    """What a call needs of our side; both may raise anything, which ends the socket."""

    def take(self, event: Event, number: int) -> Answer:
        """Take the turn of a number, or return the one that was taken."""
        ...

    def spoken(self, answer: Answer) -> Sequence[Spoken] | None:
        """Return what a turn says; None if no voice of ours can say all of it."""
        ...


class StreamCall:
    """Leads a call: `receive` each message, `look` whenever time has passed; `is_over` says to close.

    Times are seconds of one clock that never goes back.
    """

    def __init__(
        self, playback: Playback, ours: Ours, attention: Attention | None, answer: Answer, now: float
    ) -> None:
        self.is_over = False
        self._playback = playback
        self._ours = ours
        self._attention = attention
        self._keys = ""
        self._silent_since: float | None = None
        self._follow(answer, now)

    def receive(self, message: Message, now: float) -> None:
        """Take a message of the provider."""
        match message:
            case Key(_, digit) if digit in _KEYS:
                self._press(digit, now)
            case Mark(_, name):
                self._playback.marked(name, now)
            case Media(mulaw=mulaw) if self._attention:
                playing, heard_out = self._playback.is_playing, self._playback.must_be_heard
                for told in self._attention.hear(
                    mulaw, playing=playing, interruptible=not heard_out, now=now
                ):
                    self._listen(told, now)
            case Stop():
                self.is_over = True
        self.look(now)

    def look(self, now: float) -> None:
        """See whether the caller has been silent for long enough to go on without an answer."""
        self._playback.wait(now)
        for told in self._attention.look(now) if self._attention else ():
            self._listen(told, now)
        if self.is_over:
            return
        if self._playback.is_playing or (self._attention and self._attention.is_busy):
            self._silent_since = None
        elif self._silent_since is None:
            self._silent_since = now
        elif now - self._silent_since >= self._patience:
            self._take(Pressed(self._keys) if self._keys else StayedSilent(), now)

    @property
    def _patience(self) -> float:
        """Seconds of silence after which the turn goes on."""
        ending = self._answer.turn.actions[-1]
        return max(1, ending.seconds) if isinstance(ending, Ask | Wait) else 0.0

    def _press(self, key: str, now: float) -> None:
        ask = self._answer.turn.actions[-1]
        if not isinstance(ask, Ask) or self._playback.must_be_heard:
            return  # as between two documents by key, where none is kept either
        self._playback.interrupt(now)
        if self._attention:
            self._attention.forget()
        self._silent_since = now
        if key == "#" and ask.finish:
            self._take(Pressed(f"{self._keys}#"), now)
            return
        self._keys += key
        if len(self._keys) >= max(1, ask.keys):
            self._take(Pressed(self._keys), now)

    def _listen(self, told: Told, now: float) -> None:
        match told:
            case Began():
                self._playback.interrupt(now)
            case Heard():
                self._take(said(told), now)
            case _:  # it was nothing, or the ear has failed
                self._playback.take_up(now)

    def _take(self, event: Event, now: float) -> None:
        answer = self._ours.take(event, self._answer.number + 1)
        if answer.again or not answer.number:
            self.is_over = True  # somebody else leads this call, or it is over
        else:
            self._follow(answer, now)

    def _follow(self, answer: Answer, now: float) -> None:
        self._answer, self._keys, self._silent_since = answer, "", None
        ending = answer.turn.actions[-1]
        if self._attention:
            self._attention.ask(ending.phrases if isinstance(ending, Ask) and not ending.secret else ())
        spoken = None if isinstance(ending, Transfer | HangUp) else self._ours.spoken(answer)
        if spoken is None:
            self.is_over = True
        else:
            self._playback.play(spoken, now)


def said(heard: Heard) -> Said:
    """Return what an ear heard as the event that it is to a conversation."""
    return Said(heard.words, heard.confidence, reading_of(heard.words), heard.perhaps)


def reading_of(words: str) -> Reading:
    """Return what was read in heard words.

    >>> reading_of("是的")
    Reading(digits='', sure=False, yes=True, meaning='unclear')
    """
    found = digits(words)
    return Reading(digits=found.digits or "", sure=found.sure, yes=yes_no(words))
