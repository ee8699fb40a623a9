"""Who keeps the accounts: our own tables, or a city's core system behind an adapter."""

from dataclasses import dataclass
from typing import Literal, Protocol

Verdict = Literal["confirmed", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class Release:
    """The order to end a sharing. Equal keys are the same order, however often it is given."""

    key: str
    binding_id: int


class Keeper(Protocol):
    """Does what a person confirmed; nothing counts as done, and nobody is told so, before it says so."""

    def release(self, order: Release) -> Verdict:
        """End the sharing; `unknown` where no answer came in time, never an exception."""
        ...

    def outcome(self, order: Release) -> Verdict:
        """Tell what became of an order given earlier, without giving it again."""
        ...


class OwnTables:
    """The embedded keeper: our tables are the accounts, so what they can do is done."""

    def release(self, order: Release) -> Verdict:
        """Confirm at once; the tables change in the transaction that asked."""
        return "confirmed"

    def outcome(self, order: Release) -> Verdict:
        """Confirm: an order to our own tables is either done or was never given."""
        return "confirmed"


OWN_TABLES: Keeper = OwnTables()
