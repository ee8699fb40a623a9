"""What a core system answers, read strictly: what is not as described, or not to our question, is none."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.services.keeper import Holdings, Outcome, Statement

# A hundred thousand million yuan: more is a mistake, and no column of ours would take it.
_MOST = 10**13
Fen = Annotated[int, Field(ge=-_MOST, le=_MOST)]


class _Message(BaseModel):
    """A piece of an answer: of the types described, with fields more that we do not read."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class _Account(_Message):
    balance_fen: Fen
    locked_fen: Fen
    as_of: date


class _Credit(_Message):
    month: Annotated[str, Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])$")]
    amount_fen: Fen


class _Told(_Message):
    id_number: str
    account: _Account | None
    credits: Annotated[tuple[_Credit, ...], Field(max_length=24, strict=False)]


class _Verdict(_Message):
    key: str
    outcome: Outcome


def statement(body: bytes, number: str) -> Statement | None:
    """Return the statement about the person with this ID number; None if it is none."""
    try:
        told = _Told.model_validate_json(body)
        credits_ = {date.fromisoformat(f"{each.month}-01"): each.amount_fen for each in told.credits}
    except (ValidationError, ValueError):
        return None
    if told.id_number != number or len(credits_) != len(told.credits):
        return None
    account = told.account
    return Statement(
        Holdings(account.balance_fen, account.locked_fen, account.as_of) if account else None, credits_
    )


def outcome(body: bytes, key: str) -> Outcome | None:
    """Return what became of the order with this key; None if the answer does not say."""
    try:
        told = _Verdict.model_validate_json(body)
    except (ValidationError, ValueError):
        return None
    return told.outcome if told.key == key else None
