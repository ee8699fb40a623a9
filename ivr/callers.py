"""What is remembered of a telephone number: its pace, and whether it was greeted today."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from ivr.store.tables import Caller
from menus.events import Pace


@dataclass(frozen=True, slots=True)
class Remembered:
    """How this number wants to be spoken to, and whether it calls for the first time today."""

    pace: Pace
    first_today: bool


def greet(connection: Connection, caller_hash: str, day: date) -> Remembered:
    """Return what is remembered, and remember that the number was greeted on this day."""
    wanted = select(Caller.pace, Caller.greeted_on).where(Caller.caller_hash == caller_hash)
    row = connection.execute(wanted).first()
    if row is None or row.greeted_on != day:
        remember(connection, caller_hash, greeted_on=day)
    return Remembered(
        "slow" if row and row.pace == "slow" else "normal", row is None or row.greeted_on != day
    )


def remember(connection: Connection, caller_hash: str, **values: Any) -> None:
    """Change what is remembered of a number, whether or not it called before."""
    changing = update(Caller).where(Caller.caller_hash == caller_hash).values(**values)
    if connection.execute(changing).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(Caller).values(caller_hash=caller_hash, **values))
    except IntegrityError:
        connection.execute(changing)  # it called twice at the same moment
