"""X-Twilio-Signature: proof that a request comes from the provider who shares our token.

HMAC-SHA1 over the address the provider called and the sorted form, in base64; the rule is published at
https://www.twilio.com/docs/usage/security#validating-requests. The library's validator says the same and
costs ten times more. The address is the public one of the settings with the raw target of the request: behind
a proxy a server sees another scheme and host, and a path that was decoded no longer matches.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from hashlib import sha256
from urllib.parse import parse_qs, parse_qsl, urlsplit

from flask import Request, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from ivr.channels.protection import protected

# Ten thousand Hanzi, each nine characters of a form, and the fields beside them.
LARGEST_BODY = 128 * 1024
_MOST_FIELDS = 500
_FORM = "application/x-www-form-urlencoded"
_STANDARD_PORTS = {"https": 443, "http": 80}

Pairs = Sequence[tuple[str, str]]
Fields = Mapping[str, str]
Refused = Callable[[str], None]


class _Refusal(Exception):  # noqa: N818 - it never leaves this file
    """Why a request is not believed: missing, wrong, body, size."""


class Signature:
    """Checks signatures for the doors below `public_url`.

    `tokens` are all believed, as while one replaces another. `refused` is told why, in one word, each time a
    request is refused: missing, wrong, body (no form, and not the hash of it), size.
    """

    def __init__(self, public_url: str, tokens: Iterable[str], refused: Refused) -> None:
        self._tokens = tuple(token.encode() for token in tokens)
        self._bases = _with_and_without_port(public_url.rstrip("/"))
        # Sockets are signed as wss://, whatever scheme our own requests have.
        self._socket_bases = tuple("ws" + base.removeprefix("http") for base in self._bases)
        self._refused = refused

    def required(self, view: Callable[[Fields], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
        """Make a view that is given the fields of a signed request; any other is answered 403 and nothing."""

        @protected("signature")
        @wraps(view)
        def checked() -> ResponseReturnValue:
            try:
                fields = dict(self._signed_fields(request))
            except _Refusal as refusal:
                self._refused(str(refusal))
                return Response(status=403)
            return view(fields)

        return checked

    def accepts(self, target: str, pairs: Pairs, given: str) -> bool:
        """Say whether `given` signs a request for a raw target such as /voice/turn?n=2 with these fields."""
        # A name that is repeated with one value counts once.
        form = "".join(name + value for name, value in sorted(set(pairs)))
        return self._signs(self._bases, target.partition("#")[0] + form, given)

    def accepts_socket(self, target: str, given: str) -> bool:
        """Say whether `given` signs the opening of a WebSocket; some stacks add a slash before signing."""
        path = target.partition("#")[0]
        return self._signs(self._socket_bases, path, given) or self._signs(
            self._socket_bases, path.rstrip("/") + "/", given
        )

    def _signs(self, bases: Iterable[str], rest: str, given: str) -> bool:
        wanted = given.encode()
        return any(
            hmac.compare_digest(b64encode(hmac.digest(token, (base + rest).encode(), "sha1")), wanted)
            for token in self._tokens
            for base in bases
        )

    def _signed_fields(self, asked: Request) -> Pairs:
        given = asked.headers.get("X-Twilio-Signature", "")
        if not given:
            raise _Refusal("missing")
        body, target = _body(asked), raw_target(asked)
        pairs = _pairs(body) if asked.mimetype == _FORM else ()
        if not self.accepts(target, pairs, given):
            raise _Refusal("wrong")
        if body and asked.mimetype != _FORM and not _hashed(target, body):
            raise _Refusal("body")
        return pairs


def _body(asked: Request) -> bytes:
    try:
        body = asked.stream.read(LARGEST_BODY + 1)
    except RequestEntityTooLarge as error:  # the application's own limit, where it has one
        raise _Refusal("size") from error
    if len(body) > LARGEST_BODY:
        raise _Refusal("size")
    return body


def raw_target(asked: Request) -> str:
    """Return what stood in the request line, percent-escapes kept; nothing if the server does not tell."""
    return str(asked.environ.get("RAW_URI") or asked.environ.get("REQUEST_URI") or "")


def _with_and_without_port(address: str) -> tuple[str, ...]:
    """Return an address as it is and with its port left out or put in: the provider does either."""
    parts = urlsplit(address)
    host = parts.netloc.removesuffix(f":{parts.port}") if parts.port else parts.netloc
    port = parts.port or _STANDARD_PORTS.get(parts.scheme, 443)
    return tuple(parts._replace(netloc=netloc).geturl() for netloc in (host, f"{host}:{port}"))


def _pairs(body: bytes) -> Pairs:
    try:
        return parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise _Refusal("size") from error


def _hashed(target: str, body: bytes) -> bool:
    """Say whether the signed address carries the hash of the body, as it does for bodies that are no form."""
    claimed = parse_qs(target.partition("?")[2]).get("bodySHA256", [""])[0]
    return hmac.compare_digest(claimed.encode(), sha256(body).hexdigest().encode())
