"""The six digits of a one-time code: drawn so that nobody foresees them, kept as a keyed hash only."""

import hmac
import secrets
from itertools import pairwise

from ivr.store.sealed import Vault
from ivr.store.tables import Code


def generated() -> str:
    """Return six digits nobody can foresee: no zero in front, not one figure repeated, no sequence."""
    while True:
        code = str(secrets.randbelow(900_000) + 100_000)
        if not _easy(code):
            return code


def hashed(vault: Vault, code: str, person_id: int, purpose: str, act_id: int | None) -> str:
    """Return what is kept of a code; it covers whose it is and what for (SEC-11)."""
    return vault.hash(code, _kind(person_id, purpose, act_id))


def equals(vault: Vault, code: Code, keys: str) -> bool:
    """Return whether the keys are this code, in constant time; the try must be charged (SEC-06)."""
    hashes = vault.hashes(keys, _kind(code.person_id, code.purpose, code.act_id))
    # A list, because a generator would stop at the first hash that matches.
    return any([hmac.compare_digest(code.code_hash, one) for one in hashes])  # noqa: C419


def _kind(person_id: int, purpose: str, act_id: int | None) -> str:
    return f"code:{purpose}:{person_id}:{act_id or ''}"


def _easy(code: str) -> bool:
    steps = {(int(second) - int(first)) % 10 for first, second in pairwise(code)}
    return steps in ({0}, {1}, {9})
