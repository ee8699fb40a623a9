"""What a text message asks for: the heading that begins it, or the one whose words stand anywhere in it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from menus import answers
from menus.events import Wrote
from menus.menu import Heading, Listening
from menus.pronunciation import sounds as pronounced
from menus.small_words import Role, Roles, Sounds, read

_HANZI = re.compile("[\u4e00-\u9fff]{2,}")
_ASKS = re.compile("了[沒没]有?[啊呀呢吗]?[\\s。,.??!!]*$")
"""Or not, at the end of a question: 到账了没有 refuses nothing."""
_NUMBER = re.compile("(?<![0-9])[0-9]{1,2}(?![0-9])")
"""A choice from a list, where such words stand beside it; longer ones are dates or somebody's number."""


def asked_for(listening: Listening, first: Listening, wrote: Wrote) -> tuple[Heading, str] | None:
    """Return the heading a text means and what it says besides; None if it means none, or it cannot be told.

    The menu's own headings come before those of the `first`, where texts begin. Words within a sentence count
    only where the text is nothing else, no code and no refusal. They are compared by their sound, so that
    traditional characters and slips of the pen do no harm; what a sentence refuses it does not ask for.
    """
    for heading in _headings(listening, first):
        rest = answers.heading(heading.words, wrote.text)
        if rest is not None:
            return heading, rest
    return _mentioned(listening, first, wrote) if wrote.reading.meaning == "unclear" else None


def _headings(listening: Listening, first: Listening) -> Iterator[Heading]:
    yield from listening.headings
    yield from first.headings


def _mentioned(listening: Listening, first: Listening, wrote: Wrote) -> tuple[Heading, str] | None:
    for headings in (listening.headings, first.headings):
        heading = _only_one(headings, wrote.text)
        if heading:
            number = _NUMBER.search(unicodedata.normalize("NFKC", wrote.text))
            return heading, number.group() if number else wrote.text
    return None


def _only_one(headings: Iterable[Heading], text: str) -> Heading | None:
    """Return the heading with the longest words in a text, None if it has none or two as long."""
    sounds, roles = read(_ASKS.sub("", text))
    lengths = [(max(_lengths(each.words, sounds, roles), default=0), each) for each in headings]
    most = max((length for length, _ in lengths), default=0)
    found = [heading for length, heading in lengths if length == most]
    return found[0] if most and len(found) == 1 else None


def _lengths(words: Iterable[str], sounds: Sounds, roles: Roles) -> Iterator[int]:
    """Yield how many syllables the words have that stand in a text by their sound, and are not refused.

    Letters, figures and single syllables are found at the beginning only.
    """
    for word in filter(_HANZI.fullmatch, words):
        wanted = pronounced(word)
        for place in range(len(sounds) - len(wanted) + 1):
            its = slice(place, place + len(wanted))
            if sounds[its] == wanted and Role.REFUSED not in roles[its]:
                yield len(wanted)
