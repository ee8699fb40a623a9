"""Sound to words: one Protocol for every ear, and what can go wrong with one.

    hearing = ear.listen(["查余额", "人工服务"])      # the phrases of the question; none of them: anything
    hearing.feed(sound)                              # as it comes in; what is heard so far, if that is known
    hearing.finish()                                 # Heard(words="查余额", confidence=0.93)

EarError
├── EarMissing    the ear cannot be used on this machine: say what to fetch
└── EarBusy       it hears as many others as it can; the next utterance may fare better

Which answer the words mean belongs to the menus, not to an ear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from speech.sound import Sound


class EarError(Exception):
    """An ear could not listen. The sentence is for operators; callers never hear it, and it quotes none."""


class EarMissing(EarError):  # noqa: N818 - the name says what is the case, as in a log line
    """This machine lacks a part of the ear, or has a damaged one; the sentence names the remedy."""


class EarBusy(EarError):  # noqa: N818
    """The ear works, but had no room for this utterance in time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Words without spaces, "" for none; `confidence` from 0 to 1, each ear's own measure of it.

    `perhaps` are words with a phrase of the question that it may have been instead: an ear that is not
    sure of them may name it, and it is only worth a question.
    """

    words: str
    confidence: float
    perhaps: str = ""


class Hearing(Protocol):
    """One utterance of one caller, for one thread at a time. `close()` it; `finish()` does so too."""

    def feed(self, sound: Sound) -> str | None:
        """Hear more; return the words so far, None where this ear does not know them before the end.

        EarError when the ear failed, more than a minute was fed, or the utterance is over.
        """
        ...

    def finish(self) -> Heard:
        """Say what was heard. Nothing can be fed afterwards. EarError as for `feed`."""
        ...

    def close(self) -> None:
        """Give up what it holds; harmless when it did so already."""
        ...


class Ear(Protocol):
    """Something that hears Mandarin, from any thread. What it needs is loaded when it is first used."""

    @property
    def name(self) -> str:
        """Say which ear this is, as HOTLINE_EAR writes it."""
        ...

    @property
    def hears_along(self) -> bool:
        """Say whether it hears while it is fed, and not only at the end: then feed it as the sound comes."""
        ...

    def listen(self, phrases: Sequence[str]) -> Hearing:
        """Begin to hear an utterance, which is probably one of the phrases, if there are any.

        EarError, in a bounded time, when the ear is not to be had now; EarBusy if only because of others.
        """
        ...

    def check(self) -> None:
        """Load or reach what is needed; EarError says what hinders it."""
        ...
