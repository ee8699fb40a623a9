"""How many parts a text is cut into on its way, which is what it costs.

140 octets hold one text; of a longer one every part gives six octets to its header. A text of the GSM 03.38
alphabet uses seven bits a character (fourteen for ten of them); any other makes the whole text UTF-16.

>>> segments("您的验证码是482913。"), segments("a" * 160), segments("a" * 161)
(1, 1, 2)
"""

import unicodedata
from collections.abc import Iterable, Iterator

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[]~|€\f")
_GSM = _BASIC | _EXTENDED

_GSM_ALONE, _GSM_PART = 160, 153
_UTF16_ALONE, _UTF16_PART = 70, 67

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)


def segments(text: str) -> int:
    """Return the number of parts, 0 for an empty text. Escape pairs and composed emoji are never cut."""
    if _GSM.issuperset(text):
        return _parts((2 if character in _EXTENDED else 1 for character in text), _GSM_ALONE, _GSM_PART)
    return _parts(map(_units, _clusters(text)), _UTF16_ALONE, _UTF16_PART)


def is_one_segment(text: str) -> bool:
    """Say whether the text goes in one part, as every text of ours should."""
    return segments(text) == 1


def _parts(sizes: Iterable[int], alone: int, part: int) -> int:
    total = used = 0
    parts = 1
    for size in sizes:
        total += size
        used += size
        if used > part:
            parts, used = parts + 1, size
    if total == 0:
        return 0
    return 1 if total <= alone else parts


def _units(text: str) -> int:
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def _clusters(text: str) -> Iterator[str]:
    """Yield what a reader takes for one character: those cases of Unicode's annex 29 that texts contain."""
    cluster = ""
    for character in text:
        if cluster and not (_continues(cluster, character) and _units(cluster + character) <= _UTF16_PART):
            yield cluster
            cluster = ""
        cluster += character
    yield cluster


def _continues(cluster: str, character: str) -> bool:
    code = ord(character)
    return (
        character == _JOINER
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
        or code in _SKIN_TONES
        or code in _TAGS
        or cluster[-1] == _JOINER
        or (code in _FLAG_LETTERS and len(cluster) == 1 and ord(cluster) in _FLAG_LETTERS)
    )
