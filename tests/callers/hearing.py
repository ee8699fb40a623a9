"""What the hotline hears of a line: utterances cut out of it by the real listener, words made by a real ear.

Words are kept, one JSON line each, under the digest of the sound and the ear: a run that was stopped goes on
where it was, and whatever is changed behind the ear costs no hearing.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from speech.ears import Ear, Heard
from speech.ears.whisper import HINTS_REVISION, fingerprint
from speech.listening.events import SpeechBegan, SpeechEnded
from speech.listening.listener import Listener
from speech.listening.loudness import FRAME
from speech.listening.silero import SpeechModel
from speech.sound import Sound
from speech.telephone import RATE


@dataclass(frozen=True, slots=True)
class Cut:
    """An utterance, and the second of the line at which the listener told that it had ended."""

    sound: Sound
    told: float


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a listener tells of a line: how often speech began, and all that ended."""

    began: int
    cuts: tuple[Cut, ...]


def noticed(mulaw: bytes, model: SpeechModel) -> Noticed:
    """Listen to a line on which nothing of ours is played, a frame at a time as it comes in."""
    listener = Listener(model)
    began, cuts = 0, []
    for place in range(0, len(mulaw), FRAME):
        for event in listener.hear(mulaw[place : place + FRAME]):
            match event:
                case SpeechBegan():
                    began += 1
                case SpeechEnded(sound=sound):
                    cuts.append(Cut(sound, (place + FRAME) / RATE))
    return Noticed(began, tuple(cuts))


class KeptEar:
    """An ear and the file of what it heard before; half a line at its end is forgotten."""

    def __init__(self, ear: Ear, kept: Path) -> None:
        self.name = ear.name
        self._ear = ear
        self._file = kept
        self._known: dict[str, tuple[str, float, float]] = {}
        kept.parent.mkdir(parents=True, exist_ok=True)
        lines = kept.read_text(encoding="utf-8").splitlines(keepends=True) if kept.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        if whole != lines:
            kept.write_text("".join(whole), encoding="utf-8")
        for line in whole:
            key, *heard = json.loads(line)
            self._known[key] = tuple(heard)

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
        key = self._key(sound, phrases)
        if key not in self._known:
            self._known[key] = self._listened(sound, phrases)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps([key, *self._known[key]], ensure_ascii=False) + "\n")
        words, confidence, seconds = self._known[key]
        return Heard(words, confidence), seconds

    def _listened(self, sound: Sound, phrases: Sequence[str]) -> tuple[str, float, float]:
        began = time.perf_counter()
        with closing(self._ear.listen(phrases)) as hearing:
            hearing.feed(sound)
            heard = hearing.finish()
        return heard.words, heard.confidence, round(time.perf_counter() - began, 3)

    def _key(self, sound: Sound, phrases: Sequence[str]) -> str:
        digest = hashlib.sha256(f"{self.version}, {' '.join(phrases)}, {sound.rate}".encode())
        digest.update(sound.samples.tobytes())
        return digest.hexdigest()
