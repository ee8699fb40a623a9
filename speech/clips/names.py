"""Masked names from clips: the surname with 某, then the sound of the last character.

>>> split("陈某英"), split("单某瑛"), split("欧阳某")
(('陈某', '英'), ('善某', '英'), ('欧阳某',))
>>> split("某"), split("爨某")
(('某',), ('窜', '某'))

A clip says a name, it does not spell it: a surname with a reading of its own is rendered from a Hanzi that is
always read so, and what follows 某 from one that sounds the same. A log of clips shows 善某英.
"""

from collections.abc import Iterator

from speech.clips.order import far_apart
from speech.clips.sounds import SOUNDS, sounding_like
from speech.clips.surnames import SAID_AS, SURNAMES
from speech.spoken import UnspeakableError

_MASK = "某"
_KNOWN = {surname: SAID_AS.get(surname, surname) + _MASK for surname in SURNAMES}


def split(said: str) -> tuple[str, ...]:
    """Return the clips of a name as `speech.spoken.masked_name` says it.

    UnspeakableError if it has no 某, or a character that sounds like none we know.
    """
    surname, mask, given = said.partition(_MASK)
    if not mask:
        raise UnspeakableError("only masked names are said: this one has no 某")
    return (*_surname(surname), *map(sounding_like, given))


def _surname(surname: str) -> tuple[str, ...]:
    """Give one clip for a known surname with its 某, else one for each of its sounds and one for 某."""
    if known := _KNOWN.get(surname):
        return (known,)
    return (*map(sounding_like, surname), _MASK)


def inventory() -> Iterator[str]:
    """Yield 某, every surname with it (some share a clip), and every sound that may stand before or after."""
    yield from dict.fromkeys([*_KNOWN.values(), _MASK])
    yield from far_apart((sound for sound in SOUNDS if sound != _MASK), 37)
