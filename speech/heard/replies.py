"""What a text message means as an answer to a code we sent.

>>> reply("验证码是４８２-９１３。").code, reply("不办了").meaning, reply("不是我办的").meaning
('482913', 'refusal', 'not_me')
>>> reply("482913 482914")
Reply(meaning='unclear', reason='two_codes')
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from speech.heard.digit_strings import FIGURES
from speech.heard.plain_text import bare, plain
from speech.heard.vocabulary import Vocabulary

Meaning = Literal["code", "refusal", "not_me", "opt_out", "unclear"]
Reason = Literal["too_short", "too_long", "two_codes", "letter", "other"]

_LENGTH = 6
_BY_ONE_FIGURE: Mapping[str, Meaning] = {"0": "refusal", "9": "not_me"}

# Wherever these stand, somebody is telling us of a fraud, and stopping is the safe side. A question is not
# that (是不是我…), nor is "it is not that I don't want to" (不是我不想…).
_FRAUD = re.compile(
    "(?<!是)不是我(?!不)|不是本人|我没办过|我没有办过|没申请|没有申请|(?<!是不是)(?:骗子|诈骗|冒充)(?!吗|么|吧|[??])"
)
# These hold a refusal and are none: ending a binding is the act itself, the others are negated twice or ask.
_TRAP = re.compile("取消.{0,6}(?:绑定|共济|共用)|(?:不|别|不要|不能|不是)(?:取消|退订|停止)|是不是")
_WORDS = Vocabulary(
    **FIGURES,
    refusal="n no o cancel 不 不是 不办 不办理 不要 不要办 不行 不用 不想 不想办 不可以 不同意 不解除 不解绑 "
    "不了 别办 取消 拒绝 算了 撤销 作废 停止 否",
    opt_out="t td stop unsubscribe 退订",
    # The only words a code may stand in. With any other beside it ("why did I get…") it is not acted upon.
    harmless="ok yes y hi code 确认 确定 同意 验证码 校验码 密码 号码 数字 短信 是 是的 为 对 没错 不错 "
    "对不起 不好意思 我 我的 我是 你 您 请 好 好的 行 可以 要 我要 办 办理 回 回复 收到 谢谢 多谢 谢 "
    "您好 你好 同志 麻烦 嗯 啊 呀 吧 了 哦 哈 的 这 这个 这是 那个 就是 一下 一个 解除 解绑 绑定 查询 余额",
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A classified text message.

    Only `code` uses up an attempt, right or wrong; everything `unclear` leaves the attempts as they are and
    says in `reason` what to explain: fewer than six digits, more than six, two different codes, a letter
    beside digits (O for 0), or none of these. The code is kept out of the repr.
    """

    meaning: Meaning
    code: str | None = field(default=None, repr=False)
    reason: Reason | None = None


def reply(text: str) -> Reply:
    """Return what the text means. Nothing but six digits, alone or among harmless words, is a code.

    A refusal beats a code in the same text and "not me" beats both: what was stopped can be begun again. 0
    alone is a refusal, 9 alone is "not me". A yes without the code confirms nothing: senders can be forged.
    """
    together = bare(text)
    if _FRAUD.search(together):
        return Reply("not_me")
    if _TRAP.search(together):
        return Reply("unclear", reason="other")
    return _of_words(list(_WORDS.cut(plain(text))))


def _of_words(words: list[tuple[str, str]]) -> Reply:
    kinds = {kind for kind, word in words if kind or word.isalnum()}
    numbers = _numbers(words)
    if numbers and any(word.isascii() and word.isalpha() and kind != "harmless" for kind, word in words):
        return Reply("unclear", reason="letter")
    if "" in kinds:
        return Reply("unclear", reason="other")
    of_numbers = _of_numbers(numbers)
    if "refusal" in kinds and of_numbers.meaning != "not_me":
        return Reply("refusal")
    if "opt_out" in kinds:
        return Reply("opt_out")
    return of_numbers


def _numbers(words: list[tuple[str, str]]) -> set[str]:
    """Return the different numbers in the words. Spaces and punctuation may divide a code, words may not."""
    marked = "".join(kind if kind in FIGURES else "|" if word.isalnum() else " " for kind, word in words)
    numbers = set()
    for stretch in marked.split("|"):
        runs = stretch.split()
        if runs:
            numbers |= set(runs) if all(len(run) == _LENGTH for run in runs) else {"".join(runs)}
    return numbers


def _of_numbers(numbers: set[str]) -> Reply:
    if len(numbers) != 1:
        return Reply("unclear", reason="two_codes" if len(numbers) > 1 else "other")
    (number,) = numbers
    if len(number) == _LENGTH:
        return Reply("code", number)
    if number in _BY_ONE_FIGURE:
        return Reply(_BY_ONE_FIGURE[number])
    return Reply("unclear", reason="too_short" if len(number) < _LENGTH else "too_long")
