"""What espeak-ng 1.52 must be given so that it says what the text means.

Found by comparing its phonemes with the pinyin of every sentence of the hotline:
- ASCII commas and other ASCII punctuation make no pause in Chinese; full-width ones do;
- the final -iong (xiong, qiong, jiong) and most words ending in 儿 are read as English letters and numbers;
- a few words get the wrong reading (个人 with a neutral 个, 地 as a particle, 知了 as the insect).

Pinyin with a tone number is understood in place of Hanzi; xong is the engine's way to the sound of xiong.
"""

import re

_PAUSES = str.maketrans({",": "，", ".": "。", "?": "？", "!": "！", ";": "；", ":": "：", "\n": "。"})
_NEVER_SPOKEN = re.compile("[ ·“”‘’《》（）—…]+")
_END = "。？！"

_READINGS = {
    "个人": "ge4 ren2",
    "个账": "ge4 zhang4",
    "通知了": "tong1 zhi1 le5",
    "一会儿": "yi2 hui4 er5",
    "接着": "jie1 zhe5",
    "参保地": "can1 bao3 di4",
    "福兴路": "fu2 xing1 lu4",
    "仙葫": "xian1 hu2",
    "儿子": "er2 zi5",
    "儿": "er2",
}
_IONG = {
    **dict.fromkeys("兄凶匈汹胸兇洶恟胷訩詾", "xong1"),
    **dict.fromkeys("熊雄", "xong2"),
    **dict.fromkeys("夐", "xong4"),
    **dict.fromkeys("穷琼茕穹邛蛩筇跫銎瓊窮煢惸", "qong2"),
    **dict.fromkeys("芎", "qong1"),
    **dict.fromkeys("坰扃駉", "jong1"),
    **dict.fromkeys("炯窘迥冏囧泂煚颎熲", "jong3"),
}
_RESPELLED = {**_READINGS, **_IONG}
# A word before the characters it begins with, so that 儿子 is not taken apart.
_WORDS = re.compile("|".join(sorted(_RESPELLED, key=len, reverse=True)))


def engine_text(text: str) -> str:
    """Rewrite speakable text for the engine; the number of syllables stays the same.

    >>> engine_text("兄弟,请等一会儿")
    ' xong1 弟，请等 yi2 hui4 er5 。'
    """
    paused = _NEVER_SPOKEN.sub("，", text.translate(_PAUSES)).strip("，")
    ended = paused if paused.endswith(tuple(_END)) else paused + "。"
    return _WORDS.sub(lambda word: f" {_RESPELLED[word.group()]} ", ended)
