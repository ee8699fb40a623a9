"""Whoever is not verified hears the same, to the letter, and costs the same (SEC-01): through the real doors.

Nobody with this number, a wrong PIN, none set, the one everybody begins with, the right one of somebody who
died, is a child or is locked: no document differs in a byte, no turn in its statements or in what argon2
computed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from dealings import Call
from demo_town import STRANGER, MakeTown, Resident, Town
from door_laws import Secrets
from provider import Provider
from sqlalchemy import event

WRONG_PIN = "135790"
# By PIN, by a code, by PIN again; told that today it is enough, repeated, and tried all the same.
KEYS = ("1", "N", "P", "*", "000000", "N", "P", "9", "1", "1", "N", "P", "*", "000000", "0")
WHO = ("nobody", "huang", "wei", "defu", "lu", "xiaojun", "qin")
LOCKED = "qin"
# Where whoever answers is told who is calling: an address of each turn's own, which no caller sees.
WHERE_A_PERSON_IS_TOLD = rb"(?<=/voice/whisper\?t=)[\w-]+"


class Cost(NamedTuple):
    """What one turn took."""

    statements: int
    argon2: int


@dataclass
class Meter:
    """Counts the statements of a town and what is computed for its PINs."""

    town: Town
    statements: int = 0

    def note(self, *_statement: object) -> None:
        self.statements += 1

    def read(self) -> Cost:
        read = Cost(self.statements, self.town.argon2.computed)
        self.statements = self.town.argon2.computed = 0
        return read


@pytest.fixture(params=["sqlite", "postgresql"])
def meter(request: pytest.FixtureRequest, towns: MakeTown) -> Iterator[Meter]:
    town = towns(request.param, "say")
    town.anew()
    metered = Meter(town)
    event.listen(town.built.engine, "before_cursor_execute", metered.note)
    yield metered
    event.remove(town.built.engine, "before_cursor_execute", metered.note)


@pytest.fixture
def provider(meter: Meter) -> Iterator[Provider]:
    made = Provider(Secrets(meter.town))
    yield made
    made.close()


def lock(provider: Provider, person: Resident) -> None:
    """Fail often enough about somebody, from the telephones of two strangers."""
    for index in (1, 2):
        call = Call(f"CALOCK{index}", f"{STRANGER[:-2]}8{index}")
        provider.incoming(call)
        for keys in ("1", person.keys[0], WRONG_PIN, WRONG_PIN, person.keys[0], WRONG_PIN):
            provider.press(call, keys)


def entered(town: Town, who: str) -> tuple[str, str]:
    """Return the number and the PIN that somebody who is not to be verified presses."""
    if who == "nobody":
        return town.nobodys_number, WRONG_PIN
    person = town.called(who)
    right = person.weak or not person.may_verify or who == LOCKED
    return person.keys[0], person.pin if right and person.pin else WRONG_PIN


def test_sec_01_through_the_doors_nobody_can_tell_why(meter: Meter, provider: Provider) -> None:
    lock(provider, meter.town.called(LOCKED))
    heard: dict[str, list[bytes]] = {}
    costs: dict[str, list[Cost]] = {}
    for index, who in enumerate(WHO):
        number, pin = entered(meter.town, who)
        call = Call(f"CASAME{index}", f"{STRANGER[:-2]}7{index}")
        heard[who] = [provider.incoming(call)]
        meter.read()
        costs[who] = []
        for key in KEYS:
            heard[who].append(provider.press(call, {"N": number, "P": pin}.get(key, key)))
            costs[who].append(meter.read())
        assert not call.verified
    same = {tuple(re.sub(WHERE_A_PERSON_IS_TOLD, b"", each) for each in said) for said in heard.values()}
    assert len(same) == 1
    assert len({tuple(turns) for turns in costs.values()}) == 1, costs
    computed = [cost.argon2 for cost in costs["nobody"]]
    assert computed == [int(key == "P") for key in KEYS]


def test_sec_01_by_text_nobody_can_tell_whose_mobile_is_registered(meter: Meter, provider: Provider) -> None:
    lock(provider, meter.town.called(LOCKED))
    mobiles = [STRANGER, *(meter.town.called(who).mobile for who in ("huang", "wei", "lu", LOCKED))]
    assert len({provider.write(mobile, "余额") for mobile in mobiles}) == 1
