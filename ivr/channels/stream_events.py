"""What comes in through a call's WebSocket, as values, and the labels of marks; media_stream reads them.

Whatever a caller said or keyed, and our secrets, stand in no repr, so that no log can tell them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_LABEL = re.compile("g(0|[1-9][0-9]{0,8})-([a-z][a-z0-9_]{0,31})")


@dataclass(frozen=True, slots=True)
class Connected:
    """The socket stands; a start follows."""


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """How sound is written; `rate` in samples a second."""

    encoding: str
    rate: int
    channels: int


TELEPHONE = MediaFormat("audio/x-mulaw", 8000, 1)
"""The provider's only format, and the only one we can hear."""


@dataclass(frozen=True, slots=True)
class Start:
    """The stream begins, once. `parameters` are those our TwiML gave it, a secret among them."""

    sequence: int
    stream: str
    call: str
    account: str
    tracks: tuple[str, ...]
    media_format: MediaFormat
    parameters: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Media:
    """Sound from the caller; `timestamp` in milliseconds since the start, with jumps where some was lost."""

    sequence: int
    chunk: int
    timestamp: int
    mulaw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed: 0-9, *, #, or one of A to D, which a line may make of noise."""

    sequence: int
    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """What was sent before the mark of this name is played, or was cleared: which of both, only we know."""

    sequence: int
    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The stream is over: the caller hung up, or the call was led elsewhere."""

    sequence: int


Event = Connected | Start | Media | Key | Mark | Stop


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a mark of ours: the generation of speech it belongs to, and what was played.

    A clear begins a new generation, so that the marks it brings back can be told from those of what was
    heard. Small letters, digits and _ only, as Somleng sends names back unescaped; ValueError for others.
    """

    generation: int
    played: str

    def __post_init__(self) -> None:
        if not _LABEL.fullmatch(self.name):
            raise ValueError(
                "a mark needs a generation from 0 to 999999999 and a short word in small letters"
            )

    @property
    def name(self) -> str:
        """The label as it travels."""
        return f"g{self.generation}-{self.played}"


def label_of(name: str) -> Label | None:
    """Return what the name of a mark says; None if the mark is none of ours.

    >>> label_of(Label(7, "prompt").name)
    Label(generation=7, played='prompt')
    """
    found = _LABEL.fullmatch(name)
    return Label(int(found[1]), found[2]) if found else None
