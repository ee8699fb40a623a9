"""The pretend provider: makes and signs the requests Twilio would send, and sends them as Twilio would.

The signature is computed here from the published rule (HMAC-SHA1 over the URL followed by the sorted form,
base64), on purpose without the provider's library and without the code that checks it, so that the two can
disagree. Shapes of headers and fields: the provider's webhook reference, and the open-source engine
Somleng for the headers.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urlencode
from uuid import uuid4

from ivr.channels.phone.faults import NoAnswer
from ivr.channels.phone.fields import Account, new_sid
from ivr.channels.phone.sounds import Sounds
from ivr.channels.phone.transport import Answer, Transport

ACCEPT_VOICE = "text/xml, application/xml, text/html"
ACCEPT_ANY = "*/*"

__all__ = ["Account", "Doors", "PretendTwilio", "SignedRequest", "new_sid", "signature"]


@dataclass(frozen=True)
class Doors:
    """Paths of the webhooks below the public URL; None where none is configured."""

    voice: str = "/voice/incoming"
    fallback: str | None = "/voice/fallback"
    status: str | None = "/voice/status"
    texts: str = "/sms/incoming"
    text_status: str | None = "/sms/status"


@dataclass(frozen=True)
class SignedRequest:
    """One webhook, ready to send any number of times: a repetition carries the same signature and
    idempotency token.
    """

    method: str
    url: str
    form: Mapping[str, str]
    headers: Mapping[str, str]


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """The value of X-Twilio-Signature for a URL (fragment already removed) and its POST fields ({} for
    GET).
    """
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class PretendTwilio:
    """The provider's side of the wire. Holds no call; may be shared by many calls if its transport may.

    repeats            how often each webhook is delivered again (same token); the last answer counts
    omits_empty_digits on an empty Gather leave Digits out, as some engines do, instead of sending it empty
    extra              fields the receiver never heard of, added to every webhook: new ones appear without
                       notice
    """

    def __init__(
        self,
        transport: Transport,
        account: Account,
        doors: Doors | None = None,
        *,
        repeats: int = 0,
        omits_empty_digits: bool = False,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """Nothing is sent yet."""
        self.account = account
        self.doors = doors or Doors()
        self.repeats = repeats
        self.omits_empty_digits = omits_empty_digits
        self.sounds = Sounds(transport)
        self._extra = dict(extra or {})
        self._transport = transport

    def prepare(
        self, url: str, fields: Mapping[str, str], *, method: str = "POST", accept: str = ACCEPT_VOICE
    ) -> SignedRequest:
        """Sign a webhook to `url` (absolute, or a path below the public URL); any fragment is dropped
        first.
        """
        whole = urldefrag(self.address(url)).url
        form = {**fields, **self._extra}
        if method == "GET":
            whole += ("&" if "?" in whole else "?") + urlencode(form)
            form = {}
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": accept,
            "Cache-Control": "max-age=259200",
            "I-Twilio-Idempotency-Token": str(uuid4()),
            "X-Twilio-Signature": signature(self.account.token, whole, form),
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        return SignedRequest(method, whole, form, headers)

    def send(self, request: SignedRequest) -> Answer:
        """Deliver a webhook, `repeats` more times if set; a door that was not reached is tried once more,
        as by default.
        """
        answer = self._deliver(request)
        for _ in range(self.repeats):
            answer = self._deliver(request)
        return answer

    def address(self, url: str) -> str:
        """The absolute URL of a door's path; an absolute URL as it is."""
        return url if "://" in url else self.account.public_url.rstrip("/") + url

    def _deliver(self, request: SignedRequest) -> Answer:
        try:
            return self._carry(request)
        except NoAnswer as problem:
            if problem.connected:
                raise
            return self._carry(request)

    def _carry(self, request: SignedRequest) -> Answer:
        if request.method == "GET":
            return self._transport.get(request.url, request.headers)
        return self._transport.post(request.url, request.form, request.headers)
