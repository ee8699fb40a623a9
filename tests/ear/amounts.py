"""The amount of money in what an ear wrote down, whatever its spelling.

The ear writes 3125元6角8分, 三千一百二十五元六角八分, 3125.68元, 68分 or 6.8分 (for 六角八分), and homophones
such as 亿元, 四月 or 无脚. So figures are first spelled out, and then syllables without tone are read as an
amount. 元, 角 and 分 are taken for near sounds too, as these could be nothing else there; figures never are.

>>> fen("22,542元五角八分"), fen("把万三千一败把十散元无教"), fen("6.8分"), fen("您好")
(2254258, 8318350, 68, None)
"""

import re

from speech.spoken import cardinal
from tests.ear.pinyin import by_name, plain, syllables

# Symbols: 0-9, s 十, b 百, q 千, w 万, y 元, j 角, f 分, ? anything else.
_SOUNDS = {
    sound: symbol
    for symbol, sounds in {
        "0": "ling lin",
        "1": "yi",
        "2": "er liang",
        "3": "san",
        "4": "si",
        "5": "wu",
        "6": "liu",
        "7": "qi",
        "8": "ba",
        "9": "jiu",
        "s": "shi",
        "b": "bai",
        "q": "qian",
        "w": "wan",
        "y": "yuan yue yun kuai",
        "j": "jiao mao",
        "f": "fen feng",
    }.items()
    for sound in sounds.split()
}
# A part that is absent is empty; what follows it must begin with a figure, so that 元 alone is no amount.
_SECTION = "(?:[1-9]q)?0?(?:[1-9]b)?0?(?:[1-9]?s)?[1-9]?"
_WHOLE = rf"(?:(?P<high>(?=[1-9s]){_SECTION})w)?(?P<low>0?{_SECTION})(?<=[0-9sbqw])y"
_TENS = "(?=[1-9s])[1-9]?s?[1-9]?"
_CENTS = rf"(?:(?P<jiao>[1-9])j)?0?(?:(?P<fen>{_TENS})f)?(?P<bare>(?<=[yj]){_TENS})?"
_AMOUNT = re.compile(rf"(?P<yuan>{_WHOLE})?{_CENTS}")
_UNITS = {"s": 10, "b": 100, "q": 1000}
# Where the ear writes a point, it stands for the unit above the one it writes last: 6.8分, 10.7角, 3125.68元.
_POINT = re.compile(
    r"(?P<ten>\d)\.(?P<one>\d)分|(?P<whole>\d+)\.(?P<tenths>\d)(?P<hundredths>\d?)(?:[元块]|角|分)?", re.ASCII
)
# 6539907分 is how the ear sometimes writes 六万五千三百九十九元零七分: all of it in 分, like 68分.
_ALL_FEN = re.compile(r"(?<![\d.元块角])(\d+)(\d)(\d)分", re.ASCII)
# 37500亿元 is how the ear writes 三万七千五百零一元.
_ONE = re.compile(r"(\d*)0亿元", re.ASCII)
_FIGURES = re.compile(r"\d+", re.ASCII)


def fen(text: str) -> int | None:
    """Return the amount in fen that this text is and nothing else; None if it is no amount."""
    found = _AMOUNT.fullmatch(_symbols(text))
    return _value(found) if found and any(found.group("yuan", "jiao", "fen")) else None


def spelled_out(text: str) -> str:
    """Return the text with every number in figures in Hanzi, sums written with a point as 元, 角 and 分."""
    units = _ALL_FEN.sub(r"\1.\2\3元", _ONE.sub(r"\g<1>1元", plain(text)))
    pointed = _POINT.sub(_pointed, units)
    return _FIGURES.sub(lambda found: _named(found.group()), pointed)


def _pointed(found: re.Match[str]) -> str:
    if found["ten"]:
        return _cents(found["ten"], found["one"])
    return f"{found['whole']}元{_cents(found['tenths'], found['hundredths'])}"


def _cents(tenths: str, hundredths: str) -> str:
    return (f"{tenths}角" if tenths > "0" else "零") + (f"{hundredths}分" if hundredths > "0" else "")


def _named(figures: str) -> str:
    """Read figures as a value, with the zeros before it; what is too long for an amount, one by one."""
    if len(figures) > 12:
        return by_name(figures)
    zeros = "零" if figures.startswith("0") and int(figures) else ""
    return zeros + cardinal(int(figures))


def _symbols(text: str) -> str:
    return "".join(
        next((_SOUNDS[sound] for sound in syllable.sounds if sound in _SOUNDS), "?")
        for syllable in syllables(spelled_out(text))
    )


def _value(found: re.Match[str]) -> int:
    yuan = _section(found["high"] or "") * 10_000 + _section(found["low"] or "", 1000 if found["high"] else 1)
    cents = 10 * int(found["jiao"] or 0) + _section(found["fen"] or "")
    bare = _section(found["bare"] or "")
    # 五块八 is 5.80, 三角五 is 0.35, and 元58 at the end is how the ear writes 元五角八.
    return 100 * yuan + cents + (bare * 10 if bare < 10 and not found["jiao"] else bare)


def _section(symbols: str, alone: int = 1) -> int:
    """Return the value of up to four figures with their units; after 百, a lone figure without 零 is tens."""
    total, figure = 0, 0
    for symbol in symbols:
        if symbol in _UNITS:
            total += (figure or 1) * _UNITS[symbol]
            figure, alone = 0, _UNITS[symbol] // 10
        elif symbol == "0":
            alone = 1
        else:
            figure = int(symbol)
    return total + figure * alone
