"""Which answer did they mean? By whole phrases, of heard words also by sound; two that fit equally are none.

>>> match({"1": ["查余额"], "2": ["解除绑定"]}, "我要接触绑定")
Chosen(answer='2')
>>> match({"1": ["查余额"], "2": ["解除绑定"]}, "我不要解除绑定")
NotUnderstood()
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import inf

from menus import likeness

# What people put around what they mean; a phrase is compared without it.
_POLITE = re.compile(r"^(?:请|麻烦|帮我|给我|我要|我想|想|要|那个|嗯|呃|啊)+|(?:一下|谢谢|吧|呀|啊|了|呢)+$")
_AROUND = re.compile(r"^[\s,,。.!!??::]+|[\s,,。.!!??::]+$")
# Two characters of which a word does not end between: all but a letter and then a digit, as in JB2.
_GOES_ON = re.compile("[0-9][0-9A-Za-z]|[A-Za-z]{2}")
_NOT_WORDS = re.compile(r"[^\w*#]|_")

# What a choice by sound may cost for each syllable that counts. SURE lets one of two syllables have another
# initial, or one of three be missing; above it a poor ear gains 2 in 100 and twice as much idle talk is taken
# for an answer (measured on the sentences of tests/menus/test_answers_*.py).
SURE = 0.28
# Half a phrase heard costs 0.4, as does a no that stands for 不给他用了, and is not worth a question.
LIKELY = 0.39
# How much nearer than any other answer one must be to be chosen, and to be asked about: two answers equally
# near are neither. Between 0.1 and 0.2 nothing depends on it, so far apart are the shipped phrases.
MARGIN = 0.15
LESS_MARGIN = 0.1
# An ear that is less sure than this of its words guesses, and is asked back about: Whisper wrote 救命 (0.4)
# for 武鸣 and 青秀 (0.53) for 兴宁, said too briefly. Of whole sentences that it hears right it is surer.
UNSURE = 0.6
# Phrases nearer than that leave no MARGIN where the ear gets half a syllable of four wrong.
TOO_ALIKE = 0.3


@dataclass(frozen=True, slots=True)
class Chosen:
    """What they mean is beyond doubt."""

    answer: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """They may mean this: ask back."""

    answer: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """They mean none of it, or it cannot be told which."""


Match = Chosen | Doubtful | NotUnderstood
Pair = tuple[str, str, str, str, float]


def normal(words: str) -> str:
    """Return words as they are compared: one width, no spaces or punctuation, lower case."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", words)).lower()


# Of phrases only, which are few: what people say is endless, and nobody's business afterwards.
_normal_phrase = cache(normal)


def choose(phrases: Mapping[str, Iterable[str]], words: str) -> str | None:
    """Return the answer whose phrase was said, or None if none or more than one was.

    `phrases` maps an answer to its phrases. Whole phrases only: 不查余额 does not choose 查余额.

    >>> choose({"1": ["查余额"], "2": ["查到账"]}, "请 查余额 谢谢")
    '1'
    """
    heard = normal(words)
    plain = _POLITE.sub("", heard)
    found = {
        answer
        for answer, listed in phrases.items()
        if any(_normal_phrase(phrase) in (heard, plain) for phrase in listed)
    }
    return found.pop() if len(found) == 1 else None


def match(phrases: Mapping[str, Iterable[str]], words: str) -> Match:
    """Return which answer heard words mean: by whole phrases as `choose`, and otherwise by their sound.

    A phrase may stand within a longer sentence, but what a sentence refuses is never chosen, nor is anything
    of one syllable by its sound: keys are for those.
    """
    listed = _kept(phrases)
    exact = choose(listed, words)
    if exact is not None:
        return Chosen(exact)
    costs = _costs(listed, likeness.sentence(words))
    best = min(costs, key=costs.__getitem__, default="")
    cost = costs.get(best, inf)
    ahead = min((other for answer, other in costs.items() if answer != best), default=inf) - cost
    if cost <= SURE and ahead >= MARGIN:
        return Chosen(best)
    return Doubtful(best) if cost <= LIKELY and ahead >= LESS_MARGIN else NotUnderstood()


def weighed(found: Match, confidence: float, instead: Match) -> Match:
    """Return what heard words mean, doubted as the ear doubts them: it is `confidence` sure of its words.

    `found` is what they mean, `instead` what the words mean that the ear thinks possible too: if that is
    anything else, it is what to ask about.

    >>> weighed(NotUnderstood(), 0.29, Chosen("1"))
    Doubtful(answer='1')
    """
    if isinstance(found, Chosen) and (isinstance(instead, NotUnderstood) or instead.answer == found.answer):
        return found if confidence >= UNSURE else Doubtful(found.answer)
    return found if isinstance(instead, NotUnderstood) else Doubtful(instead.answer)


def _kept(phrases: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return {answer: tuple(listed) for answer, listed in phrases.items()}


def _costs(phrases: Mapping[str, tuple[str, ...]], heard: likeness.Sentence) -> dict[str, float]:
    """Return the least cost of each answer that could still matter, the most promising phrases first."""
    limit = LIKELY + MARGIN
    candidates = [
        (likeness.at_least(phrase, heard, limit), answer, phrase)
        for answer, listed in phrases.items()
        for phrase in map(likeness.phrase, listed)
    ]
    costs: dict[str, float] = {}
    for least, answer, phrase in sorted(candidates, key=lambda candidate: candidate[0]):
        if least > limit:
            break
        cost = likeness.unlikeness(phrase, heard)
        costs[answer] = min(cost, costs.get(answer, inf))
        limit = min(limit, cost + MARGIN)
    return costs


def too_alike(phrases: Mapping[str, Iterable[str]]) -> list[Pair]:
    """Return phrases of different answers that an ear could take for each other, the nearest first.

    Each with its answer: (answer, phrase, answer, phrase, distance), the distance 0 where nobody hears one.

    >>> too_alike({"1": ["南宁"], "2": ["兰林"], "3": ["北京"]})
    [('1', '南宁', '2', '兰林', 0.16)]
    """
    return sorted(_alike(_kept(phrases)), key=lambda pair: pair[-1])


def _alike(phrases: Mapping[str, tuple[str, ...]]) -> Iterator[Pair]:
    for (one, its), (other, others) in combinations(phrases.items(), 2):
        for mine, theirs in ((mine, theirs) for mine in its for theirs in others):
            distance = min(_distance(mine, theirs), _distance(theirs, mine))
            if distance < TOO_ALIKE:
                yield one, mine, other, theirs, round(distance, 2)


@cache
def _distance(phrase: str, said: str) -> float:
    return likeness.unlikeness(likeness.phrase(phrase), likeness.sentence(said))


def heading(words: Iterable[str], text: str) -> str | None:
    """Return what follows the longest of the words that begins a text; None if none does.

    >>> heading(["解绑", "JB"], "解绑 2")
    '2'
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    for word in sorted(words, key=len, reverse=True):
        if plain.lower().startswith(word.lower()):
            rest = plain[len(word) :]
            if word.isascii() and _GOES_ON.match(word[-1] + rest[:1]):
                continue  # "1" does not begin "12", nor "CX" "CXY"
            return _AROUND.sub("", rest)
    return None
