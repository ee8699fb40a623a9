"""Waiting for an answer from another machine: how long, how often we look, and when we say that we are there.

A caller hears the filler two seconds after the question, and an answer, whichever, before ten are over, also
at the slow pace and when other words come first:

    look           1  2           3  4
    second      0  1  2  filler   6  7

A filler takes three seconds or so; in a text nothing is said meanwhile, and the time is waited instead.
"""

from menus.events import Channel

LOOKS = 4
"""How often is looked before what is known is told. The last look is not answered with more waiting."""
FILLER_AFTER = 2
"""The look after which the filler is said: the second; another would be due after ten seconds, too late."""
_FILLER_SECONDS = 3


def seconds(channel: Channel, looked: int) -> int:
    """Return how many seconds to wait before the next look, when one has looked so many times.

    >>> sum(seconds("text", looked) for looked in range(LOOKS))
    7
    """
    spoken = channel == "voice" or looked != FILLER_AFTER
    return 1 if spoken else 1 + _FILLER_SECONDS
