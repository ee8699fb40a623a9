"""Digits in spoken Chinese: of an ID, a code, a card or a telephone number.

>>> digits("四 五 洞 幺 勾 勾").digits, digits("四五零幺不对四五零幺九九").digits
('450199', '450199')
>>> digits("八三七二九", expected=6).flags, digits("两百五").flags, digits("我找人工").flags
(('length',), ('compound',), ('garbage:找',))
"""

from dataclasses import dataclass, field

from speech.heard.number_words import figures
from speech.heard.plain_text import bare
from speech.heard.vocabulary import Vocabulary

FIGURES = {
    "0": "0 零 〇 洞",
    "1": "1 一 幺 壹",
    "2": "2 二 两 贰 俩",
    "3": "3 三 仨 叁",
    "4": "4 四 肆",
    "5": "5 五 伍",
    "6": "6 六 陆",
    "7": "7 七 拐 柒",
    "8": "8 八 捌",
    "9": "9 九 勾 玖",
}
# What recognizers write in place of a digit. Understood in a field of digits only, never without asking.
_HOMOPHONES = {
    "~0": "灵 动",
    "~1": "妖 腰 邀 衣 医",
    "~2": "儿 而",
    "~3": "山",
    "~4": "是 事 死",
    "~5": "无 午",
    "~6": "流 留",
    "~7": "起 期",
    "~8": "吧 把",
    "~9": "酒 就 狗",
}
_WORDS = Vocabulary(
    **FIGURES,
    **_HOMOPHONES,
    s="十 拾",
    b="百 佰",
    q="千 仟",
    w="万",
    d="双",
    e="个",
    X="x 叉 艾克斯 爱克斯 埃克斯 星号",
    carrier="身份证 身份证号 身份证号码 社保卡 社保卡号 医保卡 医保卡号 卡号 号码 号 尾号 验证码 密码 "
    "查询密码 手机 手机号 手机号码 电话 电话号码 数字 最后 最后一位 最后一个 末位",
    filler="嗯 啊 呃 哦 噢 呀 那个 这个 就是 这是 那是 我 我的 你 您 喂 您好 你好 请 谢谢 好了 完了 没了 的 "
    "然后 大写 小写 字母",
    reset="不对 不是 错了 说错了 按错了 报错了 重来 重说 重新来 重新说 从头来 再来 等一下 等等",
)


@dataclass(frozen=True, slots=True)
class HeardDigits:
    """Digits read in words; None where something was left over that is no digit, empty where there were none.

    Each flag is a reason to ask "is that right?" before use: `reset` the speaker took something back,
    `homophone` a digit was written as a word that sounds like it, `compound` number words such as 四十五 (四
    and 十 sound alike in much of the south), `length` not as many as expected. Without digits: `x_not_last`,
    and `garbage:` with the first word left over. The digits may be anybody's: the repr leaves them out.
    """

    digits: str | None = field(repr=False)
    flags: tuple[str, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether the digits may be taken without asking."""
        return bool(self.digits) and not self.flags


def digits(text: str, expected: int | None = None) -> HeardDigits:
    """Return the digits in the text, perhaps with a last X; `expected` is how many there should be."""
    words, flags = _kept(text)
    found, compound, left_over = figures("".join(kind[-1:] or "?" for kind, _ in words))
    if left_over is not None:
        return HeardDigits(None, (*flags, f"garbage:{words[left_over][1]}"))
    if "X" in found[:-1]:
        return HeardDigits(None, (*flags, "x_not_last"))
    # A caller may begin with 是 ("it is"), and 是 is also how 四 is heard: the expected length decides.
    if words and words[0][1] == "是" and len(found) - 1 == expected:
        found = found[1:]
    doubts = {
        "homophone": any(kind.startswith("~") for kind, _ in words),
        "compound": compound,
        "length": expected is not None and len(found) not in (0, expected),
    }
    return HeardDigits(found, (*flags, *(flag for flag, doubted in doubts.items() if doubted)))


def _kept(text: str) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    """Return kind and word of what counts in the text, and the flag `reset` if the speaker started over."""
    words: list[tuple[str, str]] = []
    flags: tuple[str, ...] = ()
    after_carrier = False
    for kind, word in _WORDS.cut(bare(text)):
        if kind == "reset":
            words, flags = [], ("reset",)
        elif kind not in ("carrier", "filler") and not (word == "是" and after_carrier):
            words.append((kind, word))
        after_carrier = kind == "carrier" or (after_carrier and kind == "filler")
    return words, flags
