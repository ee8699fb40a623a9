"""Requests at the doors as a server receives them, byte by byte, and what comes back.

Signatures follow the provider's published rule and nothing of ours, so that the two can disagree.
"""

import base64
import hashlib
import hmac
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from ivr.channels.signature import LARGEST_BODY

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 500


@dataclass(frozen=True)
class Knock:
    """One request; `target` is what stands in the request line, a character a byte."""

    target: str
    body: bytes = b""
    content_type: str | None = FORM
    signature: str | None = None
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = ()
    claimed_length: str | None = None

    @property
    def path(self) -> str:
        return self.target.partition("?")[0].partition("#")[0]

    @property
    def query(self) -> str:
        return self.target.partition("#")[0].partition("?")[2]

    @property
    def is_form(self) -> bool:
        return (self.content_type or "").partition(";")[0].strip().lower() == FORM

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """The fields as anybody would decode them."""
        return parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True) if self.is_form else []

    @cached_property
    def fields(self) -> dict[str, str]:
        return dict(self.pairs)

    @property
    def is_carried(self) -> bool:
        """Whether it is of the size and kind the provider sends."""
        small = len(self.body) <= LARGEST_BODY and self.body.count(b"&") < MOST_FIELDS
        claimed = f"bodySHA256={hashlib.sha256(self.body).hexdigest()}" in self.target
        return small and (self.is_form or not self.body or claimed)

    def signed(self, token: str, public: str) -> "Knock":
        text = public + self.target.partition("#")[0]
        text += "".join(name + value for name, value in sorted(set(self.pairs)))
        digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
        return replace(self, signature=base64.b64encode(digest).decode())


@dataclass(frozen=True)
class Reply:
    """What came back, whole."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def media_type(self) -> str:
        return self.content_type.partition(";")[0].strip().lower()


def form(target: str, fields: Mapping[str, str]) -> Knock:
    """An unsigned POST of fields."""
    return Knock(target, urlencode(fields, errors="surrogatepass").encode())


def knock(application: Any, request: Knock) -> Reply:
    """Hand one request to a WSGI application; nothing may be left in its error stream."""
    errors, started = io.StringIO(), []

    def start(status: str, headers: list[tuple[str, str]], _problem: object = None) -> None:
        started.append((int(status.partition(" ")[0]), {name.lower(): value for name, value in headers}))

    answer: Iterable[bytes] = application(_environ(request, errors), start)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    assert not errors.getvalue(), errors.getvalue()
    ((status, headers),) = started
    return Reply(status, headers.get("content-type", ""), body, headers)


def _environ(request: Knock, errors: io.StringIO) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": request.target,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": errors,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(request.body))
        if request.claimed_length is None
        else request.claimed_length,
    }
    if request.content_type is not None:
        environ["CONTENT_TYPE"] = request.content_type
    if request.signature is not None:
        environ["HTTP_X_TWILIO_SIGNATURE"] = request.signature
    for name, value in request.headers:
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    return environ
