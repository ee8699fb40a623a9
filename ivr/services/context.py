"""What a service may use while it answers: one transaction, one clock, one conversation."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a service is given besides its arguments. `now` is aware; money is fen."""

    session: Session
    vault: Vault
    now: datetime
    party: Party
    hotline: Hotline
    regions: Regions
    outbox: Outbox
    pins: PinHasher
    keeper: Keeper = OWN_TABLES

    @property
    def today(self) -> date:
        """Return the day it is in China."""
        return self.now.astimezone(CHINA).date()
