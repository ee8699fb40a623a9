"""The parts of a transcript: its steps, the words each step knows, and lengths of time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# verb -> (the word a plain value stands for, further words)
VERBS: Mapping[str, tuple[str | None, frozenset[str]]] = {
    "dials": ("from", frozenset({"to"})),
    "hears": ("fragment", frozenset({"exactly", "prompt"})),
    "hears_not": ("fragment", frozenset({"exactly", "prompt"})),
    "agent_hears": ("fragment", frozenset({"exactly", "prompt"})),
    "agent_hears_not": ("fragment", frozenset({"exactly", "prompt"})),
    "presses": ("keys", frozenset()),
    "says": ("words", frozenset()),
    "stays_silent": (None, frozenset()),
    "waits": ("seconds", frozenset()),
    "later": ("time", frozenset()),
    "hangs_up": (None, frozenset()),
    "is_hung_up": (None, frozenset()),
    "writes": ("text", frozenset({"from", "to"})),
    "reads": ("fragment", frozenset({"to", "code"})),
    "reads_nothing": (None, frozenset({"to"})),
}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class TranscriptError(Exception):
    """A transcript is written wrongly; the message begins with file:line."""


@dataclass(frozen=True)
class Step:
    """One line of a transcript: what is done or expected, its words, where it stands ("file:line")."""

    verb: str
    words: Mapping[str, str]
    place: str


@dataclass(frozen=True)
class Transcript:
    """One conversation."""

    name: str
    about: str
    steps: tuple[Step, ...]
    covers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)

    def runs_on(self, channel: str) -> bool:
        """Whether this transcript is meant for a channel."""
        return not self.channels or channel in self.channels


def seconds(text: str) -> float:
    """ "90", "90s", "10m", "24h", "7d" as seconds; ValueError otherwise."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text.strip())
    if match is None:
        raise ValueError(text)
    return float(match[1]) * _SECONDS[match[2] or "s"]
