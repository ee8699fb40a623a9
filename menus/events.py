"""What happened: everything a conversation can be told. Channels make events; `step` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from menus.values import Value

Channel = Literal["voice", "text"]
Pace = Literal["normal", "slow"]
Fact = Literal["first_today", "demo", "announcement", "hidden"]
Meaning = Literal["code", "refusal", "not_me", "opt_out", "unclear"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the channel's reader made of words: digits, yes or no, and, of a text, what it means.

    `sure` is false where the digits were guessed from sounds that other digits share.
    """

    digits: str = ""
    sure: bool = True
    yes: bool | None = None
    meaning: Meaning = "unclear"


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody called or wrote for the first time. `day` is today in China.

    `facts` are what prompts may depend on: the number's first call today, a demo, an announcement of the
    day, a hidden number.
    """

    channel: Channel
    day: date
    pace: Pace = "normal"
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys 0-9, * and #, in the order pressed; a trailing # means the caller finished the entry."""

    keys: str


@dataclass(frozen=True, slots=True)
class Said:
    """Words a recognizer heard, with its confidence from 0 to 1.

    `perhaps` are words that it may have been instead, where the recognizer is not sure of them.
    """

    words: str
    confidence: float = 1.0
    reading: Reading = Reading()
    perhaps: str = ""


@dataclass(frozen=True, slots=True)
class Wrote:
    """A text message as it came."""

    text: str
    reading: Reading = Reading()


@dataclass(frozen=True, slots=True)
class StayedSilent:
    """Nothing came before the time-out; after a Wait it means that the waiting is over."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a service answered. Only this event may change the assurance (None leaves it as it is)."""

    outcome: str
    values: Mapping[str, Value] = field(default_factory=dict)
    assurance: int | None = None


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """The caller came back from a person: `answered`, or why nobody was reached."""

    outcome: Literal["answered", "busy", "no_answer", "failed"]


@dataclass(frozen=True, slots=True)
class Left:
    """The caller hung up."""


Event = Arrived | Pressed | Said | Wrote | StayedSilent | Told | TransferEnded | Left
