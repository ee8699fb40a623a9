"""What no text of ours may contain, whoever wrote its template: links, long numbers, somebody's balance."""

import re
import unicodedata

from menus.values import Money, Values

# The one text with a balance in it: the caller asked for it (SEC-22).
BALANCE_TEMPLATE = "SMS13_balance_optin"

# Telephone numbers have at most 13 digits with their country code; from 15 on it may be an ID or a card.
_LONG_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){14}")
# Wider than any list of domains: Latin letters or digits, a full stop and two letters look like an address.
_LINK = re.compile(r"://|www\.|[a-z0-9-]\.(?:[a-z]{2,}|中国|公司|网络)", re.IGNORECASE)
# The provider refuses longer ones.
_LONGEST = 1600


def content_fault(template: str, body: str, values: Values) -> str:
    """Return in a word why this body must not be sent (SEC-22, SEC-23); nothing if it may be."""
    plain = unicodedata.normalize("NFKC", body)
    if not plain.strip():
        return "empty"
    if len(body) > _LONGEST:
        return "too long"
    if _LINK.search(plain):
        return "link"
    if _LONG_NUMBER.search(plain):
        return "long number"
    if template != BALANCE_TEMPLATE and any(isinstance(value, Money) for value in values.values()):
        return "amount"
    return ""
