"""Which characters a voice may be given, and the names of the letters it may not.

>>> assert_speakable("余额是三百元。")
>>> assert_speakable("余额是300元。")
Traceback (most recent call last):
    ...
speech.spoken.hanzi.UnspeakableError: a voice cannot be given '3' (U+0033, character 4 of the text)
"""

import re

# Brackets, braces and signs are absent on purpose: an unfilled {placeholder} must not be spoken either.
_PAUSES = ",.?!;:，。？！；：、…—·“”‘’《》（） \n"
_HANZI = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNSPEAKABLE = re.compile(f"[^{_HANZI}{re.escape(_PAUSES)}]")
_SPEAKABLE = re.compile(f"[{_HANZI}]")

# Full-width figures, letters and signs become ASCII; Chinese punctuation stays what it is.
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，！？；：（）"}

# Syllables a Mandarin voice reads as the letter; 诶 and 艾克斯 are the usual forms in A座 and in an ID.
# fmt: off
LETTERS = {
    "A": "诶", "B": "比", "C": "西", "D": "弟", "E": "伊", "F": "艾弗",
    "G": "吉", "H": "艾尺", "I": "艾", "J": "杰", "K": "开", "L": "艾勒",
    "M": "艾姆", "N": "恩", "O": "欧", "P": "批", "Q": "丘", "R": "阿尔",
    "S": "艾斯", "T": "提", "U": "优", "V": "维", "W": "达不溜", "X": "艾克斯",
    "Y": "歪", "Z": "泽德",
}
# fmt: on


class UnspeakableError(ValueError):
    """This cannot be read aloud. The sentence says why and repeats at most one character of the value."""


def assert_speakable(text: str) -> None:
    """Raise UnspeakableError unless the text is Hanzi and punctuation only, with at least one Hanzi."""
    if wrong := _UNSPEAKABLE.search(text):
        character = wrong.group()
        place = f"U+{ord(character):04X}, character {wrong.start() + 1} of the text"
        raise UnspeakableError(f"a voice cannot be given {character!r} ({place})")
    if not _SPEAKABLE.search(text):
        raise UnspeakableError("there is nothing to say: the text has no Chinese character")
