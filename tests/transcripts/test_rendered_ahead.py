"""Our own voice in every conversation of this folder: all was rendered ahead, and nothing of it is lost."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from beeping import short_beeps
from core_telephone import CoreTelephone
from house import House
from test_transcripts import TRANSCRIPTS, Run, names, on_core

from ivr.app import create_app, shelf
from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.telephone import LineTelephone, Telephone
from ivr.channels.phone.transport import Answer as Received
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import PretendTwilio
from ivr.channels.script import Line
from ivr.conversation import Answer
from speech.repertoire import Repertoire
from speech.score import Clip, Phrase, Sounding
from speech.studio import Studio


class Listener(CoreTelephone):
    """Notes every line that is said."""

    said: list[Line]

    def _speak(self, answer: Answer) -> None:
        super()._speak(answer)
        self.said += self._house.built.script.lines(answer)


@pytest.fixture(scope="module")
def known() -> Callable[[House], set[Sounding]]:
    """Return all that is rendered ahead for a house; those that differ in nothing are asked once."""
    found: dict[Path, set[Sounding]] = {}

    def everything(house: House) -> set[Sounding]:
        if house.folder not in found:
            found[house.folder] = set(house.built.everything_said(house.built.newest_menus()))
        return found[house.folder]

    return everything


@pytest.mark.parametrize("name", names("core"))
def test_whatever_is_said_was_rendered_ahead(
    name: str, rehearsed: Run, known: Callable[[House], set[Sounding]]
) -> None:
    ahead: set[Sounding] = set()
    said: list[Line] = []

    def listener(house: House, agent: FarEnd) -> Telephone:
        ahead.update(known(house))
        telephone = Listener(house, agent)
        telephone.said = said
        return telephone

    rehearsed(TRANSCRIPTS[name], "sqlite", listener)
    parts = [(line, part) for line in said for part in line.score if isinstance(part, Phrase | Clip)]
    assert bool(parts) == bool(said)
    assert not [(line.prompt, part) for line, part in parts if part not in ahead]


class NoSay(InProcess):
    """A transport that notes documents in which the provider's voice would speak."""

    said: list[str]

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Received:
        answer = super().post(url, form, headers)
        if "/voice/" in url:
            self.said += re.findall("<Say[^>]*>([^<]*)", answer.body.decode())
        return answer


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio for all houses: what is rendered for one is there for the next."""
    return short_beeps(tmp_path_factory.mktemp("sounds"))


@pytest.mark.parametrize("name", names("keys"))
def test_with_our_own_voice_every_word_is_played_and_none_is_said(
    name: str,
    rehearsed: Run,
    dialogues: dict[str, list[str]],
    studio: Studio,
    known: Callable[[House], set[Sounding]],
) -> None:
    left_to_the_provider: list[str] = []

    def playing(house: House, agent: FarEnd) -> Telephone:
        studio.render(known(house))
        built = replace(house.built, repertoire=Repertoire([studio]))
        transport = NoSay(create_app(built), house.settings.public_url)
        transport.said = left_to_the_provider
        provider = PretendTwilio(transport, house.account())
        sounds = shelf(built)
        assert sounds
        return LineTelephone(
            provider,
            Messages(provider, house.texts),
            settle=house.deliver,
            caption=sounds.caption,
            far_end=agent,
        )

    dialogue = rehearsed(TRANSCRIPTS[name], "sqlite", playing)
    assert joined(dialogue) == joined(on_core(name, rehearsed, dialogues))
    assert left_to_the_provider == []


def joined(dialogue: list[str]) -> list[str]:
    """Put what is said at one go together: a passage is one sound."""
    return re.sub(r"(?<=[^\n])\n    (?! *\()", "", "\n".join(dialogue)).split("\n")
