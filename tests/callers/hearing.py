"""What the hotline hears of a line: utterances cut out of it by the real listener, words made by a real ear.

Words are kept, one JSON line each, under the digest of the sound and the ear: a run that was stopped goes on
where it was, and whatever is changed behind the ear costs no hearing.
"""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from speech.ears import Ear, Heard
from speech.ears.whisper import HINTS_REVISION, fingerprint
from speech.listening.events import SpeechEnded, SpeechSuspected
from speech.listening.listener import Listener
from speech.listening.loudness import FRAME
from speech.listening.silero import SpeechModel
from speech.sound import Sound
from speech.telephone import RATE
from tests.kept_lines import KeptLines, sound_key


@dataclass(frozen=True, slots=True)
class Cut:
    """An utterance, and the second of the line at which the listener told that it had ended."""

    sound: Sound
    told: float


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a listener tells of a line: how often it suspected speech, and all that ended."""

    began: int
    cuts: tuple[Cut, ...]


def noticed(mulaw: bytes, model: SpeechModel) -> Noticed:
    """Listen to a line on which nothing of ours is played, a frame at a time as it comes in."""
    listener = Listener(model)
    began, cuts = 0, []
    for place in range(0, len(mulaw), FRAME):
        for event in listener.hear(mulaw[place : place + FRAME]):
            match event:
                case SpeechSuspected():
                    began += 1
                case SpeechEnded(sound=sound):
                    cuts.append(Cut(sound, (place + FRAME) / RATE))
    return Noticed(began, tuple(cuts))


class KeptEar:
    """An ear and the file of what it heard before."""

    def __init__(self, ear: Ear, kept: Path) -> None:
        self.name = ear.name
        self._ear = ear
        self._lines = KeptLines(kept)

    @property
    def version(self) -> str:
        """Name everything that changes what it hears, but for the phrases it is told to expect."""
        match self.name:
            case "whisper":
                return f"{fingerprint()}, hints {HINTS_REVISION}"
            case "vosk":
                return f"vosk {metadata.version('vosk')}"
            case name:
                return name

    def hear(self, sound: Sound, phrases: Sequence[str]) -> tuple[Heard, float]:
        """Return the words, and the seconds the ear took; EarError if it fails."""
        key = sound_key(f"{self.version}, {' '.join(phrases)}", sound)
        if (found := self._lines.find(key)) is None:
            self._lines.keep(key, *(found := self._listened(sound, phrases)))
        words, confidence, perhaps, seconds = found
        return Heard(words, confidence, perhaps), seconds

    def _listened(self, sound: Sound, phrases: Sequence[str]) -> list[Any]:
        began = time.perf_counter()
        with closing(self._ear.listen(phrases)) as hearing:
            hearing.feed(sound)
            heard = hearing.finish()
        return [heard.words, heard.confidence, heard.perhaps, round(time.perf_counter() - began, 3)]
