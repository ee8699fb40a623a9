"""What the words around a wish do to it: some say nothing, some turn it into its opposite.

>>> " ".join(role.name for role in read("帮我查余额,不要到账")[1])
'POLITE POLITE POLITE WORD WORD NO SMALL REFUSED REFUSED'
>>> " ".join(role.name for role in read("余额不要,能不能到账")[1])
'REFUSED REFUSED NO SMALL SMALL POLITE POLITE WORD WORD'
"""

import re
from collections.abc import Sequence
from enum import Enum, auto

from menus.pronunciation import sounds, spoken


class Role(Enum):
    """What a syllable does for a wish."""

    WORD = auto()
    """It counts."""
    POLITE = auto()
    """It says nothing: it may be added, and be missing where a phrase has it."""
    SMALL = auto()
    """It may be added; where a phrase has it, it counts."""
    NO = auto()
    """It turns what is around it into its opposite: neither added nor missing without a doubt."""
    REFUSED = auto()
    """It is among the words that a NO speaks of."""


_POLITE = """
我要 我想 我想要 想要 帮我 帮忙 麻烦 麻烦你 麻烦您 请你 请您 请问 请帮 请帮我 一下 谢谢 谢谢你 谢谢您 多谢
你好 您好 的 了 吧 呀 啊 呢 嘛 吗 嘞 啦 哈 嗯 呃 哦 查 听 问
"""
_SMALL = """
我 你 您 我们 你们 要 想 是 有 在 看 办 去 来 把 给 跟 和 还 再 都 也 就 那 这 能 会 可 得 用 必 说 先 请 喂
哎 唉 哎呀 那个 这个 就是 一个 那就 知道 告诉 现在 可以 需要 打听 了解 咨询 办理 查询 查查 看看
听听 问问 选 选择 按 同志 小姐 姑娘 师傅 老师 大姐 服务员 可不可以 可以不可以
"""
# What holds a no and means none (domain.md 5.7): sorry, never mind, I do not know, very ...
_HARMLESS = """
对不起 不好意思 没错 不错 没事 没关系 没问题 不客气 不知道 不晓得 不清楚 不懂 不明白 不记得 搞不懂 差不多 不过
特别 区别 级别 全部 部分 一部分 部门
"""
# ... and other, which counts.
_OTHER = "别的 别人 别处"
# A no without a word for it: who says that I want ...
_DENIED = "谁说"
# A no by its sound, whatever the ear writes (布要, 憋查) ...
_NO_SOUNDS = frozenset(sounds("不别甭"))
# ... but 没 sounds like the 每 of every month, and 勿 like 五. Of Latin letters only a whole word is a no, or
# else there would be one in "nothing".
_NO_WORDS = frozenset({*"没沒冇莫勿唔", "no", "not"})
# Asked in this way it stays a no, for whoever asks has not made up their mind: 是不是查余额.
_UNDECIDED = frozenset(sounds("是要对"))
# With these somebody begins anew (不是到账是余额), but not right after a no (不是要到账).
_ANEW = frozenset("要想帮请你您是查听问看办")
_CLAUSE = re.compile(r"[,，。.!！?？;；、]+")

Sounds = tuple[str, ...]
Roles = tuple[Role, ...]


class _Vocabulary:
    """Words by what they do.

    Longer ones are known by their sound; single ones by how they are written, or else the hesitating 呃 would
    be found in 余额.
    """

    def __init__(self, **words: str) -> None:
        listed = [(word, Role[role]) for role, several in words.items() for word in several.split()]
        self._single = {word: role for word, role in listed if len(word) == 1}
        self._longer = {sounds(word): role for word, role in listed if len(word) > 1}
        self._lengths = range(max(map(len, self._longer)), 1, -1)

    def at(self, written: Sequence[str], heard: Sounds, place: int) -> tuple[Role | None, int]:
        """Return what the longest known word at a place does, if any, and how many syllables it has."""
        for length in self._lengths:
            piece = heard[place : place + length]  # near the end it is shorter
            if role := self._longer.get(piece):
                return role, len(piece)
        return self._single.get(written[place]), 1


_WORDS = _Vocabulary(SMALL=_SMALL + _HARMLESS, POLITE=_POLITE, WORD=_OTHER, NO=_DENIED)


def read(words: str) -> tuple[Sounds, Roles]:
    """Return the sounds of a sentence or a phrase, and what each does."""
    all_heard: list[str] = []
    roles: list[Role] = []
    for clause in _CLAUSE.split(words):
        written, heard = spoken(clause)
        all_heard += heard
        roles += _roles(written, heard)
    return tuple(all_heard), tuple(roles)


def _roles(written: Sequence[str], heard: Sounds) -> list[Role]:
    found: list[Role] = []
    while len(found) < len(heard):
        place = len(found)
        role, length = _WORDS.at(written, heard, place)
        if role is None:
            is_no = written[place] in _NO_WORDS or heard[place] in _NO_SOUNDS
            role = Role.NO if is_no else Role.WORD
        found += [role] * length
    if Role.NO in found:
        _settle_questions(heard, found)
        _refuse(written, found)
    return found


def _settle_questions(heard: Sounds, found: list[Role]) -> None:
    """Take 能不能 and 有没有 for what they are, polite ways to ask."""
    for place in range(1, len(found) - 1):
        before, after = heard[place - 1], heard[place + 1]
        if found[place] is Role.NO and before == after and before not in _UNDECIDED:
            found[place : place + 2] = [Role.POLITE, Role.POLITE]


def _refuse(written: Sequence[str], found: list[Role]) -> None:
    """Mark all words around a no, those before it too (余额不要), up to where the speaker begins anew."""
    begin, words_since_no = 0, -1  # -1: no no yet
    for place in range(len(found) + 1):
        ended = place == len(found)
        if ended or (written[place] in _ANEW and words_since_no != 0):
            if words_since_no >= 0:
                part = found[begin:place]
                found[begin:place] = [Role.REFUSED if role is Role.WORD else role for role in part]
            begin, words_since_no = place, -1
        elif found[place] is Role.NO:
            words_since_no = 0
        elif words_since_no >= 0:
            words_since_no += found[place] is Role.WORD
