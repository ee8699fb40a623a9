"""Streets of houses for transcripts, one on each database, and what a transcript may be given."""

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime

import pytest
from core_telephone import CoreTelephone
from house import House, Street
from recorded import Recorded
from secrecy import leaks
from socket_telephone import Hotlines

from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.rehearsal import Rehearsal
from ivr.channels.phone.steps import Transcript
from ivr.channels.phone.telephone import Telephone
from ivr.conversation import CHINA
from speech.telephone import mulaw_encode
from speech.voices.pyttsx3 import Pyttsx3Voice

AGENTS = {
    "answers": FarEnd("completed"),
    "busy": FarEnd("busy"),
    "does not answer": FarEnd("no-answer"),
}
DESKS = {"none": {'agent:\n  number: "+867710000000"': 'agent:\n  number: ""'}}
"""What `desk` in a transcript's `given` changes in hotline.yaml."""


@pytest.fixture
def rehearsed(streets: Callable[[str], Street], caplog: pytest.LogCaptureFixture) -> Callable[..., list[str]]:
    """Run a transcript in a new house and return its dialogue; nothing secret may be found afterwards."""
    caplog.set_level(logging.DEBUG)

    def run(
        transcript: Transcript, database: str, telephone: Callable[[House, FarEnd], Telephone]
    ) -> list[str]:
        house = furnished(streets(database), transcript.given)
        recorded = Recorded(telephone(house, AGENTS[transcript.given.get("agent", "does not answer")]))
        wording = house.built.newest_menus().prompts["zh-CN"]
        Rehearsal(recorded, later=house.clock.forward, wording=wording.__getitem__).run(transcript)
        dialogue = recorded.finish()
        # What the core writes, the doors write too, and more; but words are heard nowhere else by now.
        if telephone is not CoreTelephone or any(step.verb == "says" for step in transcript.steps):
            assert not leaks(house, transcript, caplog.text)
        return dialogue

    return run


@pytest.fixture(scope="session")
def dialogues() -> dict[str, list[str]]:
    """What was said on the core, by transcript."""
    return {}


def furnished(street: Street, given: Mapping[str, str]) -> House:
    """Return a new house as `given` says: `at` a time of China, with which `desk`, with an `announcement`."""
    unknown = set(given) - {"at", "agent", "desk", "announcement"}
    assert not unknown, f"a transcript cannot be given {unknown}"
    variant: dict[str, str] = dict(DESKS[given["desk"]]) if "desk" in given else {}
    if "announcement" in given:
        said = f"text: {given['announcement']}\n  from: 2026-11-23T08:00\n  until: 2026-11-24T08:00"
        variant["recording: false"] = f"recording: false\nannouncement:\n  {said}"
    house = street.house(variant)
    if "at" in given:
        house.clock.now = datetime.fromisoformat(given["at"]).replace(tzinfo=CHINA)
    return house


@pytest.fixture(scope="session")
def hotlines(tmp_path_factory: pytest.TempPathFactory) -> Hotlines:
    """Hotlines that lead calls over streams, and what their callers sound like."""
    with closing(Pyttsx3Voice()) as voice:
        speech = mulaw_encode(voice.speak("我想查一下我的余额", 1.0).samples)
    return Hotlines(tmp_path_factory.mktemp("coded"), speech)
