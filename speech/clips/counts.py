"""Counts and numbers up to 999 from clips: the hundreds, then the rest.

>>> split("两"), split("十二"), split("一百零二"), split("三百")
(('两',), ('十二',), ('一百', '零二'), ('三百',))
"""

from collections.abc import Iterator

from speech.clips.order import far_apart
from speech.spoken import UnspeakableError, cardinal, count

_HUNDREDS = tuple(map(cardinal, range(100, 1000, 100)))
_ALONE = (*map(cardinal, range(100)), count(2))
_AFTER_HUNDREDS = tuple(cardinal(number).removeprefix("一百") for number in range(101, 200))


def split(said: str) -> tuple[str, ...]:
    """Return the clips of a number as `count` or `cardinal` says it; UnspeakableError if it is none."""
    if said in _ALONE or said in _HUNDREDS:
        return (said,)
    hundreds, rest = said[:2], said[2:]
    if hundreds in _HUNDREDS and rest in _AFTER_HUNDREDS:
        return hundreds, rest
    raise UnspeakableError("this is no number from 0 to 999 in words")


def inventory() -> Iterator[str]:
    """Yield 零 to 九十九, 两, the hundreds, and what differs after them: 零二, 一十二."""
    yield from far_apart(_ALONE, 11)
    yield from _HUNDREDS
    yield from far_apart((clip for clip in _AFTER_HUNDREDS if clip not in _ALONE), 10)
