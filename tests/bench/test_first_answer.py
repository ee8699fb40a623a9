"""A first-time caller who hears everything out has the first amount within ninety seconds of the answer."""

import os
from collections.abc import Iterator

import pytest

from ivr.settings import SettingsError
from tests.bench.first_answer import FLOWS, MOST, Waiting, prompts_of, table, waiting
from tests.fetched import MODELS

_BALANCE = FLOWS[0]


@pytest.fixture(scope="module", params=["pyttsx3", "kokoro"])
def hotline_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    """A hotline with one voice; where its model is not there, a skip, with HOTLINE_REQUIRE a fault."""
    try:
        with waiting(request.param, tmp_path_factory.mktemp("sounds"), MODELS) as found:
            yield found
    except SettingsError as fault:
        if request.param in os.environ.get("HOTLINE_REQUIRE", ""):
            raise
        pytest.skip(str(fault))


def test_the_balance_is_heard_within_ninety_seconds(hotline_of: Waiting) -> None:
    waited = hotline_of.waited(_BALANCE)
    assert waited.seconds <= MOST, f"{waited.seconds - MOST:.1f} s too long; {prompts_of(waited)}"


def test_what_is_waited_for_is_what_is_keyed_and_what_is_said_before_the_amount(hotline_of: Waiting) -> None:
    waited = hotline_of.waited(_BALANCE)
    assert waited.keying == 25 * 1.5  # 1, eighteen of the number, six of the PIN
    lengths = dict(waited.prompts)
    assert list(lengths) == [
        *("greet", "greet.notice", "greet.safety", "main", "id.ask", "pin.ask", "verify.ok"),
        *("bal.say", "bal.asof", "bal.after"),
    ]
    before = sum(seconds for prompt, seconds in lengths.items() if not prompt.startswith("bal."))
    rests = 3 * 0.5 + 4 * 0.4  # after a key; between prompts
    amount = waited.seconds - waited.keying - before - rests
    assert 1.0 < amount < lengths["bal.say"] / 2  # the amount is said twice, after a second of silence


def test_slowly_everything_but_the_keys_takes_longer(hotline_of: Waiting) -> None:
    usual, slow = hotline_of.waited(_BALANCE), hotline_of.waited(_BALANCE, slow=True)
    assert slow.keying == usual.keying
    assert 1.15 < (slow.seconds - slow.keying) / (usual.seconds - usual.keying) < 1.4
    assert table([usual, slow]).count("| balance |") == 2
