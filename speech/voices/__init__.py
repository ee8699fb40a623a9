"""Text to sound: one Protocol for every voice, and what can go wrong with one.

VoiceError
├── VoiceMissing    the voice cannot be used on this machine: say what to install
└── VoiceFailed     the voice is there but did not speak this time, or cannot speak this text

No error repeats the text, which may hold what belongs to a caller only.
"""

from collections.abc import Sequence
from typing import Protocol

from speech.sound import Sound


class VoiceError(Exception):
    """A voice could not speak. The sentence is for operators; callers never hear it."""


class VoiceMissing(VoiceError):  # noqa: N818 - the name says what is the case, as in a log line
    """This machine lacks a part of the voice, or has a wrong version; the sentence names the remedy."""


class VoiceFailed(VoiceError):  # noqa: N818
    """The engine gave no sound, silence, or a sound that cannot be this text. Never kept in any cache."""


class Voice(Protocol):
    """Something that speaks Mandarin, from any thread."""

    @property
    def name(self) -> str:
        """Say which voice this is, as HOTLINE_VOICE writes it."""
        ...

    @property
    def fingerprint(self) -> str:
        """Name everything that changes the sound (engine, version, settings); it is part of cache keys."""
        ...

    def speak(self, text: str, pace: float) -> Sound:
        """Speak Hanzi and punctuation as a sound ready for the line (8 kHz, telephone band, level set).

        `pace` 1.0 is 160-180 Hanzi a minute, 0.78 is 120-140. ValueError for text that is not speakable,
        VoiceError when it could not be spoken.
        """
        ...

    def clips(self, words: Sequence[str], pace: float) -> tuple[Sound, ...]:
        """Speak words that are to be joined with others: a sound for the line for each, no silence around it.

        They may be spoken as one carrier sentence, and sound as they do within one. Errors as of `speak`.
        """
        ...
