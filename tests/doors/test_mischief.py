"""At least ten thousand random requests at every door of the shipped demo, and what holds for each answer.

A run of the tests sends 10,000 by SQLite and by PostgreSQL, with our voice and with the provider's. More by
command: HOTLINE_TEST_REQUESTS=1000000 pytest tests/doors/test_mischief.py sends so many in all. What fails is
shown as the shortest walk that Hypothesis finds.

For every answer, whoever asked: never a 5xx; unsigned is 403, empty, and nothing written; TwiML that the
strictest engine reads, absolute addresses, only portable verbs; nobody's number, PIN, code, mobile or full
name; amounts and relatives only of who was verified there, by their own number and their own PIN or code; a
turn once taken is answered the same for ever; turns without gaps; after the end Hangup only; 9 still repeats
the question; a sharing ends once for one code; nothing logged as an error, with a traceback or of a person;
nothing of a person readable in the database.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
from demo_town import MakeTown, Town
from door_laws import Secrets
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from mischief import Walk

REQUESTS = int(os.environ.get("HOTLINE_TEST_REQUESTS", "10000"))
STEPS = 50
# With so many requests every door is tried, somebody is verified, a sharing ended and a telephone locked.
ENOUGH = 5_000
DOORS = {"/voice/incoming", "/voice/turn", "/voice/status", "/sms/incoming", "/sms/status"}


def roam(town: Town, requests: int) -> tuple[Counter[str], Counter[str]]:
    """Walk until so many requests were sent; return how many, by door, and what came of them."""
    knocked: Counter[str] = Counter()
    reached: Counter[str] = Counter()
    secrets = Secrets(town)
    while (missing := requests - knocked.total()) > 0:
        walks = settings(
            max_examples=max(5, missing // (3 * STEPS)),
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(
            lambda: Walk(secrets, knocked, reached),  # type: ignore[arg-type]
            settings=walks,
        )
    return knocked, reached


@pytest.mark.parametrize(
    ("database", "prompts", "share"),
    [("sqlite", "say", 0.8), ("sqlite", "play", 0.1), ("postgresql", "say", 0.1)],
)
def test_whatever_is_sent_no_answer_breaks_a_law(
    towns: MakeTown, database: str, prompts: str, share: float
) -> None:
    town = towns(database, prompts)
    knocked, reached = roam(town, round(REQUESTS * share))
    assert knocked.total() >= REQUESTS * share
    if knocked.total() >= ENOUGH:  # laws hold easily where nothing was reached
        assert set(knocked) >= DOORS
        assert all(reached.values()), reached
    if database == "sqlite":
        check_sealed(town)


def check_sealed(town: Town) -> None:
    """Of nobody a name, number or mobile can be read in the files of the database."""
    everybody = town.residents.values()
    secrets = {secret for each in everybody for secret in (each.name, each.number, each.mobile[3:]) if secret}
    file = Path(town.built.engine.url.database or "")
    files = [path for path in file.parent.glob(file.name + "*") if not path.name.endswith("-shm")]
    assert file in files
    for path in files:
        content = path.read_bytes()
        assert not [secret for secret in secrets if secret.encode() in content]
