"""How far what was heard is from what was said, counted in syllables: spelling is the ear's own affair.

Tones are left out (a telephone ear writes homophones freely), punctuation is dropped, and numbers that the
ear writes in figures are read as they may have been said, by value or figure by figure.

>>> error("请拨幺二三三三", "请波12333"), error("两位", "二位"), error("请按零", "请按一")
(0.0, 0.0, 0.3333333333333333)
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pypinyin import lazy_pinyin

from speech.phrasing import HANZI
from speech.spoken import cardinal
from speech.spoken.hanzi import LETTERS

_NAMES = "零一二三四五六七八九"
_THOUSANDS = re.compile(r"(?<!\d)(\d{1,3}(?:,\d{3})+)(?!\d)", re.ASCII)
_FIGURES = re.compile(r"(\d+)(?:\.(\d+))?(%?)", re.ASCII)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)", re.ASCII)
_ALSO = {"幺": "yi", "两": "er", "〇": "ling"}


@dataclass(frozen=True, slots=True)
class Syllable:
    """One spoken syllable: its character, and every sound without tone that counts as it."""

    character: str
    sounds: frozenset[str]

    def equals(self, other: "Syllable") -> bool:
        """Tell whether nobody could hear them apart without tones."""
        return self.character == other.character or not self.sounds.isdisjoint(other.sounds)


def syllables(text: str) -> list[Syllable]:
    """Cut Hanzi into syllables; everything else is dropped."""
    characters = re.findall(f"[{HANZI}]", text)
    sounds = lazy_pinyin("".join(characters))
    return [
        Syllable(character, frozenset(filter(None, (sound, _ALSO.get(character)))))
        for character, sound in zip(characters, sounds, strict=True)
    ]


def error(expected: str, heard: str) -> float:
    """Return wrong, missing and added syllables as a share of those expected (Hanzi only, at least one)."""
    said = syllables(expected)
    return distance(said, closest(said, heard)) / len(said)


def distance(left: Sequence[Syllable], right: Sequence[Syllable]) -> int:
    """Count the fewest changes (one replaced, dropped or added) that make one of the other."""
    row = list(range(len(right) + 1))
    for number, syllable in enumerate(left, start=1):
        above, row = row, [number]
        for place, other in enumerate(right, start=1):
            changed = above[place - 1] + (not syllable.equals(other))
            row.append(min(changed, above[place] + 1, row[-1] + 1))
    return row[-1]


def closest(said: Sequence[Syllable], heard: str) -> list[Syllable]:
    """Read what was heard, each number in the way that is nearer to what was said.

    Whether 12333 was heard as a name or as a value cannot be known from how the ear spells it.
    """
    pieces = _pieces(plain(heard))
    chosen = [ways[0] for ways in pieces]
    for place, ways in enumerate(pieces):
        if len(ways) > 1:
            chosen[place] = min(ways, key=lambda way: distance(said, _with(chosen, place, way)))
    return syllables("".join(chosen))


def plain(text: str) -> str:
    """Return the text with half-width characters and without thousands separators."""
    half_width = unicodedata.normalize("NFKC", text)
    return _THOUSANDS.sub(lambda found: found.group().replace(",", ""), half_width)


def by_name(figures: str) -> str:
    """Read figures one by one."""
    return "".join(_NAMES[int(figure)] for figure in figures)


def _with(chosen: Sequence[str], place: int, way: str) -> list[Syllable]:
    return syllables("".join([*chosen[:place], way, *chosen[place + 1 :]]))


def _pieces(text: str) -> list[list[str]]:
    """Cut into Hanzi (one way to say them) and numbers (one or two)."""
    clocks = _CLOCK.sub(r"\1点\2", text)
    letters = re.sub("[A-Za-z]", lambda found: LETTERS[found.group().upper()], clocks)
    pieces, end = [], 0
    for found in _FIGURES.finditer(letters):
        pieces += [[letters[end : found.start()]], _ways(*found.groups())]
        end = found.end()
    return [*pieces, [letters[end:]]]


def _ways(whole: str, fraction: str | None, percent: str) -> list[str]:
    readers: list[Callable[[str], str]] = [by_name]
    if len(whole) <= 12 and not (len(whole) > 1 and whole.startswith("0")):
        readers.insert(0, lambda figures: cardinal(int(figures)))
    after = "点" + by_name(fraction) if fraction else ""
    return [("百分之" if percent else "") + reader(whole) + after for reader in readers]
