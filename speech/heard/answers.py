"""Yes or no, in the words people use for it.

>>> yes_no("没错啊"), yes_no("唔系"), yes_no("对不起")
(True, False, None)
"""

from speech.heard.plain_text import bare
from speech.heard.vocabulary import Vocabulary

# One and two are missing on purpose: over a telephone they are heard as other digits. They are for keys.
_WORDS = Vocabulary(
    yes="是 对 没错 不错 没有错 没问题 行 得行 要得 好 可以 能 要 嗯 成 中 系 确定 确认 同意 愿意 办 "
    "当然 ok yes",
    no="不 不是 不对 不行 不要 不好 不可以 不能 不成 不中 不用 不必 不办 不想 不愿意 不同意 不确定 没有 别 "
    "别办 取消 算了 唔系 唔要 唔好 唔得 冇 no",
    neutral="的 了 啊 呀 哦 噢 吧 嘞 啦 呢 哈 我 你 您 就 就是 那 那就 请 谢谢 您好 你好",
    # Words that hold a yes or a no and mean neither.
    trap="对不起 不好意思 是不是 对不对 好不好 行不行 要不要 能不能 可不可以 可以不可以 没听清 没听见 不知道 "
    "不清楚 不明白 不懂 不会 好像 你好吗 不要取消 不取消 别取消 不能取消 不是不",
)


def yes_no(text: str) -> bool | None:
    """Return True for yes, False for no, None for all else: both at once, neither, or an unknown word."""
    kinds = {kind for kind, _ in _WORDS.cut(bare(text))} - {"neutral"}
    if kinds == {"yes"}:
        return True
    return False if kinds == {"no"} else None
