"""How a text is spoken whatever the voice: how many syllables it has, and where groups of digits end."""

import re

HANZI = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HANZI = re.compile(f"[{HANZI}]")
_DIGIT = "[零〇一二三四五六七八九幺]"
_BETWEEN_GROUPS = re.compile(f"(?<={_DIGIT})[,，](?={_DIGIT})")


def syllables(text: str) -> int:
    """Count the Hanzi: each is one syllable."""
    return len(_HANZI.findall(text))


def digit_groups(text: str) -> list[str]:
    """Split at the commas that stand between two digits: there a listener writes down what was said.

    >>> digit_groups("电话是二八零,零幺八五,再说一遍。")
    ['电话是二八零', '零幺八五,再说一遍。']
    """
    return _BETWEEN_GROUPS.split(text)
