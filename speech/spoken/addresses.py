"""Street addresses in Hanzi.

>>> address("民族大道45号,金融大厦A座2楼")
'民族大道四十五号,金融大厦诶座二楼'
>>> address("民主路14-8号"), address("3栋1203室")
('民主路十四杠八号', '三栋幺二零三室')
"""

import re

from speech.spoken.cardinals import cardinal
from speech.spoken.digit_strings import digits
from speech.spoken.hanzi import HALF_WIDTH, LETTERS, UnspeakableError, assert_speakable

_PART = re.compile(r"(?P<room>\d{3,4})(?=[室房])|(?P<house>\d+(?:[-—]\d+)*)|(?P<letter>[A-Za-z])", re.ASCII)


def address(text: str) -> str:
    """Return an address with house and floor numbers as numbers, long room numbers digit by digit."""
    spoken = _PART.sub(_spoken_part, text.translate(HALF_WIDTH))
    assert_speakable(spoken)
    return spoken


def _spoken_part(part: re.Match[str]) -> str:
    if part["room"]:
        return digits(part["room"], "plain")
    if part["house"]:
        return "杠".join(_house(number) for number in re.split("[-—]", part["house"]))
    return LETTERS[part["letter"].upper()]


def _house(number: str) -> str:
    if len(number) > 6:
        raise UnspeakableError("no house or floor has a number of more than six digits")
    return cardinal(int(number))
