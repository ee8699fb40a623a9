"""Words that pypinyin reads wrongly in the hotline's sentences, and how they are read (pinyin with tones).

Found by reading every prompt and every answer of a region with it. A word here also becomes one for the
cutting of sentences, so 没收到 is no longer taken apart as 没收 (to confiscate) and 到.

一 and 不 before other tones are not here: the model has learned from speech to change them by itself (its
pitch is the same whether 一位 is written with yi1 or yi2). 谁 is read shui2, as the careful say it.
"""

WORDS = {
    "一月": "yi1 yue4",  # the month keeps the tone of the number
    "没收到": "mei2 shou1 dao4",
    "说得": "shuo1 de5",  # 得 alone would be "to get"
    "发得": "fa1 de5",
    "对得上": "dui4 de5 shang4",
    "重听": "chong2 ting1",  # again, not heavy
    "长住": "chang2 zhu4",  # for long, not the elder
    "为准": "wei2 zhun3",
    "着急": "zhao2 ji2",
}

SURNAMES = {
    "仇": "qiu2",
    "任": "ren2",
    "冼": "xian3",
    "区": "ou1",
    "华": "hua4",
    "单": "shan4",
    "卜": "bu3",
    "盖": "ge3",
    "盛": "sheng4",
    "查": "zha1",
    "乐": "yue4",
    "曾": "zeng1",
    "曲": "qu1",
    "朴": "piao2",
    "柏": "bai3",
    "洗": "xian3",
    "燕": "yan1",
    "牟": "mu4",
    "种": "chong2",
    "缪": "miao4",
    "翟": "zhai2",
    "葛": "ge3",
    "覃": "qin2",  # as in Guangxi, where most who are called so live
    "解": "xie4",
    "那": "na1",
    "阚": "kan4",
}
"""Surnames that are read otherwise than the same Hanzi in other words. They are said as 单某, 单某英."""

READINGS = WORDS | {f"{name}某": f"{reading} mou3" for name, reading in SURNAMES.items()}
