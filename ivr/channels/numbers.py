"""Telephone numbers as the provider writes them: E.164, or nothing that anybody could call back."""

import re

_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
# ANONYMOUS, RESTRICTED, BLOCKED and UNKNOWN, spelled on a telephone's keys: how withheld numbers may look.
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696"})


def number_of(field: str | None) -> str:
    """Return the number in E.164 with +, or nothing where it is withheld, a SIP address or a short code.

    >>> number_of("+8613800138000"), number_of("anonymous"), number_of("+266696687")
    ('+8613800138000', '', '')
    """
    return field if field and _NUMBER.fullmatch(field) and field not in _WITHHELD else ""
