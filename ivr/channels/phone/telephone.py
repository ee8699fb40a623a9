"""What a transcript needs of a telephone, whatever the channel; and the telephone made of a Line and its
texts.
"""

from collections.abc import Callable
from typing import Protocol

from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.faults import LineError
from ivr.channels.phone.line import Heard, Line
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.twilio import PretendTwilio


class Telephone(Protocol):
    """A person with a telephone and a mobile. Numbers are E.164. What the channel lacks raises LineError."""

    def dial(self, caller: str, called: str | None) -> None:
        """Call the hotline, or another number of it; a call before must be over."""

    def press(self, keys: str) -> None:
        """Hear the prompt out, then press keys one after another at a human pace."""

    def say(self, words: str) -> None:
        """Hear the prompt out, then speak."""

    def silence(self) -> None:
        """Hear the prompt out, then do nothing until the hotline goes on by itself."""

    def wait(self, seconds: float) -> None:
        """Let so many seconds of the call pass."""

    def hang_up(self) -> None:
        """Put the receiver down."""

    def heard(self) -> list[str]:
        """Sentence by sentence, everything said since the last dial, press, say, silence or wait, heard
        out.
        """

    def agent_heard(self) -> list[str]:
        """Sentence by sentence, everything in this call that people at the desk heard without the caller."""

    def over(self) -> bool:
        """Whether, everything heard out, the call has ended."""

    def write(self, mobile: str, body: str, to: str | None) -> None:
        """Send a text message from a mobile to the hotline, or to another number of it."""

    def read(self, mobile: str) -> list[str]:
        """The bodies of the texts that reached a mobile since the last look."""


class LineTelephone:
    """A Telephone over the real doors, by key.

    settle    called before texts are read: lets the hotline send what it has queued
    caption   what a sound says, by absolute URL; without it a sound is heard as its URL in brackets
    far_end   who answers when the hotline dials an agent
    """

    streams = False
    """Whether a stream is opened where a document has one: whoever says so does it, with `line.stream`."""

    def __init__(
        self,
        twilio: PretendTwilio,
        messages: Messages,
        *,
        settle: Callable[[], None] = lambda: None,
        caption: Callable[[str], str | None] = lambda _url: None,
        far_end: FarEnd | None = None,
    ) -> None:
        """Nobody has dialled yet."""
        self._twilio = twilio
        self._messages = messages
        self._settle = settle
        self._caption = caption
        self._far_end = far_end
        self._line: Line | None = None
        self._mark = 0  # entries of the line's log before the last thing the person did
        self._read: dict[str, int] = {}

    @property
    def line(self) -> Line:
        """The line of the last call; raises LineError before the first."""
        if self._line is None:
            raise LineError("dial first")
        return self._line

    def dial(self, caller: str, called: str | None = None) -> None:
        """Call the hotline."""
        if self._line and not self._line.over:
            raise LineError("the call before is still going on")
        self._line = Line(self._twilio, caller, called=called, far_end=self._far_end, caption=self._caption)
        self._mark = 0
        self._line.dial(streams=self.streams)

    def press(self, keys: str) -> None:
        """Hear the prompt out, then press."""
        self._listen()
        self.line.press(keys)

    def say(self, words: str) -> None:
        """Not by key."""
        raise LineError(f"this telephone only has keys: it cannot say {words!r}")

    def silence(self) -> None:
        """Hear the prompt out, then do nothing."""
        self._listen()
        self.line.silence()

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._mark = len(self.line.log)
        self.line.wait(seconds)

    def hang_up(self) -> None:
        """Put the receiver down."""
        self.line.hang_up()

    def heard(self) -> list[str]:
        """What was said since."""
        if not self.line.over:
            self.line.listen()
        entries = self.line.log[self._mark :]
        return [each.text or f"[{each.url}]" for each in entries if isinstance(each, Heard)]

    def agent_heard(self) -> list[str]:
        """What was told to whoever answered."""
        if not self.line.over:
            self.line.listen()
        return [each.text or f"[{each.url}]" for each in self.line.whispered]

    def over(self) -> bool:
        """Whether the call has ended."""
        if not self.line.over:
            self.line.listen()
        return self.line.over

    def write(self, mobile: str, body: str, to: str | None = None) -> None:
        """Send a text."""
        self._messages.write(mobile, body, to)

    def read(self, mobile: str) -> list[str]:
        """New texts."""
        self._settle()
        inbox = self._messages.inbox(mobile)
        seen = self._read.get(mobile, 0)
        self._read[mobile] = len(inbox)
        return [text.body for text in inbox[seen:]]

    def _listen(self) -> None:
        self.line.listen()
        self._mark = len(self.line.log)
