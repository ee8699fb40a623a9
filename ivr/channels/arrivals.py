"""In which order numbered messages came: what is new, what is late, and what has come before.

The window is that of RFC 4303, section 3.4.3. A number that is skipped need not be lost: events that nobody
here reads have numbers too.
"""

from dataclasses import dataclass
from enum import Enum

WINDOW = 64
"""How many numbers back are remembered, more than a second of sound; what is older counts as repeated."""
_ALL = (1 << WINDOW) - 1


class Order(Enum):
    """How a message stands to those before it."""

    NEXT = "next"
    AHEAD = "ahead"
    """Newer than all others, with some skipped."""
    LATE = "late"
    """It was skipped, and comes now."""
    REPEATED = "repeated"
    """It has come already, or is too old to tell."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The numbers that came: the greatest, and in `seen` a bit for each of the window (bit n: n below it)."""

    greatest: int = 0
    seen: int = 0

    def take(self, number: int) -> tuple[Order, "Arrivals"]:
        """Return how a number stands to those before it, and the arrivals with it; any first one is next.

        >>> order, arrivals = Arrivals(greatest=7, seen=0b1).take(9)
        >>> order, arrivals.take(8)[0], arrivals.take(9)[0]
        (<Order.AHEAD: 'ahead'>, <Order.LATE: 'late'>, <Order.REPEATED: 'repeated'>)
        """
        if not self.seen:
            return Order.NEXT, Arrivals(number, 1)
        ahead = number - self.greatest
        if ahead > 0:
            # Not shifted by what a stranger wrote: that could be a number of any size.
            known = self.seen << ahead if ahead < WINDOW else 0
            return Order.NEXT if ahead == 1 else Order.AHEAD, Arrivals(number, known & _ALL | 1)
        if -ahead >= WINDOW or self.seen >> -ahead & 1:
            return Order.REPEATED, self
        return Order.LATE, Arrivals(self.greatest, self.seen | 1 << -ahead)
