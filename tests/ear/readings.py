"""The two readings of an amount in a turn such as 您的医保个人账户,余额是,X。再说一遍,X。: right or not.

The words around the amounts are found by their sound, since the ear spells them as it likes (在说一边).
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from speech.spoken import money
from tests.ear.amounts import fen, spelled_out
from tests.ear.pinyin import Syllable, distance, syllables

AGAIN = "再说一遍"
_SURE = 0.5
"""Words are found where less than this share of them sounds otherwise."""
_INITIAL = re.compile("[zcs]h|[bpmfdtnlgkhjqxrzcsyw]|")


class Judgement(StrEnum):
    """What a listener would have taken down."""

    RIGHT = "right"
    OTHER = "another amount"
    NONE = "no amount"


def judged(reading: str, expected: int) -> Judgement:
    """Compare a reading with the fen expected: by value, or by all its syllables where it has no value."""
    value = fen(reading)
    if value == expected or same_sound(reading, money(expected)):
        return Judgement.RIGHT
    return Judgement.NONE if value is None else Judgement.OTHER


def same_sound(reading: str, words: str) -> bool:
    """Tell whether two texts are the same syllables."""
    left, right = syllables(spelled_out(reading)), syllables(words)
    return bool(left) and len(left) == len(right) and distance(left, right) == 0


def readings(heard: str, before: str, again: str = AGAIN) -> tuple[str, str]:
    """Return both readings of a turn in Hanzi; the second is empty where `again` was not heard.

    `before` is all that is said before the first amount, `again` what is said between the two.
    """
    spoken = syllables(spelled_out(heard))
    cut = _window(syllables(again), spoken)
    if cut is None:
        return after(heard, before), ""
    start, end = cut
    return _after(spoken[:start], before), _text(spoken[end:])


def after(heard: str, before: str) -> str:
    """Return what was heard after the words `before`, in Hanzi; all of it if they were not heard."""
    return _after(syllables(spelled_out(heard)), before)


def _after(spoken: Sequence[Syllable], before: str) -> str:
    window = _window(syllables(before), spoken)
    return _text(spoken[window[1] :] if window else spoken)


def _text(spoken: Sequence[Syllable]) -> str:
    return "".join(syllable.character for syllable in spoken)


def _window(words: Sequence[Syllable], spoken: Sequence[Syllable]) -> tuple[int, int] | None:
    """Find where the words sound best: first and next-after-last place, the earliest of equals.

    The usual table of changes, but beginning anywhere costs nothing, and each entry remembers where it began.
    """
    row = [(0.0, place) for place in range(len(spoken) + 1)]
    for number, word in enumerate(words, start=1):
        above, row = row, [(float(number), 0)]
        for place, other in enumerate(spoken, start=1):
            cost, start = above[place - 1]
            ways = (cost + _difference(word, other), start), _more(above[place]), _more(row[-1])
            row.append(min(ways, key=lambda way: way[0]))
    best = min(range(len(row)), key=lambda place: (round(row[place][0], 6), place))
    cost, start = row[best]
    return (start, best) if words and cost < _SURE * len(words) else None


def _more(entry: tuple[float, int]) -> tuple[float, int]:
    return entry[0] + 1, entry[1]


def _difference(left: Syllable, right: Syllable) -> float:
    """Return 0 for one sound, 0.6 for half of it, and more than a syllable left out (1) for another sound."""
    if left.equals(right):
        return 0
    halves = [_halves(left), _halves(right)]
    return sum(0.6 for one, other in zip(*halves, strict=True) if one != other)


def _halves(syllable: Syllable) -> tuple[str, str]:
    sound = min(syllable.sounds, default="")
    initial = _INITIAL.match(sound)
    head = initial.group() if initial else ""
    return head, sound[len(head) :]
