"""Every duty that a conversation can show is shown by a transcript, or by a test that carries its number."""

import re
from pathlib import Path

import pytest

from ivr.channels.phone.steps import Transcript
from ivr.channels.phone.transcript import load

HERE = Path(__file__).parent
DUTIES = [*range(1, 24), *range(30, 34), 36, 39]
FLOWS = re.findall(
    r"[\w-]+",
    """
    balance three-inputs credit bindings order change unbind unbind-refused offices policy region person
    holidays whisper call-back fraud lost-card pin silence no-match keys entry pace greeting
    otp-wait several help opt-out spoken asked-back text-balance text-credit text-bindings text-unbind
    """,
)


def transcripts() -> list[Transcript]:
    return [transcript for file in sorted(HERE.glob("*.yaml")) for transcript in load(file)]


def covered() -> set[str]:
    return {word for transcript in transcripts() for word in transcript.covers}


@pytest.mark.parametrize("duty", DUTIES)
def test_duty_is_shown(duty: int) -> None:
    name = f"def test_sec_{duty:02}_"
    tested = any(name in file.read_text("utf-8") for file in HERE.parent.rglob("test_*.py"))
    assert tested or f"SEC-{duty:02}" in covered(), f"no transcript covers SEC-{duty:02}, and no {name}..."


@pytest.mark.parametrize("flow", FLOWS)
def test_flow_is_shown(flow: str) -> None:
    assert flow in covered()


def test_transcripts_say_what_they_are_about_and_what_they_show() -> None:
    for transcript in transcripts():
        assert transcript.covers, transcript.name
        assert transcript.about != transcript.name
        unknown = [
            word for word in transcript.covers if not re.fullmatch(r"SEC-\d\d", word) and word not in FLOWS
        ]
        assert not unknown, transcript.name


def test_at_most_three_inputs_after_dialling_lead_to_the_balance() -> None:
    (shortest,) = [transcript for transcript in transcripts() if "three-inputs" in transcript.covers]
    verbs = [step.verb for step in shortest.steps]
    balance = next(n for n, step in enumerate(shortest.steps) if "余额是" in step.words.get("fragment", ""))
    assert verbs[:balance].count("presses") == 3
    assert set(verbs[:balance]) == {"dials", "hears", "presses"}
