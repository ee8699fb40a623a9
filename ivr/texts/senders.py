"""Who carries a text away: Twilio or an engine that speaks its language, or a file for demos and staging."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import (  # type: ignore[import-untyped, unused-ignore]
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped, unused-ignore]
from twilio.rest import Client  # type: ignore[import-untyped, unused-ignore]
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from ivr.texts.failures import LATER

# Repeat a callback three times on our errors and time-outs; the default repeats only a failed connection.
_CALLBACK_POLICY = "#rc=3&rp=5xx,ct,rt"
_SHORTEST_VALIDITY, _LONGEST_VALIDITY = 6, 36000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text on its way. `mobile` is E.164; `seconds_left` is how long it is of use, None for always."""

    template: str
    mobile: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str = ""
    seconds_left: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the text, under its own id, with its first status (such as queued)."""

    provider_id: str
    status: str


class SendingFailed(Exception):  # noqa: N818 - it reads as what happened
    """The text was not taken: retry (surely nothing was done), permanent, or unknown (perhaps it was sent).

    `code` is the provider's error code, or a word of ours. The provider's own sentence may quote the mobile
    and is dropped.
    """

    def __init__(self, kind: Literal["retry", "permanent", "unknown"], code: str) -> None:
        super().__init__(kind, code)
        self.kind = kind
        self.code = code


class Sender(Protocol):
    """Something that carries texts away."""

    def send(self, text: Outgoing) -> Accepted:
        """Hand over one text; SendingFailed otherwise."""
        ...


class _Rerouted:
    """Twilio's HTTP client towards another scheme and host: for engines of the same language, and tests."""

    def __init__(self, address: str, seconds: float) -> None:
        # No kept connections: one the provider has just closed would lose a text to "perhaps sent".
        self._client = TwilioHttpClient(pool_connections=False, timeout=seconds)
        self._address = urlsplit(address)

    def request(self, method: str, url: str, **others: Any) -> Any:
        if self._address.netloc:
            url = urlunsplit(urlsplit(url)._replace(scheme=self._address.scheme, netloc=self._address.netloc))
        return self._client.request(method, url, **others)


class TwilioSender:
    """Sends with Twilio's REST API. `sender` is a number, or the id of a messaging service (MG...).

    `api` replaces scheme and host of every request; `seconds` is the patience for the connection, and again
    for the answer. Nothing is repeated here. TWILIO_EDGE and TWILIO_REGION, which the library would obey
    silently, are not looked at.
    """

    def __init__(self, account: str, token: str, sender: str, api: str = "", seconds: float = 10) -> None:
        # An empty mapping would make the library look at the environment after all.
        nowhere = {"TWILIO_EDGE": "", "TWILIO_REGION": ""}
        client = Client(account, token, http_client=_Rerouted(api, seconds), environment=nowhere)
        self._messages = client.messages
        self._sender = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}

    def send(self, text: Outgoing) -> Accepted:
        """Create a message; time-outs, server errors and unreadable answers are unknown outcomes."""
        try:
            message = self._messages.create(to=text.mobile, body=text.body, **self._sender, **_options(text))
        except (TwilioRestException, TwilioServiceException) as error:
            raise _refused(int(error.status), str(error.code or error.status)) from None
        except RequestException as error:
            kind: Literal["retry", "unknown"] = "retry" if _never_left(error) else "unknown"
            raise SendingFailed(kind, type(error).__name__) from None
        except (TwilioException, ValueError, AttributeError):
            raise SendingFailed("unknown", "unreadable answer") from None
        if not message.sid:
            raise SendingFailed("unknown", "answer without id")
        return Accepted(str(message.sid), str(message.status))


def _options(text: Outgoing) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if text.status_callback:
        options["status_callback"] = text.status_callback + _CALLBACK_POLICY
    if text.seconds_left is not None:
        options["validity_period"] = min(max(text.seconds_left, _SHORTEST_VALIDITY), _LONGEST_VALIDITY)
    return options


def _refused(status: int, code: str) -> SendingFailed:
    if status == 429 or code in LATER:
        return SendingFailed("retry", code)
    if status >= 500 or status == 408:
        return SendingFailed("unknown", code)
    return SendingFailed("permanent", code)


def _never_left(error: RequestException) -> bool:
    """Say whether the connection itself failed, before a byte of the request was sent."""
    if isinstance(error, ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(getattr(reason, "original_error", reason), NewConnectionError | ConnectTimeoutError)


class FileSender:
    """Appends each text to a file, one JSON object a line: id, to, template, body, at.

    Several threads and processes may write to one file: a line is written whole, under a lock, and is on the
    disk before the text counts as delivered.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock

    def send(self, text: Outgoing) -> Accepted:
        """Append the text; if the disk does not take it, nothing of it stays in the file."""
        name = "file-" + secrets.token_hex(16)
        row = {
            "id": name,
            "to": text.mobile,
            "template": text.template,
            "body": text.body,
            "at": self._clock().isoformat(),
        }
        try:
            self._append((json.dumps(row, ensure_ascii=False) + "\n").encode())
        except OSError as error:
            raise SendingFailed("retry", type(error).__name__) from None
        return Accepted(name, "delivered")

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            before = os.fstat(descriptor).st_size
            if os.write(descriptor, line) < len(line):
                os.ftruncate(descriptor, before)
                raise OSError("the line did not fit")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
