"""What may be shown of numbers and names: enough for their owner to recognize, too little for anybody else.

>>> masked_identity_number("450199195503179983"), masked_phone("+8613800138000")
('450***********9983', '138****8000')
>>> masked_name("陈小英"), masked_name("黄国"), masked_card_number("A12345678901")
('陈*英', '黄*', '*******8901')
"""

import re
import unicodedata

_NOT_A_FIGURE = re.compile(r"[^0-9]")
# With fewer hidden characters than this, the shown ones would let the rest be guessed.
_LEAST_HIDDEN = 4


def masked_identity_number(number: str) -> str:
    """Return the first three and last four characters and asterisks between; of a short number only those."""
    return _masked(number, head=3, tail=4)


def masked_phone(number: str) -> str:
    """Return the first three and last four digits, without +86; of a short number only asterisks."""
    return _masked(re.sub(r"[\s-]", "", number).removeprefix("+86"), head=3, tail=4)


def card_digits(number: str) -> str:
    """Return the digits of a card number: nobody keys the letters, spaces and signs printed on the card."""
    return _NOT_A_FIGURE.sub("", unicodedata.normalize("NFKC", number))


def masked_card_number(number: str) -> str:
    """Return the last four digits of a card number after asterisks; of a short number only asterisks."""
    return _masked(card_digits(number), head=0, tail=4)


def masked_name(name: str) -> str:
    """Return first character, asterisk, last character; of two characters only the first, of one nothing.

    A double surname is not kept whole: the rule stays the same for everybody and shows less.
    """
    bare = "".join(name.split())
    if len(bare) <= 2:
        return bare[: len(bare) - 1] + "*"
    return f"{bare[0]}*{bare[-1]}"


def _masked(text: str, *, head: int, tail: int) -> str:
    hidden = len(text) - head - tail
    if hidden < _LEAST_HIDDEN:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[-tail:]
