"""The order of an inventory: what is spoken in one breath should be easy to tell apart.

>>> list(far_apart("abcdefg", 3))
['a', 'd', 'g', 'b', 'e', 'c', 'f']
"""

from collections.abc import Iterable, Iterator
from itertools import islice


def far_apart(clips: Iterable[str], step: int) -> Iterator[str]:
    """Yield every clip of a list, first each `step`-th, so that those which resemble each other part."""
    listed = tuple(clips)
    for first in range(step):
        yield from islice(listed, first, None, step)
