"""Masked names: what the asterisk of a name sounds like.

>>> masked_name("陈*英"), masked_name("黄*")
('陈某英', '黄某')
"""

import re

from speech.spoken.hanzi import LETTERS, UnspeakableError, assert_speakable

_STARS = re.compile(r"[*＊]+")
_LETTER = re.compile(r"[A-Za-z]")


def masked_name(name: str) -> str:
    """Return a masked name with 某 for its asterisks; one without any is refused: full names are not said."""
    if not _STARS.search(name):
        raise UnspeakableError("only masked names are read aloud: this one has no asterisk")
    spoken = _LETTER.sub(lambda letter: LETTERS[letter.group().upper()], _STARS.sub("某", name))
    assert_speakable(spoken)
    return spoken
