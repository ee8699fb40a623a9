"""What stands behind the addresses of sounds: passages, assembled when they are fetched, never spoken then.

A passage that is the same for everybody is named by the digests of its lines, joined by dots, with `half`
before them where it begins with half a second of silence: /sound/half.<digest>.<digest>.wav. Every process
can assemble it, so hosts need to share nothing. What belongs to one caller has a token in place of a name,
and so has what is said in a conversation whose menus are in use no more: no other process would know it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import takewhile
from urllib.parse import urlsplit

from ivr.channels.script import WHISPER, Line, Passage, Script
from ivr.channels.turn_token import TurnTokens
from ivr.conversation import Conversations
from menus.menu import Menus
from speech.repertoire import Repertoire
from speech.score import AFTER_KEY, NORMAL
from speech.sound import Sound
from speech.studio import Studio

KEPT_FOR = timedelta(minutes=10)
_OPENING = "half"
_MOST_LINES = 64
Known = dict[str, tuple[Studio, Line]]


@dataclass
class Shelf:
    """Sounds by their addresses. `current` gives the menus in use, whose prompts anybody may fetch."""

    conversations: Conversations
    script: Script
    tokens: TurnTokens
    repertoire: Repertoire
    clock: Callable[[], datetime]
    current: Callable[[], Iterable[Menus]]
    _known: Known = field(default_factory=dict, init=False, repr=False)

    def address(self, passage: Passage) -> str | None:
        """Return the name of a passage for everybody, None if no voice of ours can say it.

        What has no name but its token is named by nothing.
        """
        passage = self._sayable(passage)
        studio = self.repertoire.voice_for(passage.lines)
        if studio is None:
            return None
        names = [self._name(studio, line) for line in passage.lines]
        if not passage.fixed or not all(map(self._find, names)):
            return ""
        return ".".join([_OPENING, *names] if passage.opening else names)

    def fixed(self, address: str) -> Sound | None:
        """Return the passage for everybody that an address names, None if it names none."""
        found = self._named(address)
        if found is None:
            return None
        studio, passage = found
        return self.repertoire.assemble(studio, passage.lines, passage.opening)

    def own(self, token: str) -> Sound | None:
        """Return what one caller was told within the last ten minutes, None if nobody was."""
        passage = self.passage_of(token)
        return self.sound(passage) if passage else None

    def sound(self, passage: Passage) -> Sound | None:
        """Return a passage as the best voice says it that has all of it; None if there is none."""
        passage = self._sayable(passage)
        studio = self.repertoire.voice_for(passage.lines)
        return self.repertoire.assemble(studio, passage.lines, passage.opening) if studio else None

    def passage_of(self, token: str) -> Passage | None:
        """Return the passage a token stands for; None if there is none or it is older than ten minutes."""
        place = self.tokens.open(token)
        found = self.conversations.at(place.conversation_id, place.number) if place else None
        if place is None or found is None or place.index > WHISPER or self.clock() - found[1] > KEPT_FOR:
            return None
        passage = (*self.script.passages(found[0]), self.script.whisper(found[0]))[place.index]
        return passage if passage.lines else None

    def caption(self, url: str) -> str | None:
        """Return what the sound at a URL says, silence as nothing; None if it is none of ours."""
        match _path(url):
            case [*_, "sound", "silence", _]:
                return ""
            case [*_, "sound", "turn", token]:
                passage = self.passage_of(token)
            case [*_, "sound", address]:
                named = self._named(address)
                passage = named[1] if named else None
            case _:
                return None
        return "".join(line.text for line in passage.lines) if passage else None

    def speaks(self, passage: Passage) -> str | None:
        """Return the name of the voice that says a passage; None if none of ours can."""
        studio = self.repertoire.voice_for(self._sayable(passage).lines)
        return studio.name if studio else None

    def voice_of(self, url: str) -> str | None:
        """Return the name of the voice that speaks the sound at a URL; None if it is none of ours."""
        match _path(url):
            case [*_, "sound", "turn", token]:
                passage = self.passage_of(token)
                return self.speaks(passage) if passage else None
            case [*_, "sound", address]:
                named = self._named(address)
                return named[0].name if named else None
            case _:
                return None

    def _sayable(self, passage: Passage) -> Passage:
        """Return a passage at the usual pace where none of our voices has it at its own."""
        if self.repertoire.voice_for(passage.lines):
            return passage
        return replace(passage, lines=tuple(replace(line, pace=NORMAL) for line in passage.lines))

    def _named(self, address: str) -> tuple[Studio, Passage] | None:
        names = address.split(".")
        opening = AFTER_KEY if names[0] == _OPENING else 0.0
        names = names[1:] if opening else names
        if not 0 < len(names) <= _MOST_LINES:
            return None
        found = list(takewhile(bool, map(self._find, names)))  # no more than one strange name is looked for
        studios = {id(known[0]): known[0] for known in found if known}
        if len(found) != len(names) or len(studios) != 1:
            return None
        return studios.popitem()[1], Passage(tuple(known[1] for known in found if known), opening)

    def _find(self, name: str) -> tuple[Studio, Line] | None:
        known = self._known
        if name not in known:
            # Menus, names, recordings or voices have changed. Others may look while we do, so it is replaced.
            known = self._known = self._all()
        return known.get(name)

    def _all(self) -> Known:
        lines = [line for menus in self.current() for line in self.script.fixed_lines(menus)]
        return {
            self._name(studio, line): (studio, line) for studio in self.repertoire.studios for line in lines
        }

    def _name(self, studio: Studio, line: Line) -> str:
        """Name a line as a voice says it, by everything that changes its sound."""
        recorded = self.repertoire.recorded(line)
        key = [studio.voice.fingerprint, hash_of(recorded) if recorded else "", line.pace, line.text]
        return hashlib.sha256(json.dumps(key).encode()).hexdigest()


def hash_of(sound: Sound) -> str:
    """Name a sound by its samples."""
    return hashlib.sha256(sound.samples.tobytes()).hexdigest()


def _path(url: str) -> list[str]:
    """Return the parts of a URL's path, without the ending of a sound."""
    return urlsplit(url).path.removesuffix(".wav").split("/")
