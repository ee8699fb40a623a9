"""What our own document gives a stream to show when it opens: which call it is for, who calls, until when.

A signature proves that the provider opened an address, not for which call; nor is a stream told who calls.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ivr.store.sealed import SealError, Vault

VALID = timedelta(minutes=1)
"""How long after the document a stream may open; it does at once."""
_PLACE = "stream.token"
_LONGEST = 400
"""Characters: a provider takes 500 for a parameter with its name."""


@dataclass(frozen=True, slots=True)
class StreamPass:
    """The call a stream is for, by the provider's name of it, and its caller, empty if not known."""

    call: str
    caller: str = field(repr=False)


class StreamTokens:
    """Seals and opens what a stream shows; `clock` returns aware times."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._clock = clock

    def seal(self, given: StreamPass) -> str:
        """Return the token of a call, good for a minute."""
        until = round((self._clock() + VALID).timestamp())
        return urlsafe_b64encode(
            self._vault.seal(json.dumps([given.call, given.caller, until]), _PLACE)
        ).decode()

    def open(self, token: str) -> StreamPass | None:
        """Return what a token stands for; None if we never made it or it is too old."""
        if len(token) > _LONGEST or not token.isascii():
            return None
        try:
            call, caller, until = json.loads(self._vault.open(urlsafe_b64decode(token), _PLACE))
        except (NotBase64, SealError):
            return None
        return StreamPass(call, caller) if self._clock().timestamp() <= until else None
