"""Hanzi to the phonemes of the Kokoro model, as `misaki` writes them: one reading for each, or a refusal.

The model was taught with these phonemes: words cut by jieba, read by pypinyin, written as sounds with a tone
arrow. What misaki does silently is refused here: a character without a reading, a sound without a token.
"""

import re
from collections.abc import Collection

import jieba  # type: ignore[import-untyped]
from misaki.zh import ZHG2P
from pypinyin import Style, lazy_pinyin, load_phrases_dict

from speech.phrasing import HANZI
from speech.voices.kokoro_readings import READINGS

# Half-width marks become those that misaki turns into pauses; what is never spoken becomes the shortest one.
_PAUSES = str.maketrans({",": "，", ".": "。", "?": "？", "!": "！", ";": "；", ":": "：", "\n": "。"})
_NEVER_SPOKEN = re.compile("[ ·“”‘’《》（）()—…]+")
_SECOND_COMMA = re.compile("，(?=[，。？！；：、])|(?<=[。？！；：、])，")
_SPOKEN = re.compile(f"[{HANZI}]")
_PIECES = re.compile(f"[{HANZI}]+|[^{HANZI}]+")
_NON_SYLLABIC = "\N{COMBINING INVERTED BREVE BELOW}"


class Unreadable(ValueError):  # noqa: N818 - as VoiceMissing and VoiceFailed
    """A text that the model cannot say; the sentence does not repeat it."""


def prepare() -> None:
    """Load the dictionary of words and teach it our readings (half a second).

    Not by `jieba.initialize()`, which keeps a cache in the common temporary folder and trusts whoever wrote
    the one it finds there.
    """
    dictionary = jieba.dt
    dictionary.FREQ, dictionary.total = dictionary.gen_pfdict(dictionary.get_dict_file())
    dictionary.initialized = True
    for word in READINGS:
        dictionary.add_word(word)
    load_phrases_dict({word: [[syllable] for syllable in said.split()] for word, said in READINGS.items()})


def phonemes(text: str, vocabulary: Collection[str]) -> str:
    """Write a speakable text as phonemes, all of `vocabulary`; Unreadable when a part of it would be lost."""
    pieces = _PIECES.findall(marked(text))
    written = "".join(_spoken(piece) if _SPOKEN.match(piece) else piece for piece in pieces)
    paused: str = ZHG2P.map_punctuation(written)
    if unknown := set(paused) - set(vocabulary):
        raise Unreadable(f"the Kokoro model has no token for {len(unknown)} of its sounds")
    return paused


def marked(text: str) -> str:
    """Write pauses as misaki reads them: full width, one mark at a time, one at the end.

    >>> marked("《共济》办法(试行),请听")
    '共济，办法，试行，请听。'
    """
    commas = _NEVER_SPOKEN.sub("，", text.translate(_PAUSES))
    single = _SECOND_COMMA.sub("", commas).lstrip("，")
    return single if _SPOKEN.match(single[-1:]) is None else f"{single}。"


def pinyin(hanzi: str) -> list[list[str]]:
    """Read words as pinyin with tone numbers, one for each Hanzi (5 is the neutral tone)."""
    words = jieba.lcut(hanzi)
    return [lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True) for word in words]


def _spoken(hanzi: str) -> str:
    words = pinyin(hanzi)
    if sum(map(len, words)) != len(hanzi):
        raise Unreadable("the Kokoro voice would not say one syllable for each of its Hanzi")
    try:
        written = " ".join("".join(map(ZHG2P.py2ipa, word)) for word in words)
    except ValueError as fault:  # pypinyin gives what it cannot read back as it is, and this is no pinyin
        raise Unreadable("the Kokoro voice knows no reading for a Hanzi of it") from fault
    return written.replace(_NON_SYLLABIC, "")
