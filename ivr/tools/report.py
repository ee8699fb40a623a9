"""What became of an import, for whoever ran it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from menus.source import Fault

__all__ = ["Fault", "Numbered", "Progress", "Report", "Tally", "nothing"]

# Called with how much is done and how much there is to do; the latter may grow.
Progress = Callable[[int, int], None]

# Something wrong in a line: its number and what would be right.
Numbered = tuple[int, str]


def nothing(_done: int, _total: int) -> None:
    """Tell nobody about progress."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an import read and wrote, or what is wrong with its file; with faults nothing was written."""

    rows: int
    added: int
    changed: int
    unchanged: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a few rows came to; `pins` counts those whose PIN is still to be hashed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    pins: int = 0
    faults: Sequence[Numbered] = field(default=())
