"""How words sound: syllables without tones, and how easily one is heard as another.

A telephone ear writes homophones freely (接触绑定 for 解除绑定), and callers speak as they do at home, so
words are compared by sound. Tones are left out: dialects differ in them most, and the line keeps them least.

>>> sounds("查余额"), syllable("zhang"), sounds("余额") == sounds("鱼鹅")
(('cha', 'yu', 'e'), Syllable(initial='zh', final='ang'), True)
>>> [round(apart(*sounds(two)), 2) for two in ("四十", "兰南", "飞灰", "账战", "账抓")]
[0.08, 0.1, 0.12, 0.12, 0.75]
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pypinyin import lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

FOREIGN = "?"
"""The sound of a word in Latin letters. It is like nothing, not even itself: such words count only whole."""
_PIECES = re.compile("([\u3007\u3400-\u4dbf\u4e00-\u9fff]+)|([a-z]+)")
_FIGURES = str.maketrans("0123456789", "零一二三四五六七八九")


@dataclass(frozen=True, slots=True)
class Syllable:
    """The parts of a sound: its initial ("" before a vowel) and its final in full (余 v, 有 iou)."""

    initial: str
    final: str


def _table(pairs_by_cost: Mapping[float, str]) -> Mapping[frozenset[str], float]:
    """Read "n-l" as a pair; "r-" is r and nothing."""
    return {
        frozenset(pair.split("-")): cost for cost, pairs in pairs_by_cost.items() for pair in pairs.split()
    }


# Up to 0.15, initials that whole regions do not tell apart: n and l along the Yangtze and in the south, flat
# and curled tongue nearly everywhere south, f and h in Fujian and Hunan, r and l, and r and y in the
# north-east and the south (domain.md 5.6). They cost something only so that the standard sound wins.
# From 0.25, what the line makes alike: above 3400 Hz lies what tells f, s, x and sh apart, and a short puff
# of air is lost; and what speakers of Cantonese put for each other (j, z, zh).
_INITIALS = _table(
    {
        0.08: "z-zh c-ch s-sh",
        0.1: "n-l",
        0.12: "f-h",
        0.15: "r-l r-",
        0.25: "j-q zh-ch z-c j-zh j-z q-ch q-c x-sh x-s",
        0.3: "b-p d-t g-k z-ch c-zh",
        0.35: "x-q m-n s-c sh-ch h-",
        0.4: "f-s f-sh f-x h-k p-t b-d r-zh r-sh",
        0.45: "m-l h-g t-k d-g d-n d-l n- l- j-",
    }
)
_OTHER_INITIAL = 0.55
# Between these the glide goes with the tongue: hua is said fa, and rou you.
_WITH_GLIDE = frozenset({frozenset({"f", "h"}), frozenset({"r", ""})})

# A final is a glide, a vowel and an ending; N stands for -ng, which much of the south says as -n.
_PARTS = """
a=.a. o=.o. e=.e. ê=.e. er=.e.r ai=.a.i ei=.e.i ao=.a.u ou=.o.u an=.a.n en=.e.n ang=.a.N eng=.e.N ong=.o.N
i=.i. ia=i.a. ie=i.e. iao=i.a.u iou=i.o.u ian=i.a.n in=.i.n iang=i.a.N ing=.i.N iong=v.o.N u=.u. ua=u.a.
uo=u.o. uai=u.a.i uei=u.e.i uan=u.a.n uen=u.e.n uang=u.a.N ueng=u.e.N v=.v. ve=v.e. van=v.a.n vn=.v.n
"""
_FINALS = {final: parts.split(".") for final, _, parts in (each.partition("=") for each in _PARTS.split())}
_GLIDES = _table({0.15: "i-v", 0.3: "u-v", 0.35: "i-u"})
_VOWELS = _table({0.25: "i-v", 0.3: "e-o", 0.35: "o-u", 0.45: "u-v e-i", 0.5: "a-o", 0.55: "a-e"})
_ENDINGS = _table({0.12: "n-N", 0.2: "-r", 0.35: "-i -u"})
_OTHER_GLIDE, _OTHER_VOWEL, _OTHER_ENDING = 0.3, 0.7, 0.45
_UNLIKE = 1.0


def spoken(words: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the Hanzi, figures (as Hanzi) and Latin words of a text, and how each is read, without tone.

    Hanzi are read in context (银行 hang, 行 xing). Punctuation is silent.
    """
    written: list[str] = []
    read: list[str] = []
    for hanzi, latin in _PIECES.findall(unicodedata.normalize("NFKC", words).lower().translate(_FIGURES)):
        written += hanzi or [latin]
        read += lazy_pinyin(hanzi) if hanzi else [FOREIGN]
    return tuple(written), tuple(read)


def sounds(words: str) -> tuple[str, ...]:
    """Return how words are read: one sound for each Hanzi, figure or Latin word."""
    return spoken(words)[1]


@cache
def syllable(sound: str) -> Syllable:
    """Return the parts of a sound."""
    return Syllable(to_initials(sound), to_finals(sound, v_to_u=False))


def apart(one: str, other: str) -> float:
    """Return how unlike two sounds are, from 0, the same, to 1.

    A confusion of dialects costs 0.08 to 0.15, one of the line 0.25 to 0.45, a wrong vowel up to 0.7.
    """
    if one == other != FOREIGN:
        return 0.0
    this, that = syllable(one), syllable(other)
    if not (this.final in _FINALS and that.final in _FINALS):
        return _UNLIKE
    initials = frozenset({this.initial, that.initial})
    pairs = [frozenset(pair) for pair in zip(_FINALS[this.final], _FINALS[that.final], strict=True)]
    cost = _cost(_INITIALS, initials, _OTHER_INITIAL)
    if initials not in _WITH_GLIDE:
        cost += _cost(_GLIDES, pairs[0], _OTHER_GLIDE)
    cost += _cost(_VOWELS, pairs[1], _OTHER_VOWEL) + _cost(_ENDINGS, pairs[2], _OTHER_ENDING)
    return min(_UNLIKE, cost)


def _cost(table: Mapping[frozenset[str], float], pair: frozenset[str], other: float) -> float:
    return table.get(pair, other) if len(pair) > 1 else 0.0


class _Unlike(dict[str, float]):
    """How unlike one sound is to others, worked out as they are met; there are some four hundred."""

    def __init__(self, sound: str) -> None:
        super().__init__()
        self._sound = sound

    def __missing__(self, other: str) -> float:
        self[other] = apart(self._sound, other)
        return self[other]


@cache
def unlike(sound: str) -> Mapping[str, float]:
    """Return `apart` of one sound as a table of the others: comparing is most of the work of a match."""
    return _Unlike(sound)
