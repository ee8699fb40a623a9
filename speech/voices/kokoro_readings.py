"""Words that pypinyin reads wrongly in the hotline's sentences, and how they are read (pinyin with tones).

Found by reading every prompt and every answer of a region with it. A word here also becomes one for the
cutting of sentences, so 没收到 is no longer taken apart as 没收 (to confiscate) and 到.

一 and 不 before other tones are not here: the model has learned from speech to change them by itself (its
pitch is the same whether 一位 is written with yi1 or yi2). 谁 is read shui2, as the careful say it. Surnames
with a reading of their own are no whole sentences: `speech.clips.surnames` has them.
"""

READINGS = {
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
