"""XML of answers, written: escaped, without what XML may not hold, in the order it is given."""

import re
from xml.sax.saxutils import escape

TYPE = "text/xml; charset=utf-8"
LARGEST = 64 * 1024
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'
_PLAIN = re.compile('[^&<>"\x00-\x1f\ud800-\udfff\ufffe\uffff]*')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


class TooLarge(ValueError):  # noqa: N818 - says what it is
    """A document is longer than a provider takes."""


def element(name: str, text: str = "", /, inside: str = "", **attributes: str) -> str:
    """Return an element with its attributes, the elements inside it, and its text."""
    given = "".join([f' {key}="{_escaped(value)}"' for key, value in attributes.items()])
    content = inside + _escaped(text)
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def response(inside: str) -> str:
    """Return the whole document; TooLarge if no provider would take it."""
    document = f"{_PROLOG}<Response>{inside}</Response>" if inside else f"{_PROLOG}<Response/>"
    if len(document) * 4 > LARGEST and len(document.encode()) > LARGEST:
        raise TooLarge(f"the answer has more than {LARGEST} bytes")
    return document


def _escaped(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return escape(_NOT_XML.sub("", text), _ENTITIES)
