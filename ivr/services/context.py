"""What a service may use while it answers: one transaction, one clock, one conversation."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ivr.hotline import Hotline
from ivr.regions import Regions
from ivr.services.keeper import OWN_TABLES, Keeper
from ivr.services.pin_hasher import PinHasher
from ivr.store.sealed import Vault
from ivr.texts.outbox import Outbox

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Party:
    """Who we talk with: the conversation's row, its channel and the caller's number.

    `caller` is E.164 with +, or empty where the number is withheld; it proves nothing (SEC-02).
    """

    conversation_id: int
    channel: Literal["voice", "text"]
    caller: str
    caller_hash: str


# What an errand brought is settled in a transaction; true where that is an answer. An errand asks outside.
Settle = Callable[["Context"], bool]
Errand = Callable[[Keeper], Settle]


@dataclass(frozen=True, slots=True)
class Sent:
    """An errand that is to be carried out when the turn is stored, and whose it is."""

    key: str
    errand: Errand
    party: Party


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a service is given besides its arguments. `now` is aware; money is fen.

    `errands` are those that services sent off in this turn (see ivr.services.errands).
    """

    session: Session
    vault: Vault
    now: datetime
    party: Party
    hotline: Hotline
    regions: Regions
    outbox: Outbox
    pins: PinHasher
    keeper: Keeper = OWN_TABLES
    errands: list[Sent] = field(default_factory=list)

    @property
    def today(self) -> date:
        """Return the day it is in China."""
        return self.now.astimezone(CHINA).date()
