"""What varies from caller to caller, kind by kind: how its words are cut into clips, and which clips exist.

A clip is a word or two that a voice spoke as part of a carrier sentence, so that it sounds as it does within
speech. Whatever a caller hears of a value is joined from clips that were rendered long before.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal

from speech.clips import counts, days, digit_groups, money, names

KindOfClip = Literal["money", "day", "digits", "name", "count"]
Carriers = Iterator[tuple[str, ...]]

CARRIED = 4
"""How many clips one carrier sentence has: more would tire a voice, fewer would waste its work."""


def _neighbours(inventory: Iterator[str]) -> Carriers:
    """Let clips that stand beside each other be spoken together."""
    while group := tuple(islice(inventory, CARRIED)):
        yield group


@dataclass(frozen=True, slots=True)
class Kind:
    """`split` cuts what is said into clips; `inventory` yields all there are, each once.

    `carriers` puts an inventory into groups that are spoken together; a clip may come again in a later one.
    `rest` is the silence between two clips of one value, in seconds at pace 1.0.
    """

    split: Callable[[str], tuple[str, ...]]
    inventory: Callable[[], Iterator[str]]
    rest: float
    carriers: Callable[[Iterator[str]], Carriers] = _neighbours


KINDS: Mapping[KindOfClip, Kind] = {
    "money": Kind(money.split, money.inventory, 0.16, money.carriers),
    "day": Kind(days.split, days.inventory, 0.08),
    "digits": Kind(digit_groups.split, digit_groups.inventory, 0.06),
    "name": Kind(names.split, names.inventory, 0.0),
    "count": Kind(counts.split, counts.inventory, 0.04),
}


def carriers(kind: KindOfClip) -> Carriers:
    """Yield the clips of a kind in the groups that are spoken together, always the same ones."""
    return KINDS[kind].carriers(KINDS[kind].inventory())


@cache
def carrier_of(kind: KindOfClip) -> Mapping[str, tuple[str, ...]]:
    """Return for every clip of a kind the carrier it is cut out of: the first that has it."""
    found: dict[str, tuple[str, ...]] = {}
    for carrier in carriers(kind):
        for clip in carrier:
            found.setdefault(clip, carrier)
    return found
