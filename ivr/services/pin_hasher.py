"""How query PINs are kept and compared: argon2id over an HMAC with a pepper that survives key rotation."""

import base64
import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.store.inserting import insert
from ivr.store.sealed import Vault
from ivr.store.tables import StoredSecret

_PEPPER = "pin_pepper"
_PLACE = "secrets.value"


def production() -> PasswordHasher:
    """Return argon2id with 19 MiB, two passes and one lane: the least OWASP recommends."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


@dataclass(frozen=True, slots=True)
class PinHasher:
    """Hashes and checks PINs. Each check computes argon2 exactly once, whatever it is given (SEC-01)."""

    pepper: bytes = field(repr=False)
    argon2: PasswordHasher = field(default_factory=production)

    def hash(self, pin: str) -> str:
        """Return what `people.pin_hash` keeps of a PIN: an argon2id string of at most 200 characters."""
        return self.argon2.hash(self._peppered(pin))

    def verify(self, stored: str | None, pin: str) -> bool:
        """Return whether the PIN is the stored one; False where nothing, or nothing readable, is stored."""
        if stored is None:
            return self._nothing_to_compare(pin)
        try:
            return self.argon2.verify(stored, self._peppered(pin))
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):
            return self._nothing_to_compare(pin)

    def _nothing_to_compare(self, pin: str) -> bool:
        # Hashing costs what verifying costs, so a person without PIN takes as long as one with another.
        self.argon2.hash(self._peppered(pin))
        return False

    def _peppered(self, pin: str) -> bytes:
        return hmac.new(self.pepper, pin.encode(errors="surrogatepass"), sha256).digest()


def load_or_create_pepper(session: Session, vault: Vault) -> bytes:
    """Return the 32 bytes of this database; the first call makes them, and two at once make the same."""
    session.execute(
        insert(session, StoredSecret)
        .values(name=_PEPPER, value_sealed=vault.seal(_random(), _PLACE))
        .on_conflict_do_nothing()
    )
    stored = session.scalars(select(StoredSecret.value_sealed).where(StoredSecret.name == _PEPPER)).one()
    return base64.b64decode(vault.open(stored, _PLACE))


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
