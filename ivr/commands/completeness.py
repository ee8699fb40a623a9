"""How much of what callers hear each voice has: prompts by language and pace, and clips."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from ivr.commands.sayings import Sayings
from speech.clips.kinds import KINDS
from speech.score import NORMAL, Clip, Phrase
from speech.studio import Studio, every_clip
from speech.voices.recordings import Recordings

Column = tuple[str, float]
"""A language and a pace."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    there: int
    all: int

    def __str__(self) -> str:
        return f"{self.there}/{self.all}"


@dataclass(frozen=True)
class Completeness:
    """What there is to be rendered: for each language and pace the phrases of every prompt; all clips."""

    prompts: dict[Column, dict[str, tuple[Phrase, ...]]]
    all_clips: tuple[Clip, ...]
    fixed: dict[str, tuple[str, ...]]

    @property
    def columns(self) -> list[Column]:
        """Return every language with every pace."""
        return list(self.prompts)

    def rendered(self, studio: Studio, language: str, pace: float) -> Share:
        """Count the prompts whose every phrase a voice has; clips are counted by themselves."""
        prompts = self.prompts[language, pace]
        return Share(sum(studio.can_say(phrases) for phrases in prompts.values()), len(prompts))

    def recorded(self, person: Recordings, language: str, pace: float) -> Share:
        """Count the prompts a person recorded, of those without values: no others can be recorded."""
        fixed = self.fixed[language]
        return Share(len(fixed) - len(person.gaps(fixed, slow=pace != NORMAL)), len(fixed))

    def clips(self, studio: Studio) -> Share:
        """Count clips, at all paces together."""
        return Share(len(self.all_clips) - len(studio.missing(self.all_clips)), len(self.all_clips))


def completeness(sayings: Sayings, paces: Iterable[float]) -> Completeness:
    """Return what some menus need at some paces; prompts that nobody hears now do not count."""
    paces = tuple(paces)
    wording = sayings.menus.prompts
    prompts = {
        (language, pace): {
            prompt: phrases
            for prompt in wording[language]
            if (phrases := sayings.phrases(prompt, pace, language))
        }
        for language, pace in product(wording, paces)
    }
    clips = tuple(clip for kind, pace in product(KINDS, paces) for clip in every_clip(kind, pace))
    return Completeness(prompts, clips, {language: sayings.fixed(language) for language in wording})
