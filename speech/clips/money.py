"""Amounts of money from clips: thousands and hundreds, then tens with their unit, then 角 and 分.

A clip ends where a speaker who wants to be understood takes a breath, so that a join is never within a word.

>>> split("三千一百二十五元六角八分")
('三千一百', '二十五元', '六角八分')
>>> split("一千零二十二元五角一分"), split("三万元")
(('一千', '零二十二元', '五角一分'), ('三万', '元'))
"""

import re
from collections.abc import Iterator
from functools import cache

from speech.spoken import UnspeakableError

_DIGITS = "一二三四五六七八九"
_COUNTED = _DIGITS.replace("二", "两")
_DIGIT = f"[{_DIGITS}两]"
_HEAD = f"零?{_DIGIT}千(?:{_DIGIT}百)?|零?{_DIGIT}百"
_TAIL = f"零?{_DIGIT}?十{_DIGIT}?|零?{_DIGIT}"
_GROUP = re.compile(f"(?P<head>{_HEAD})?(?P<tail>{_TAIL})?(?P<unit>[亿万元])")
_CENTS = re.compile(f"(?:{_DIGIT}角)?(?:零?{_DIGIT}分)?")
_UNITS = ("", "元", "万元", "亿元", "亿万元")
_NEVER_WAN = re.compile("零.千")  # 一亿一千万 has no gap
_ALONE = ("负", "元", "零元")


def split(said: str) -> tuple[str, ...]:
    """Return the clips of an amount as `speech.spoken.money` says it.

    UnspeakableError if it is none, or one of 1,000,000,000 yuan or more.
    """
    rest = said.removeprefix("负")
    sign = ["负"] if rest != said else []
    clips = _clips(rest) if rest != "零元" else [rest]
    if not clips or clips[0] == "元" or not _all() >= set(clips):
        raise UnspeakableError("this is no amount of money in words")
    return (*sign, *clips)


def _clips(said: str) -> list[str]:
    """Cut at the units; none if they stand in no order that amounts have."""
    clips, units, rest = [], "", said
    while group := _GROUP.match(rest):
        clips += _of_group(group)
        units += group["unit"]
        rest = rest[group.end() :]
    if units not in _UNITS or not _CENTS.fullmatch(rest):
        return []
    return [*clips, rest] if rest else clips


def _of_group(group: re.Match[str]) -> list[str]:
    """Give the clips of up to four digits with their unit; the unit belongs to what stands last."""
    head, tail, unit = group["head"] or "", group["tail"] or "", group["unit"]
    return [head, tail + unit] if head and tail else [(head or tail) + unit]


def inventory() -> Iterator[str]:
    """Yield every clip that an amount up to 999,999,999.99 yuan can need, and no other."""
    yield from _ALONE
    yield from _heads()
    for unit in "元万":
        yield from (head + unit for head in _heads() if unit == "元" or not _NEVER_WAN.match(head))
        yield from (tail + unit for tail in _tails())
    yield from (digit + "亿" for digit in _COUNTED)
    yield from _cents()


def carriers(inventory: Iterator[str]) -> Iterator[tuple[str, ...]]:
    """Yield the clips in groups that sound like amounts: 三万, 三千一百, 二十五元, 六角八分.

    So each is spoken where it stands in an amount. Where one sort has fewer clips than another, its clips
    come again.
    """
    sorts: dict[str, list[str]] = {"万": [], "千": [], "元": [], "分": []}
    yield from _ODD
    for clip in inventory:
        last = "万" if clip[-1] in "万亿负" else "分" if clip[-1] == "角" else clip[-1]
        sorts[last if last in sorts else "千"].append(clip.replace("负", "三万"))  # see _ODD
    for number in range(max(map(len, sorts.values()))):
        yield tuple(sort[number * _STRIDE % len(sort)] for sort in sorts.values())


# What stands alone in no other amount. 负 comes last: what follows it keeps its end, and is heard as 不三万.
_ODD = (("三万", "元", "五角", "负"), ("五元", "零元", "一万", "两元"))
# Through every sort in leaps, so that neighbours differ: it must have no factor in common with their numbers.
_STRIDE = 5


@cache
def _all() -> frozenset[str]:
    return frozenset(inventory())


def _heads() -> Iterator[str]:
    """Yield what can stand before the tens: 三千, 三千一百, 一百; after a gap 零三千 and 零一百."""
    for gap in ("", "零"):
        for thousand in ["", *(f"{digit}千" for digit in _DIGITS + ("" if gap else "两"))]:
            for hundred in ["", *(f"{digit}百" for digit in _DIGITS)]:
                if thousand or hundred:
                    yield gap + thousand + hundred


def _tails() -> Iterator[str]:
    """Yield what can stand last in a group: 二十五, 零五, 零二十五; at the very front 五, 两 and 十五."""
    yield from _COUNTED
    yield "十"
    yield from (f"十{digit}" for digit in _DIGITS)
    for gap in ("", "零"):
        for ten in [f"{digit}十" for digit in _DIGITS]:
            yield from (gap + ten + one for one in ("", *_DIGITS))
    yield from (f"零{digit}" for digit in _DIGITS)


def _cents() -> Iterator[str]:
    yield from (f"{gap}{digit}分" for gap in ("", "零") for digit in _DIGITS)
    yield from (f"{jiao}角{fen}" for jiao in _DIGITS for fen in ("", *(f"{digit}分" for digit in _DIGITS)))
