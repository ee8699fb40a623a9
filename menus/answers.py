"""Which answer did they mean? By whole phrases; two answers that fit equally well are none."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

# What people put around what they mean; a phrase is compared without it.
_POLITE = re.compile(r"^(?:请|麻烦|帮我|给我|我要|我想|想|要|那个|嗯|呃|啊)+|(?:一下|谢谢|吧|呀|啊|了|呢)+$")
_AROUND = re.compile(r"^[\s,,。.!!??::]+|[\s,,。.!!??::]+$")
# Two characters of which a word does not end between: all but a letter and then a digit, as in JB2.
_GOES_ON = re.compile("[0-9][0-9A-Za-z]|[A-Za-z]{2}")
_NOT_WORDS = re.compile(r"[^\w*#]|_")


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
