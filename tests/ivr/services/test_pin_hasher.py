"""PINs: one argon2 computation per check, and a pepper that outlives its key."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import Type, extract_parameters
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ivr.services.pin_hasher import PinHasher, load_or_create_pepper
from ivr.store.sealed import Vault
from ivr.store.tables import StoredSecret

KEY = "c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE="
NEW_KEY = "YW5vdGhlciBzeW50aGV0aWMga2V5IG9mIDMyIGJ5dGU="
UNREADABLE = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$"


@pytest.mark.parametrize("stored", [None, "", "246813", UNREADABLE])
@pytest.mark.parametrize("pin", ["246813", "", "1", "二四六八一三", "\ud800", "*" * 300])
def test_sec_01_a_check_computes_argon2_once_whatever_it_is_given(
    pins: PinHasher, argon2: Any, stored: str | None, pin: str
) -> None:
    assert pins.verify(stored, pin) is False
    assert argon2.computed == 1


@pytest.mark.parametrize("pin", ["246813", "246814"])
def test_sec_01_a_check_of_a_stored_pin_computes_argon2_once(pins: PinHasher, argon2: Any, pin: str) -> None:
    stored = pins.hash("246813")
    argon2.computed = 0
    assert pins.verify(stored, pin) is (pin == "246813")
    assert argon2.computed == 1


@given(right=st.text(max_size=20), other=st.text(max_size=20))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sec_06_only_the_same_pin_passes(pins: PinHasher, right: str, other: str) -> None:
    stored = pins.hash(right)
    assert pins.verify(stored, right)
    assert pins.verify(stored, other) is (right == other)


def test_sec_06_pins_are_argon2id_and_worthless_without_the_pepper() -> None:
    stored = PinHasher(b"p" * 32).hash("246813")
    assert extract_parameters(stored).type is Type.ID
    assert len(stored) <= 200
    assert PinHasher(b"p" * 32).verify(stored, "246813")
    assert not PinHasher(b"q" * 32).verify(stored, "246813")


def test_the_pepper_stands_in_no_repr(pins: PinHasher) -> None:
    assert "ppp" not in repr(pins)


def test_the_pepper_is_made_once_and_sealed(session: Session, vault: Vault) -> None:
    pepper = load_or_create_pepper(session, vault)
    assert len(pepper) == 32
    assert load_or_create_pepper(session, vault) == pepper
    assert pepper not in session.query(StoredSecret).one().value_sealed


def test_the_pepper_survives_the_rotation_of_keys(session: Session, vault: Vault) -> None:
    pepper = load_or_create_pepper(session, vault)
    assert load_or_create_pepper(session, Vault(f"{NEW_KEY},{KEY}")) == pepper


def test_two_processes_that_start_at_once_make_one_pepper(database: Engine, vault: Vault) -> None:
    def start(_number: int) -> bytes:
        with Session(database) as session, session.begin():
            return load_or_create_pepper(session, vault)

    with ThreadPoolExecutor(4) as starts:
        assert len(set(starts.map(start, range(8)))) == 1
