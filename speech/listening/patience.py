"""How long a listener waits before it takes a silence for the end, and how callers teach it to wait longer.

What a question expects decides: a choice is over soon after its last word (0.6-0.8 s), while between two
digits of a number people look at their card (1.5-2.0 s; facts of IVR usability for elderly callers). Who
pauses longer than that is given more, up to a bound, for the rest of the call.
"""

from collections import deque
from dataclasses import dataclass, replace

SPARE = 0.3
"""Seconds waited beyond the longest pause a caller made lately."""
REMEMBERED = 8
"""Pauses kept of each kind of question: one long pause is forgotten after so many short ones."""


@dataclass(frozen=True, slots=True)
class Patience:
    """What a question may ask of a listener, in seconds.

    `end`: silence that ends an answer; `most`: the same for callers who pause long; `longest`: how long
    somebody may go on. With `renewed` each pause begins `longest` anew, so that an answer is never cut off
    while its pieces keep coming, however many they are.
    """

    kind: str
    end: float
    most: float
    longest: float
    renewed: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.end <= self.most < self.longest:
            raise ValueError("patience needs 0 < end <= most < longest")

    def at(self, pace: float) -> "Patience":
        """Return the patience for callers who asked for this pace: at 0.78 all waiting is 1/0.78 as long."""
        return replace(self, end=self.end / pace, most=self.most / pace, longest=self.longest / pace)


CHOICE = Patience("choice", end=0.7, most=1.5, longest=10.0)
NUMBER = Patience("number", end=1.8, most=2.8, longest=20.0, renewed=True)


class Pauses:
    """The pauses one caller made, by kind of question: a number is read otherwise than a choice is made."""

    def __init__(self) -> None:
        self._made: dict[str, deque[float]] = {}

    def add(self, kind: str, seconds: float) -> None:
        """Remember a pause after which the caller went on with the same answer."""
        self._made.setdefault(kind, deque(maxlen=REMEMBERED)).append(seconds)

    def needed(self, patience: Patience) -> float:
        """Return the seconds of silence that end this caller's answer."""
        made = self._made.get(patience.kind)
        longest = max(made) + SPARE if made else 0.0
        return min(max(patience.end, longest), patience.most)
