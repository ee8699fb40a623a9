"""Tokens for what one caller is told: nobody can guess, read or alter them, and equal turns get equal ones.

AES-SIV (RFC 5297) is made for this: deterministic, and nothing can be learned but that two are equal.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from ivr.store.sealed import Vault

_LAYOUT = struct.Struct(">QIH")
_LENGTH = 40  # 16 bytes of tag and 14 of content, in base64 without padding


@dataclass(frozen=True, slots=True)
class TurnPassage:
    """A passage of one turn: conversation, number of the turn, 0 or 1 for what is played first or second.

    2 is what the person hears who answers a transfer."""

    conversation_id: int
    number: int
    index: int


class TurnTokens:
    """Seals and opens tokens under keys of their own, derived from the vault's: the first seals, all open."""

    def __init__(self, vault: Vault) -> None:
        # A keyed hash is as good as a key; two of them make the two keys of AES-256-SIV.
        halves = zip(vault.hashes("address 1", "sound"), vault.hashes("address 2", "sound"), strict=True)
        self._ciphers = tuple(AESSIV(bytes.fromhex(first + second)) for first, second in halves)

    def seal(self, passage: TurnPassage) -> str:
        """Return the token of a passage: 40 characters that may stand in an address."""
        content = _LAYOUT.pack(passage.conversation_id, passage.number, passage.index)
        return urlsafe_b64encode(self._ciphers[0].encrypt(content, None)).decode()

    def open(self, token: str) -> TurnPassage | None:
        """Return the passage of a token; None if we never made it."""
        if len(token) != _LENGTH or not token.isascii():
            return None
        try:
            sealed = urlsafe_b64decode(token)
        except NotBase64:
            return None
        for cipher in self._ciphers:
            try:
                return TurnPassage(*_LAYOUT.unpack(cipher.decrypt(sealed, None)))
            except (InvalidTag, ValueError):
                continue
        return None
