"""Sounds the provider fetches: prompts that never change, what only one caller may hear, and silence.

A prompt is named by the digest of its content, so it may be kept by anybody for ever. A caller's own amounts
are spoken afresh behind a token, may be kept by nobody, and are gone ten minutes after they were said.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from ivr.channels.protection import protected
from ivr.channels.script import PACES, Line, Script
from ivr.channels.turn_token import TurnTokens
from ivr.conversation import Conversations
from ivr.failures import place_of
from menus.menu import Menus
from speech.sound import Sound
from speech.studio import StudioError
from speech.telephone import silence

_log = logging.getLogger(__name__)

KEPT_FOR = timedelta(minutes=10)
_DIGEST = re.compile("[0-9a-f]{64}")
_FOR_EVER = "public, max-age=31536000, immutable"
_NEVER = "no-store"
_SILENCES: Mapping[str, float] = {"half": 0.5} | {str(seconds): float(seconds) for seconds in range(1, 11)}


class Studio(Protocol):
    """Of speech.studio.Studio, what is needed here."""

    def digest(self, text: str, pace: float = 1.0) -> str:
        """Name the sound of a text."""
        ...

    def sound(self, text: str, pace: float = 1.0) -> Path:
        """Return its file, rendered now if need be."""
        ...

    def speak_fresh(self, text: str, pace: float = 1.0) -> Sound:
        """Speak without keeping."""
        ...


@dataclass(frozen=True)
class Shelf:
    """What stands behind the addresses of sounds.

    `folder` is where the studio keeps sounds by their digest. `current` gives the menus whose prompts may be
    rendered when they are asked for: those in use.
    """

    conversations: Conversations
    script: Script
    tokens: TurnTokens
    studio: Studio
    folder: Path
    clock: Callable[[], datetime]
    current: Callable[[], Iterable[Menus]]
    _texts: dict[str, tuple[str, float]] = field(default_factory=dict, init=False, repr=False)

    def fixed(self, digest: str) -> bytes | None:
        """Return the WAV of a prompt for everybody, None if there is none; VoiceError if it fails."""
        if not _DIGEST.fullmatch(digest):
            return None
        try:
            return (self.folder / f"{digest}.wav").read_bytes()
        except OSError:
            wanted = self.text_of(digest)
        return self._spoken(*wanted) if wanted else None

    def _spoken(self, text: str, pace: float) -> bytes:
        """Return a prompt spoken now, and kept if it can be: a full disk must not mean silence."""
        try:
            return self.studio.sound(text, pace).read_bytes()
        except StudioError as error:
            _log.error("%s", error)
            return self.studio.speak_fresh(text, pace).wav_bytes()

    def own(self, token: str) -> bytes | None:
        """Return the WAV of what one caller was told just now, None if nobody was; VoiceError if it fails."""
        line = self.line_of(token)
        return self.studio.speak_fresh(line.text, line.pace).wav_bytes() if line else None

    def text_of(self, digest: str) -> tuple[str, float] | None:
        """Return text and pace of a prompt in use, by its digest."""
        if digest not in self._texts:
            self._texts.clear()  # what was looked up under menus, names or a voice of before
            self._texts.update(
                (self.studio.digest(text, pace), (text, pace))
                for menus in self.current()
                for text in self.script.fixed_texts(menus)
                for pace in PACES.values()
            )
        return self._texts.get(digest)

    def line_of(self, token: str) -> Line | None:
        """Return the line a token stands for; None if there is none or it is older than ten minutes."""
        place = self.tokens.open(token)
        found = self.conversations.at(place.conversation_id, place.number) if place else None
        if place is None or found is None or self.clock() - found[1] > KEPT_FOR:
            return None
        lines = self.script.lines(found[0])
        return lines[place.index] if place.index < len(lines) else None

    def caption(self, address: str) -> str | None:
        """Return what the sound at an address says, silence as nothing; None if it is none of ours."""
        match [part.removesuffix(".wav") for part in urlsplit(address).path.split("/")[-3:]]:
            case [*_, "sound", "silence", _]:
                return ""
            case [*_, "sound", "turn", token]:
                line = self.line_of(token)
                return line.text if line else None
            case [*_, "sound", digest]:
                text = self.text_of(digest)
                return text[0] if text else None
            case _:
                return None


def blueprint(shelf: Shelf | None) -> Blueprint:
    """Return the doors /sound/<digest>.wav, /sound/turn/<token>.wav and /sound/silence/<half or 1-10>.wav.

    Without a shelf, as where the provider's voice speaks, there is still silence: waiting needs it.
    """
    doors = Blueprint("sound", __name__)

    @doors.get("/sound/<digest>.wav")
    @protected("digest")
    def fixed(digest: str) -> Response:
        return _answer(lambda: shelf.fixed(digest) if shelf else None, tag=digest)

    @doors.get("/sound/turn/<token>.wav")
    @protected("token")
    def own(token: str) -> Response:
        return _answer(lambda: shelf.own(token) if shelf else None)

    @doors.get("/sound/silence/<seconds>.wav")
    @protected("digest")
    def quiet(seconds: str) -> Response:
        length = _SILENCES.get(seconds)
        return _answer(lambda: silence(length).wav_bytes() if length else None, tag=f"silence-{seconds}")

    return doors


def _answer(find: Callable[[], bytes | None], tag: str = "") -> Response:
    """Answer with a sound, to be kept for ever under its tag or not at all; 404 or 503 if there is none."""
    try:
        data, status = find(), 404
    except Exception as error:  # noqa: BLE001 - the provider goes on to what stands next in its document
        _log.error("a sound could not be made: %s", place_of(error))
        data, status = None, 503
    if data is None:
        return Response(status=status, headers={"Cache-Control": _NEVER})
    answer = Response(data, content_type="audio/wav", headers={"Cache-Control": _FOR_EVER if tag else _NEVER})
    if tag:
        answer.set_etag(tag)
        answer.make_conditional(request)
    return answer
