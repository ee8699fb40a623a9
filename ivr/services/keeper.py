"""Who keeps the accounts: our own tables, or a city's core system behind an adapter."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

Verdict = Literal["confirmed", "refused", "unknown"]
Outcome = Literal["confirmed", "refused", "unknown", "unheard"]
"""What became of an order; `unheard` where the keeper surely never got it."""


@dataclass(frozen=True, slots=True)
class Release:
    """The order to end a sharing between two people, known by their ID numbers.

    Equal keys are the same order, however often it is given.
    """

    key: str
    authoriser: str = field(repr=False)
    beneficiary: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is in an account on a day: fen, and how many of them are set aside for the family."""

    balance_fen: int
    locked_fen: int
    as_of: date


@dataclass(frozen=True, slots=True)
class Statement:
    """What a keeper tells of a person: the account, None where there is none, and the monthly credits.

    `credits` maps the first day of a month to fen; it has all of the last twelve months.
    """

    account: Holdings | None
    credits: dict[date, int]


class Keeper(Protocol):
    """Tells of accounts and does what a person confirmed; nothing counts as done before it says so.

    Nothing is raised. A keeper that is `elsewhere` takes seconds: it is asked outside of any transaction.
    """

    @property
    def elsewhere(self) -> bool:
        """Whether asking leaves this machine."""
        ...

    def statement(self, number: str) -> Statement | None:
        """Tell of the person with this ID number; None where no answer can be had now."""
        ...

    def release(self, order: Release) -> Verdict:
        """End the sharing; `unknown` where no answer came in time."""
        ...

    def outcome(self, order: Release) -> Outcome:
        """Tell what became of an order given earlier, without giving it again."""
        ...


class OwnTables:
    """The embedded keeper: our tables are the accounts, so what they can do is done."""

    elsewhere = False

    def statement(self, number: str) -> Statement | None:
        """Tell nothing: who can read our tables needs no statement of them."""
        return None

    def release(self, order: Release) -> Verdict:
        """Confirm at once; the tables change in the transaction that asked."""
        return "confirmed"

    def outcome(self, order: Release) -> Outcome:
        """Confirm: an order to our own tables is either done or was never given."""
        return "confirmed"


OWN_TABLES: Keeper = OwnTables()
