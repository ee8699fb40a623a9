"""How far a phrase is from what was heard: a weighted edit distance over syllables, within a sentence.

>>> heard = sentence("那个,我想接触一下绑定可以吗")
>>> [round(unlikeness(phrase(words), heard), 2) for words in ("解除绑定", "查余额")]
[0.02, 0.93]
"""

from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from math import inf

from menus.pronunciation import unlike
from menus.small_words import Role, Roles, Sounds, read

# A syllable of the phrase that was not heard: the line and the ear swallow some, mostly the first.
MISSING = 0.8
# A syllable heard among those of the phrase: it tears the phrase apart.
WITHIN = 0.5
# A syllable heard before or after it: the rest of a sentence that says more than the phrase.
AROUND = 0.2
# A small word heard among them, 绑定了是谁. Not free, so that a phrase that has it is nearer.
SMALL_WITHIN = 0.05
# A no in what was heard that is not the phrase's own and does not refuse it (我眼睛不好,你帮我查余额): reason
# enough to ask back, however near the phrase is.
A_NO_NEARBY = 0.3

_Part = tuple[str, bool, bool]
_Row = tuple[list[float], float]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase made ready: its parts, what each costs if it is missing, how many are a no and how many count.

    A part is a sound, whether it is a no, and whether the phrase has one.
    """

    parts: tuple[_Part, ...]
    missing: tuple[float, ...]
    noes: int
    weight: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was heard, made ready: what each sound costs within a phrase, and all before it around one."""

    sounds: Sounds
    roles: Roles
    noes: int
    within: tuple[float, ...]
    around: tuple[float, ...]
    # How unlike a part of some phrase is to each sound heard, and the least of it; phrases share parts.
    rows: dict[_Part, _Row] = field(default_factory=dict, compare=False, repr=False)


@cache
def phrase(words: str) -> Phrase:
    """Make a phrase ready. They are few; what people say is endless, and nobody's business afterwards."""
    heard, roles = read(words)
    counts = [role is not Role.POLITE for role in roles]
    if sum(counts) < 2:  # 要发: of so little nothing may be missing
        counts = [True] * len(counts)
    noes = roles.count(Role.NO)
    parts = tuple((sound, role is Role.NO, noes > 0) for sound, role in zip(heard, roles, strict=True))
    missing = tuple(
        inf if role is Role.NO else MISSING if count else 0.0
        for role, count in zip(roles, counts, strict=True)
    )
    return Phrase(parts, missing, noes, sum(counts))


def sentence(words: str) -> Sentence:
    """Make what was heard ready to be compared with phrases."""
    heard, roles = read(words)
    counts = [role in (Role.WORD, Role.REFUSED) for role in roles]
    within = tuple(WITHIN if count else SMALL_WITHIN for count in counts)
    around = accumulate((AROUND if count else 0.0 for count in counts), initial=0.0)
    return Sentence(heard, roles, roles.count(Role.NO), within, tuple(around))


def at_least(one: Phrase, heard: Sentence, limit: float = inf) -> float:
    """Return what `unlikeness` is at least, no longer counted above the limit; most phrases end here."""
    if _is_impossible(one, heard):
        return inf
    cost, allowed = max(0.0, heard.around[-1] - AROUND * len(one.parts)), limit * one.weight
    for part, missing in zip(one.parts, one.missing, strict=True):
        if cost > allowed:
            break
        least = (heard.rows.get(part) or _row(part, heard))[1]
        cost += missing if missing < least else least
    return cost / one.weight


def unlikeness(one: Phrase, heard: Sentence) -> float:
    """Return the cost of hearing a phrase in a sentence, a syllable that counts; 0 if it stands there.

    Infinite for a phrase of a single syllable (keys are for those), or if a no of the phrase was not said;
    more than any choice may cost if the sentence refuses what the phrase says.
    """
    if _is_impossible(one, heard):
        return inf
    return max(_least_cost(one, heard) / one.weight, A_NO_NEARBY if heard.noes > one.noes else 0.0)


def _is_impossible(one: Phrase, heard: Sentence) -> bool:
    return heard.noes < one.noes or len(one.parts) < 2 or len(heard.sounds) < 2


def _row(part: _Part, heard: Sentence) -> _Row:
    """Work out how unlike a part of a phrase is to each sound heard, and the least of it.

    A no is like nothing but a no. What is refused is like nothing either, unless the phrase has a no itself:
    that may be the one that refuses.
    """
    sound, is_no, has_no = part
    costs = unlike(sound)
    row = [costs[other] for other in heard.sounds]
    if heard.noes:
        for place, role in enumerate(heard.roles):
            if (role is Role.NO) != is_no or (role is Role.REFUSED and not has_no):
                row[place] = inf
    heard.rows[part] = row, min(row)
    return heard.rows[part]


def _least_cost(one: Phrase, heard: Sentence) -> float:
    """Return the least cost of making the phrase some part of the sentence, with what stands around it."""
    above = list(heard.around)
    for part, missing in zip(one.parts, one.missing, strict=True):
        row, _ = heard.rows.get(part) or _row(part, heard)
        before = above[0]
        left = above[0] = before + missing
        for place, (unlike_it, added) in enumerate(zip(row, heard.within, strict=True), start=1):
            left = min(before + unlike_it, above[place] + missing, left + added)
            before, above[place] = above[place], left
    return min(cost + heard.around[-1] - skipped for cost, skipped in zip(above, heard.around, strict=True))
