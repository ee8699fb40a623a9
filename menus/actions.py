"""What to do next: orders a turn gives to its channel and its host."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from menus.values import Value


@dataclass(frozen=True, slots=True)
class Say:
    """Say one prompt with its values. What is not interruptible is said before any key is listened for."""

    prompt: str
    values: Mapping[str, Value] = field(default_factory=dict)
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """Listen: for at most `keys` keys, `seconds` of silence before giving up.

    `finish` says whether # ends the entry early. `secret` keys are never stored, nor heard by an ear.
    `phrases` are the words that lead somewhere; a recognizer may prefer them.
    """

    keys: int
    seconds: int
    finish: bool = False
    secret: bool = False
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait some seconds, at most ten, then report StayedSilent."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Consult:
    """Ask a service inside this turn; the host answers with Told.

    `looks` is how often we have looked for what this service went to ask another machine; 0 asks it anew.
    """

    service: str
    arguments: Mapping[str, Value] = field(default_factory=dict)
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the caller through to a person, who hears `tell` first; the caller does not."""

    to: str
    tell: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call, or fall silent in a text conversation."""


Action = Say | Ask | Wait | Consult | Transfer | HangUp
Ending = Ask | Wait | Consult | Transfer | HangUp
