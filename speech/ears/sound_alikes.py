"""What else a sentence may have been: a phrase in the place of the words that sound most like it.

>>> instead("我在新年", "兴宁"), instead("今天天气真好", "兴宁")
('我在兴宁', '')
"""

import re
from functools import cache

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

ALIKE = 0.5
"""Of their initials and finals, words that may have been a phrase have at least half in common with it."""
_NOT_WORDS = re.compile(r"[\W_]")

_Sounds = tuple[tuple[str, str], ...]


def plain(words: str) -> str:
    """Return words without punctuation."""
    return _NOT_WORDS.sub("", words)


def instead(words: str, phrase: str) -> str:
    """Return a sentence with a phrase put in the place of as many syllables that sound like it.

    Nothing where none do, where there is nothing around it, and where a character is no syllable.
    """
    sentence = plain(words)
    heard, wanted, length = _sounds(sentence), _phrase_sounds(phrase), len(phrase)
    if len(heard) != len(sentence) or len(wanted) != length or len(sentence) <= length:
        return ""
    places = range(len(sentence) - length + 1)
    unlike, place = min((_unlike(heard[place : place + length], wanted), place) for place in places)
    return sentence[:place] + phrase + sentence[place + length :] if unlike <= ALIKE else ""


def _unlike(some: _Sounds, others: _Sounds) -> float:
    pairs = zip(some, others, strict=True)
    return sum((one[0] != other[0]) + (one[1] != other[1]) for one, other in pairs) / (2 * len(others))


def _sounds(words: str) -> _Sounds:
    return tuple(
        (to_initials(each, strict=False), to_finals(each, strict=False)) for each in lazy_pinyin(words)
    )


# Phrases are few; what people say is endless, and nobody's business afterwards.
_phrase_sounds = cache(_sounds)
