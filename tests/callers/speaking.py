"""The callers' voices: the eight Mandarin speakers of the Kokoro model, rendered once and kept."""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from speech.score import Phrase
from speech.sound import Sound
from speech.studio import Studio
from speech.voices.kokoro import KokoroVoice
from speech.voices.pool import VoicePool
from tests.callers.corpus import PACES, Utterance
from tests.ear.cases import MODELS

YES, NO = "是的", "不是"
"""What callers say who are asked back, all of them at the same pace."""

Said = tuple[str, str, float]
"""Speaker, words and pace."""
Progress = Callable[[int], None]


def said(utterances: Iterable[Utterance]) -> list[Said]:
    """Return all that must be rendered, each caller with a yes and a no."""
    callers = [each for each in utterances if not each.is_noise]
    spoken = [by(each, words) for each in callers for words in (each.words, YES, NO)]
    return list(dict.fromkeys(spoken))


def by(caller: Utterance, words: str) -> Said:
    """Return who says words of a caller, and how fast."""
    return caller.speaker, words, caller.pace if words == caller.words else PACES[1]


def rendered(wanted: Iterable[Said], kept: Path, progress: Progress = lambda _: None) -> Mapping[Said, Sound]:
    """Speak everything, ready for the line; VoiceError if it cannot be spoken. `progress` counts."""
    by_speaker: dict[str, list[Said]] = {}
    for each in dict.fromkeys(wanted):
        by_speaker.setdefault(each[0], []).append(each)
    sounds: dict[Said, Sound] = {}
    for speaker, listed in by_speaker.items():
        before = len(sounds)
        with closing(_studio(speaker, kept)) as studio:
            studio.render(
                [Phrase(words, pace) for _, words, pace in listed],
                lambda done, _, before=before: progress(before + done),
            )
            for each in listed:
                sound = studio.assemble((Phrase(each[1], each[2]),))
                assert sound is not None
                sounds[each] = sound
    return sounds


def _studio(speaker: str, kept: Path) -> Studio:
    cores = os.cpu_count() or 1
    return Studio(VoicePool(partial(KokoroVoice, MODELS / "kokoro", speaker), cores), kept, cores)
