"""Amounts drawn by chance for the ear: 0.01 to 99,999.99 yuan, the same ones for the same seed.

A third is uniform in value (nearly all have five digits before the point), a third uniform in its logarithm
(as many below 10 yuan as in the ten thousands: balances of people who have spent theirs), and a third has
each of its digits after the first turned to zero with even chance (10010.05, 2002.20: where 零 is said and
where it is not). Never zero, no amount twice.
"""

import math
import random

LARGEST = 9_999_999
"""Fen."""


def drawn(number: int, seed: int) -> list[int]:
    """Return `number` different amounts in fen; a longer list begins with the shorter one."""
    chance = random.Random(seed)
    kinds = (_uniform, _logarithmic, _holed)
    amounts: dict[int, None] = {}
    while len(amounts) < number:
        amounts[kinds[len(amounts) % 3](chance)] = None
    return list(amounts)


def _uniform(chance: random.Random) -> int:
    return chance.randint(1, LARGEST)


def _logarithmic(chance: random.Random) -> int:
    return round(math.exp(chance.uniform(0, math.log(LARGEST))))


def _holed(chance: random.Random) -> int:
    digits = str(_logarithmic(chance))
    return int(digits[0] + "".join(digit if chance.random() < 0.5 else "0" for digit in digits[1:]))
