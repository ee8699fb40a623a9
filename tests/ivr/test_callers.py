"""What is remembered of a telephone number, on both databases."""

from datetime import date

from house import House
from sqlalchemy import select

from ivr import callers
from ivr.callers import Remembered
from ivr.store.tables import Caller

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
HASH = "a" * 64


def test_a_number_is_new_on_the_first_call_of_each_day(either_hotline: House) -> None:
    with either_hotline.built.engine.begin() as connection:
        assert callers.greet(connection, HASH, MONDAY) == Remembered("normal", first_today=True)
        assert callers.greet(connection, HASH, MONDAY) == Remembered("normal", first_today=False)
        assert callers.greet(connection, HASH, TUESDAY) == Remembered("normal", first_today=True)


def test_a_pace_is_remembered_of_who_never_called_and_of_who_did(either_hotline: House) -> None:
    with either_hotline.built.engine.begin() as connection:
        callers.remember(connection, HASH, pace="slow")
        assert callers.greet(connection, HASH, MONDAY) == Remembered("slow", first_today=True)
        callers.remember(connection, HASH, pace="normal")
        assert callers.greet(connection, HASH, MONDAY) == Remembered("normal", first_today=False)


def test_what_one_wish_says_the_next_does_not_forget(either_hotline: House) -> None:
    with either_hotline.built.engine.begin() as connection:
        callers.remember(connection, HASH, notices_off=True)
        callers.remember(connection, HASH, pace="slow")
        callers.greet(connection, HASH, MONDAY)
        row = connection.execute(select(Caller.notices_off, Caller.pace, Caller.greeted_on)).one()
    assert tuple(row) == (True, "slow", MONDAY)
