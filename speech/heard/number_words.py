"""Spoken figures with repeats and number words, such as 三个零, 双八 and 八百三十七, as plain figures.

A figure stream is text of symbols: 0-9 and X, `s` 十, `b` 百, `q` 千, `w` 万, `d` 双, `e` 个.

>>> figures("83e0"), figures("8b3s72b9s4"), figures("2b5"), figures("4w8q"), figures("1e")
(('8000', False, None), ('837294', True, None), ('250', True, None), ('48000', True, None), ('1', False, 1))
"""

import re

_UNITS = {"s": 10, "b": 100, "q": 1000}

# A figure before a unit belongs to that unit, and one before 个 counts what follows: not to what precedes.
_SECTION = r"(?:[1-9]q(?:0(?=[1-9s]))?)?(?:[1-9]b(?:0(?=[1-9s]))?)?(?:[1-9]?s)?(?:[1-9](?![sbqwe]))?"
_PIECE = re.compile(
    rf"(?P<times>[2-9])e(?P<repeated>\d)|d(?P<double>\d)"
    rf"|(?P<high>(?=[1-9s])(?:[1-9]q0?)?(?:[1-9]b0?)?(?:[1-9]?s)?[1-9]?)w(?P<low>0?{_SECTION})"
    rf"|(?P<number>(?=s|[1-9][sbq]){_SECTION})|(?P<figure>[\dX])"
)


def figures(symbols: str) -> tuple[str, bool, int | None]:
    """Return the figures, whether number words were among them, and the place of the first useless symbol."""
    found: list[str] = []
    compound, position = False, 0
    while position < len(symbols):
        piece = _PIECE.match(symbols, position)
        if piece is None:
            return "".join(found), compound, position
        compound = compound or piece["number"] is not None or piece["high"] is not None
        found.append(_figures_of(piece))
        position = piece.end()
    return "".join(found), compound, None


def _figures_of(piece: re.Match[str]) -> str:
    if piece["times"]:
        return int(piece["times"]) * str(piece["repeated"])
    if piece["double"]:
        return 2 * str(piece["double"])
    if piece["high"] is not None:
        return str(_section(piece["high"], 1) * 10_000 + _section(piece["low"], 1000))
    if piece["number"] is not None:
        return str(_section(piece["number"], 1))
    return piece.group()


def _section(symbols: str, alone: int) -> int:
    """Return the value of up to four figures with their units.

    A figure without a unit is worth a tenth of the unit before it (两百五 is 250) unless 零 stands between.
    """
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
