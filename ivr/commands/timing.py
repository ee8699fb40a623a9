"""How long prompts last, measured from their sound: what is not rendered yet is rendered and kept."""

import os
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ivr.commands.demonstration import progress_bar
from ivr.commands.sayings import Sayings, of_folder
from ivr.commands.studios import ladder, voice_settings
from ivr.services.register import CATALOGUE
from ivr.settings import Settings
from ivr.voices import LADDER
from menus.lengths import length_faults
from menus.load import load_folder
from menus.source import Fault
from speech.score import Clip, Phrase, Score, Sounding
from speech.studio import NotAllRendered, Studio
from speech.voices import VoiceError

Progress = Callable[[int, int], None]
BUILT_IN = LADDER[-1]


@dataclass(frozen=True)
class Timing:
    """Seconds of prompts by id, and the voice that spoke them; what it could not speak is `unspoken`."""

    seconds: Mapping[str, float]
    voice: str
    unspoken: tuple[str, ...]


def too_long(folder: Path) -> tuple[list[Fault], str]:
    """Return the prompts of a config folder that last too long, and a sentence on what measured them.

    The folder must have no other faults. Speaking takes seconds when nothing is rendered yet: then a bar is
    shown.
    """
    console = Console(stderr=True)
    bar = progress_bar(console)
    bar.disable = not console.is_terminal
    with bar:
        task = bar.add_task("Speaking prompts to time them", visible=False)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=done < total)

        found = timing(voice_settings(os.environ), of_folder(folder), progress)
    if isinstance(found, VoiceError):
        return [], f"How long prompts last was not checked: {found}."
    voice = "the built-in voice" if found.voice == BUILT_IN else f"the voice {found.voice}"
    told = f"Prompts were timed with {voice}"
    if found.unspoken:
        told += f", which could not speak all of {', '.join(found.unspoken)}"
    return length_faults(load_folder(folder, CATALOGUE), found.seconds, voice), f"{told}."


def timing(
    settings: Settings, sayings: Sayings, progress: Progress, language: str = "zh-CN"
) -> Timing | VoiceError:
    """Return how long the prompts of a language last at the usual pace, or why no voice here can tell.

    A better voice tells if all of it is rendered; else the built-in one, which needs seconds for it.
    """
    scores = {
        prompt: [line.score for line in sayings.lines(prompt, language=language)]
        for prompt in sayings.menus.prompts[language]
    }
    parts = list(dict.fromkeys(part for each in scores.values() for part in _sounding(each)))
    why: VoiceError = VoiceError("there is no voice")
    for name, found in ladder(settings):
        if isinstance(found, VoiceError):
            why = found
        elif name == BUILT_IN or not found.missing(parts):
            with closing(found):
                try:
                    return _measured(found, scores, parts, progress)
                except VoiceError as error:
                    why = error
    return why


def _measured(
    studio: Studio, scores: Mapping[str, list[Score]], parts: list[Sounding], progress: Progress
) -> Timing:
    with suppress(NotAllRendered):  # what is missing is told of as unspoken
        studio.render(parts, progress)
    seconds: dict[str, float] = {}
    unspoken = []
    for prompt, variants in scores.items():
        sounds = [sound for score in variants if (sound := studio.assemble(score))]
        if len(sounds) < len(variants):
            unspoken.append(prompt)
        if sounds:
            seconds[prompt] = max(sound.duration for sound in sounds)
    if not seconds:
        raise VoiceError(f"the voice {studio.name} could speak none of the prompts")
    return Timing(seconds, studio.name, tuple(unspoken))


def _sounding(scores: list[Score]) -> list[Sounding]:
    return [part for score in scores for part in score if isinstance(part, Phrase | Clip)]
