"""Sealing what nobody may read in the database, and keyed hashes to find it again.

Data keys and hash keys are derived from HOTLINE_SECRET_KEY by HKDF: the first key writes, all of them read
(docs/decisions/0004-sealing.md). A sealed value names its place as associated data, so that a ciphertext
moved to another column does not open.
"""

import base64
import binascii
import hmac
import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_KEY_NAME = 4


class SealError(Exception):
    """A sealed value cannot be opened, or a key is not usable."""


@dataclass(frozen=True, slots=True)
class _Key:
    name: bytes
    cipher: AESGCM
    hashing: bytes


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"hotline12333/" + purpose.encode()).derive(secret)


def _key(text: str) -> _Key:
    try:
        secret = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SealError("HOTLINE_SECRET_KEY is not base64; make one with: openssl rand -base64 32") from error
    if len(secret) != 32:
        raise SealError(
            f"HOTLINE_SECRET_KEY has {len(secret)} bytes where 32 are needed; "
            "make one with: openssl rand -base64 32"
        )
    return _Key(sha256(secret).digest()[:_KEY_NAME], AESGCM(_derive(secret, "data")), _derive(secret, "hash"))


class Vault:
    """Seals, opens and hashes with the keys of the setting: comma-separated base64, 32 bytes each."""

    def __init__(self, keys: str) -> None:
        parts = [part.strip() for part in keys.split(",") if part.strip()]
        if not parts:
            raise SealError("HOTLINE_SECRET_KEY is empty; make one with: openssl rand -base64 32")
        self._keys = [_key(part) for part in parts]

    def seal(self, text: str, place: str) -> bytes:
        """Return the text sealed for one place, such as `people.number`."""
        key = self._keys[0]
        nonce = os.urandom(_NONCE)
        return key.name + nonce + key.cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Return the text again; SealError if the key, the place or a single bit is wrong."""
        name, nonce, content = sealed[:_KEY_NAME], sealed[_KEY_NAME:][:_NONCE], sealed[_KEY_NAME + _NONCE :]
        for key in self._keys:
            if key.name == name:
                try:
                    return key.cipher.decrypt(nonce, content, place.encode()).decode()
                except InvalidTag as error:
                    raise SealError(f"a sealed value of {place} was altered or belongs elsewhere") from error
        raise SealError(f"a sealed value of {place} needs a key that HOTLINE_SECRET_KEY no longer holds")

    def hash(self, text: str, kind: str) -> str:
        """Return the keyed hash under the writing key, 64 hex digits; equal for equal text and kind."""
        return self._hash(self._keys[0], text, kind)

    def hashes(self, text: str, kind: str) -> list[str]:
        """Return the keyed hashes under every key, the writing key first: what a look-up must try."""
        return [self._hash(key, text, kind) for key in self._keys]

    def _hash(self, key: _Key, text: str, kind: str) -> str:
        return hmac.new(key.hashing, f"{kind}\0{text}".encode(), sha256).hexdigest()
