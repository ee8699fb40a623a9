"""All voices of a hotline, the best first: whichever has everything that is to be said now says it.

A person's recording of a prompt wins over any voice. Nothing here ever speaks: what no voice has rendered is
not in the repertoire, and the caller of this room finds another way.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from speech.score import NORMAL, Score, joined
from speech.sound import Sound
from speech.studio import Studio
from speech.voices.recordings import Recordings


class Sentence(Protocol):
    """One prompt as it is said now: its id, its score, its pace, and whether everybody hears the same."""

    @property
    def prompt(self) -> str:
        """Return the id of the prompt."""
        ...

    @property
    def score(self) -> Score:
        """Return what is spoken and joined."""
        ...

    @property
    def pace(self) -> float:
        """Return NORMAL or SLOW."""
        ...

    @property
    def fixed(self) -> bool:
        """Tell whether it holds nothing of one caller's."""
        ...


class Repertoire:
    """Studios of several voices, the best first, and recordings that win over all of them."""

    def __init__(self, studios: Sequence[Studio], recordings: Recordings | None = None) -> None:
        self.studios = tuple(studios)
        self.recordings = recordings

    def voice_for(self, sentences: Iterable[Sentence]) -> Studio | None:
        """Return the best voice that can say all of it; one voice, so that no turn sounds like two people."""
        score = self._score(sentences)
        return next((studio for studio in self.studios if studio.can_say(score)), None)

    def assemble(self, studio: Studio, sentences: Iterable[Sentence], opening: float = 0.0) -> Sound | None:
        """Return it all as one sound after `opening` seconds of silence; None if something is missing."""
        return studio.assemble(self._score(sentences, opening))

    def recorded(self, sentence: Sentence) -> Sound | None:
        """Return a person's recording of a sentence, if there is one at its pace."""
        if self.recordings is None or not sentence.fixed:
            return None
        return self.recordings.find(sentence.prompt, slow=sentence.pace != NORMAL)

    def _score(self, sentences: Iterable[Sentence], opening: float = 0.0) -> Score:
        scores = [(recorded,) if (recorded := self.recorded(said)) else said.score for said in sentences]
        return joined(scores, opening)
