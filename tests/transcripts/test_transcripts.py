"""Every conversation of this folder, on every channel; what is heard and read must be the same on all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from core_telephone import CoreTelephone
from house import House
from socket_telephone import Hotlines

from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.steps import Transcript
from ivr.channels.phone.telephone import Telephone
from ivr.channels.phone.transcript import load

FOLDER = Path(__file__).parent
TRANSCRIPTS = {
    transcript.name: transcript for file in sorted(FOLDER.glob("*.yaml")) for transcript in load(file)
}
Run = Callable[..., list[str]]


def by_keys(house: House, agent: FarEnd) -> Telephone:
    return house.keys(agent)


def on_core(name: str, rehearsed: Run, dialogues: dict[str, list[str]]) -> list[str]:
    if name not in dialogues:
        dialogues[name] = rehearsed(TRANSCRIPTS[name], "sqlite", CoreTelephone)
    return dialogues[name]


def names(channel: str) -> list[ParameterSet]:
    """Return the conversations for a channel; by key nobody can be spoken to."""
    return [
        pytest.param(name)
        for name, transcript in TRANSCRIPTS.items()
        if transcript.runs_on(channel) and not (channel == "keys" and speaks(transcript))
    ]


def speaks(transcript: Transcript) -> bool:
    """Whether the caller says anything."""
    return any(step.verb == "says" for step in transcript.steps)


@pytest.mark.parametrize("name", names("core"))
def test_core(name: str, rehearsed: Run, dialogues: dict[str, list[str]]) -> None:
    assert on_core(name, rehearsed, dialogues)


@pytest.mark.parametrize("name", names("keys"))
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_keys(name: str, database: str, rehearsed: Run, dialogues: dict[str, list[str]]) -> None:
    dialogue = rehearsed(TRANSCRIPTS[name], database, by_keys)
    assert dialogue == on_core(name, rehearsed, dialogues)


@pytest.mark.parametrize("name", names("stream"))
def test_stream(
    name: str,
    rehearsed: Run,
    dialogues: dict[str, list[str]],
    hotlines: Hotlines,
    request: pytest.FixtureRequest,
) -> None:
    def over_a_stream(house: House, agent: FarEnd) -> Telephone:
        telephone = hotlines.telephone(house, agent)
        request.addfinalizer(telephone.close)
        return telephone

    dialogue = rehearsed(TRANSCRIPTS[name], "sqlite", over_a_stream)
    assert without_breaks(dialogue) == without_breaks(on_core(name, rehearsed, dialogues))


def without_breaks(dialogue: list[str]) -> str:
    """Join what was heard after each act: sentences that are played in one sound have no end between them."""
    return "\n".join(dialogue).replace("\n    ", "")
