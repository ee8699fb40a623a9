"""What happened on one line, entry by entry. `at` is always seconds of the line's own clock since
dialling.
"""

from dataclasses import dataclass, field

from ivr.channels.phone.transport import Answer
from ivr.channels.phone.twilio import SignedRequest
from ivr.channels.phone.verbs import Gather


@dataclass(frozen=True)
class Heard:
    """A sound that began to play. `text` is what it says (None: a sound without a caption), `url` where it
    came from.

    interruptible: whether a key would have stopped it, that is, whether it stood inside a Gather.
    """

    text: str | None
    url: str | None
    interruptible: bool
    at: float
    seconds: float
    language: str = ""


@dataclass(frozen=True)
class Asked:
    """A Gather began to listen."""

    gather: Gather
    at: float


@dataclass(frozen=True)
class Pressed:
    """A key went down; `lost` when nobody was listening."""

    key: str
    at: float
    lost: bool = False


@dataclass(frozen=True)
class Sent:
    """A webhook and its answer; `answer` None when none came."""

    request: SignedRequest
    answer: Answer | None
    at: float


@dataclass(frozen=True)
class Opened:
    """A media stream was opened to the hotline, at this address."""

    url: str
    at: float


@dataclass(frozen=True)
class Spoke:
    """The caller said something into the stream; what, is known only of sentences that were ready."""

    words: str
    at: float


@dataclass(frozen=True)
class Closed:
    """The media stream is over; `code` is that of RFC 6455, 1000 for an orderly end."""

    code: int
    at: float


@dataclass(frozen=True)
class Whispered:
    """What the person heard who answered a Dial, before being joined; `text` and `url` as of Heard."""

    text: str | None
    url: str | None
    at: float
    seconds: float


@dataclass(frozen=True)
class Dialled:
    """The hotline called somebody (an agent): outcome in the provider's words, seconds it took altogether."""

    outcome: str
    seconds: float
    at: float


@dataclass(frozen=True)
class Faulted:
    """Something a provider would put into its error list."""

    code: int
    sentence: str
    at: float


@dataclass(frozen=True)
class Ended:
    """The call is over: "caller hung up", "hotline hung up", "end of document", "rejected" or "failed"."""

    reason: str
    at: float


Entry = Heard | Asked | Pressed | Sent | Opened | Spoke | Closed | Whispered | Dialled | Faulted | Ended


@dataclass
class CallLog:
    """The entries of one line and its clock: seconds since dialling, moved by the line alone."""

    now: float = 0.0
    entries: list[Entry] = field(default_factory=list)

    def note(self, entry: Entry) -> None:
        """Add an entry."""
        self.entries.append(entry)
