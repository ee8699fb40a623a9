"""What the provider sends in the middle of calls: signed requests, made ahead, as bytes or for WSGI.

A walk goes through menus that consult no service, so that a turn costs what every turn costs.
"""

import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from ivr.channels.phone.fields import Account, call_fields, new_sid
from ivr.channels.phone.twilio import signature

KEYS = "4*3*4*3*4*3*"  # others and back, family and back: menus only
CALLER = "+8613800138000"
CALLED = "+867710000000"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One signed request; `number` is the turn it takes, `target` its path and query."""

    host: str
    target: str
    body: bytes
    signature: str
    number: int

    def raw(self) -> bytes:
        """Return the request as it stands on a connection that is kept."""
        head = (
            f"POST {self.target} HTTP/1.1",
            f"Host: {self.host}",
            "User-Agent: TwilioProxy/1.1",
            "Accept: text/xml, application/xml, text/html",
            "Cache-Control: max-age=259200",
            "I-Twilio-Idempotency-Token: 5a4b8a2e-7f0e-4c83-9d6c-0d6d5d6a9b11",
            f"X-Twilio-Signature: {self.signature}",
            f"Content-Type: {FORM}; charset=utf-8",
            f"Content-Length: {len(self.body)}",
        )
        return "\r\n".join(head).encode() + b"\r\n\r\n" + self.body

    def environ(self) -> dict[str, Any]:
        """Return the request as a server gives it to an application; good for one use."""
        path, _, query = self.target.partition("?")
        return {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "RAW_URI": self.target,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.host,
            "HTTP_USER_AGENT": "TwilioProxy/1.1",
            "HTTP_X_TWILIO_SIGNATURE": self.signature,
            "CONTENT_TYPE": f"{FORM}; charset=utf-8",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def is_answered_by(self, document: bytes) -> bool:
        """Whether a document leads on to the turn after this one, as only the right answer does."""
        return f"/voice/turn?n={self.number + 1}".encode() in document


@dataclass(frozen=True, slots=True)
class Call:
    """A call by the provider's name: the request that greets it, and those of its keys in order.

    `redirect` is what follows where a stream has ended: it names no turn, and is answered with the last one.
    """

    name: str
    greeting: Prepared
    redirect: Prepared
    turns: Sequence[Prepared]


class Provider:
    """Makes the requests of calls for the doors below `public_url`, signed with `token`."""

    def __init__(self, public_url: str, token: str) -> None:
        self._account = Account(public_url, token, CALLED)
        self._host = urlsplit(public_url).netloc

    def call(self, entries: Iterable[str] = KEYS, caller: str = CALLER) -> Call:
        """Return a new call; each entry is what the caller keys at one turn."""
        sid = new_sid("CA")
        greeting = self._request("/voice/incoming", self._fields(sid, caller, "ringing"), 1)
        known = self._fields(sid, caller, "in-progress")
        turns = [
            self._request(f"/voice/turn?n={number}", {**known, "Digits": keys, "msg": "Gather End"}, number)
            for number, keys in enumerate(entries, start=2)
        ]
        redirect = self._request("/voice/turn?n=0", known, 0)
        return Call(sid, greeting, redirect, turns)

    def calls(self, count: int) -> list[Call]:
        """Return so many calls that walk through the menus."""
        return [self.call() for _ in range(count)]

    def _fields(self, sid: str, caller: str, status: str) -> dict[str, str]:
        return call_fields(self._account, sid, (caller, CALLED), status)

    def _request(self, target: str, fields: dict[str, str], number: int) -> Prepared:
        signed = signature(self._account.token, self._account.public_url + target, fields)
        return Prepared(self._host, target, urlencode(fields).encode(), signed, number)


def interleaved(calls: Sequence[Call]) -> Iterator[Prepared]:
    """Yield the turns of calls that go on at the same time: the first turn of each, then the second."""
    for turns in zip(*(call.turns for call in calls), strict=True):
        yield from turns
