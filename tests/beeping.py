"""A voice for tests of what surrounds a voice: it beeps, so long that one can tell what it was given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from speech.sound import Sound
from speech.studio import Studio
from speech.voices import VoiceFailed

CHARACTER = 0.1
"""Seconds of beep for a character at pace 1.0."""


@dataclass
class Beep:
    """A voice that beeps for every character; `broken` while it cannot."""

    name: str = "beep"
    fingerprint: str = "beep 1"
    character: float = CHARACTER
    broken: bool = False
    spoken: list[tuple[str, float]] = field(default_factory=list)

    def speak(self, text: str, pace: float) -> Sound:
        if self.broken:
            raise VoiceFailed("no beep today")
        self.spoken.append((text, pace))
        samples = np.arange(round(8000 * self.character * len(text) / pace))
        return Sound((8000 * np.sin(1 + samples / 3)).astype(np.int16), 8000)

    def clips(self, words: Sequence[str], pace: float) -> tuple[Sound, ...]:
        return tuple(self.speak(word, pace) for word in words)


def short_beeps(folder: Path) -> Studio:
    """Return a studio that takes no time and hardly any room."""
    return Studio(Beep("short beep", "beep 2", character=0.001), folder)
