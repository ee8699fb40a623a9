"""What stands in the provider's webhooks, field by field, for calls, texts and their ends.

Real ones vary and grow without notice; these hold everything seen on calls and texts coming in.
"""

import math
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

API_VERSION = "2010-04-01"
_PLACES = ("City", "State", "Zip", "Country")


@dataclass(frozen=True)
class Account:
    """What the provider knows of its customer: the doors' public base URL, signing token, number in E.164."""

    public_url: str
    token: str = field(repr=False)
    number: str
    sid: str = "AC" + "12333" * 6 + "00"


def new_sid(prefix: str) -> str:
    """A random identifier of the provider's shape: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def call_fields(account: Account, call_sid: str, ends: tuple[str, str], status: str) -> dict[str, str]:
    """The fields of every voice webhook; `ends`: caller (E.164 or "anonymous") and called."""
    return {
        "CallSid": call_sid,
        "CallStatus": status,
        "Direction": "inbound",
        **_both_ends(account, ends),
        "Caller": ends[0],
        "Called": ends[1],
        **{f"{end}{place}": "" for end in ("Caller", "Called") for place in _PLACES},
    }


def ended_fields(seconds: float, at: datetime) -> dict[str, str]:
    """What a status callback adds at the end of a call that lasted so many seconds."""
    return {
        "CallDuration": str(round(seconds)),
        "Duration": str(math.ceil(seconds / 60)),  # billed minutes
        "CallbackSource": "call-progress-events",
        "SequenceNumber": "0",
        "Timestamp": format_datetime(at),
    }


def text_fields(account: Account, ends: tuple[str, str], body: str) -> dict[str, str]:
    """The fields of a text message that just came in; `ends`: sender and receiver."""
    return {
        **dict.fromkeys(("MessageSid", "SmsSid", "SmsMessageSid"), new_sid("SM")),
        "SmsStatus": "received",
        "Body": body,
        "NumMedia": "0",
        "NumSegments": str(max(1, math.ceil(len(body) / 67))),
        **_both_ends(account, ends),
    }


def text_status_fields(account: Account, message_sid: str, mobile: str, status: str) -> dict[str, str]:
    """The fields of a delivery report about a text the hotline sent to `mobile`."""
    return {
        **dict.fromkeys(("MessageSid", "SmsSid"), message_sid),
        **dict.fromkeys(("MessageStatus", "SmsStatus"), status),
        "AccountSid": account.sid,
        "From": account.number,
        "To": mobile,
        "ApiVersion": API_VERSION,
    }


def _both_ends(account: Account, ends: tuple[str, str]) -> dict[str, str]:
    return {
        "AccountSid": account.sid,
        "ApiVersion": API_VERSION,
        "From": ends[0],
        "To": ends[1],
        **{f"{end}{place}": "" for end in ("From", "To") for place in _PLACES},
    }
