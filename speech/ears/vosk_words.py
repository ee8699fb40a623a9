"""Phrases cut into the words of a Vosk model, which knows no other words and drops them without an error.

>>> known = {"查", "余额", "余", "额"}
>>> words("查余额。", known.__contains__)
('查', '余额')
>>> unknown("查PIN额", known.__contains__)
('PIN',)
"""

import re
import unicodedata
from collections.abc import Callable

Knows = Callable[[str], bool]

_LONGEST = 16  # characters of a word; Chinese ones have four, those of alphabets more
_TOKEN = re.compile(r"[^\W_]+")


def tokens(phrase: str) -> list[str]:
    """Return what stands between spaces and punctuation, in one width."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", phrase))


def words(phrase: str, knows: Knows) -> tuple[str, ...] | None:
    """Cut a phrase into as few words as possible; None if a part of it is in no word."""
    cut = [_cut(token, knows) for token in tokens(phrase)]
    found = [word for each in cut if each for word in each]
    return tuple(found) if found and None not in cut else None


def unknown(phrase: str, knows: Knows) -> tuple[str, ...]:
    """Return the parts of a phrase that are in no word."""
    found: list[str] = []
    for token in tokens(phrase):
        if _cut(token, knows) is None:
            marked = "".join(" " if knows(character) else character for character in token)
            found += marked.split() or [token]
    return tuple(found)


def _cut(token: str, knows: Knows) -> tuple[str, ...] | None:
    best: list[tuple[str, ...] | None] = [()]  # the fewest words up to each character
    for end in range(1, len(token) + 1):
        begins = range(max(0, end - _LONGEST), end)
        ways = [
            (*before, token[begin:end])
            for begin in begins
            if (before := best[begin]) is not None and knows(token[begin:end])
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1]
