"""What costs nothing but thinking: `step` alone, state through JSON, and reading the shipped menus."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median

from ivr.services.register import CATALOGUE, TEMPLATES
from menus.check import check
from menus.dialogue import begin, step
from menus.events import Arrived, Event, Pressed, StayedSilent, Told
from menus.load import load_folder
from menus.menu import Menus
from menus.state import State, state_from_json, state_to_json

_DAY = date(2026, 11, 23)
_ARRIVED = Arrived("voice", _DAY, facts=("demo",))
# A call with something of everything: menus, silence, a key that leads nowhere, repetition, a number, a PIN.
CALL: Sequence[Event] = (
    _ARRIVED,
    *(Pressed(key) for key in "4*3*"),
    StayedSilent(),
    Pressed("7"),
    Pressed("9"),
    Pressed("1"),
    Pressed("450199195503179983"),
    Told("noted", assurance=1),
    Pressed("837294"),
    Told("failed_1"),
    Pressed("*"),
)


def through_json(state: State) -> State:
    """Return the state after a trip through JSON text."""
    return state_from_json(json.loads(json.dumps(state_to_json(state))))


def steps_per_second(
    menus: Menus, calls: int, between: Callable[[State], State] = lambda state: state
) -> float:
    """Return how many events a core answers a second, in the median of five rounds of so many calls."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(calls):
            state = begin(_ARRIVED)
            for event in CALL:
                state = between(step(menus, state, event).state)
        rounds.append(calls * len(CALL) / (time.process_time() - began))
    return median(rounds)


def loading(config: Path, times: int) -> tuple[float, float]:
    """Return the milliseconds of loading a config folder and of checking it, medians."""
    loads, checks = [], []
    for _ in range(times):
        began = time.process_time()
        loaded = load_folder(config, CATALOGUE)
        read = time.process_time()
        if faults := check(loaded, TEMPLATES):
            raise RuntimeError(f"the config has {len(faults)} faults")
        loads.append((read - began) * 1e3)
        checks.append((time.process_time() - read) * 1e3)
    return median(loads), median(checks)
