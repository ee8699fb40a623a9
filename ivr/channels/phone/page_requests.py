"""What the page may ask of its server: JSON with known fields, from its own origin."""

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import Response, abort, request

LARGEST_BODY = 64 * 1024
WITHHELD = "anonymous"  # what the network gives where the caller hides the number
_NUMBER = re.compile(r"\+\d{6,15}", re.ASCII)
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")  # JSON can hold what no other text can


class Wanted(NamedTuple):
    """A field of a JSON body: its name, its type, and the longest text allowed."""

    name: str
    type: type
    longest: int = 64


def mobile(number: str) -> str:
    """The number itself if it is E.164 or withheld; 400 otherwise."""
    if number != WITHHELD and not _NUMBER.fullmatch(number):
        abort(400, "号码要写成加号和数字,比如 +8610012345678")
    return number


def fields_of_body(*wanted: Wanted) -> list[Any]:
    """The wanted fields of the JSON body in their order; 400 where one is missing, of another type or too
    long.
    """
    if (request.content_length or 0) > LARGEST_BODY:
        abort(413, "太长了")
    body = _body()
    if not isinstance(body, dict):
        abort(400, "这里只收 JSON")
    values = [body.get(field.name) for field in wanted]
    for field, value in zip(wanted, values, strict=True):
        if not _fits(field, value):
            abort(400, f"{field.name} 不对")
    return values


def _body() -> object:
    try:
        return request.get_json(silent=True)
    except RecursionError:  # thousands of brackets; whatever else is no JSON comes back as None
        return None


def _fits(field: Wanted, value: object) -> bool:
    # type() and not isinstance(): in Python true is a whole number, in JSON it is none.
    if type(value) is not field.type:
        return False
    return not isinstance(value, str) or (len(value) <= field.longest and not _HALF_CHARACTER.search(value))


def only_from_page(public: str) -> Response | None:
    """Refuse what another web page could send. Browsers, not pages, set the two headers.

    Sec-Fetch-Site is left out on plain http outside the machine itself; then the Origin must be our own host.
    """
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    is_our_host = origin in (request.host, public)
    if request.headers.get("Upgrade", "").lower() == "websocket":
        # Any page may open a socket to any host; browsers tell whose page it is by the Origin alone.
        return None if is_our_host else abort(403, "这里只听这个网页自己的")
    if request.method == "GET":
        return None
    site = request.headers.get("Sec-Fetch-Site")
    ours = is_our_host if site is None else site == "same-origin"
    if not (ours and request.is_json):
        abort(403, "这里只听这个网页自己的")
    return None
