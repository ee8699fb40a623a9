"""The voices of this machine, the best first: recordings, Kokoro where its files are, the built-in one.

Building them starts no process: a voice speaks only where something is rendered, never in a web request.
"""

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from ivr.settings import Settings, SettingsError
from speech.repertoire import Repertoire
from speech.studio import Studio
from speech.voices import VoiceMissing
from speech.voices.kokoro import KokoroVoice
from speech.voices.pool import VoicePool
from speech.voices.pyttsx3 import Pyttsx3Voice
from speech.voices.recordings import Recordings

log = logging.getLogger(__name__)

LADDER = ("kokoro", "pyttsx3")
SHOWN: Mapping[str, str] = {"kokoro": "Kokoro 的声音", "pyttsx3": "内置的声音"}
"""Our voices as people on the demo page know them."""


def repertoire(settings: Settings) -> Repertoire | None:
    """Return all voices that can be used here; None where the provider's voice is to speak.

    SettingsError if the settings insist on a voice that this machine lacks, or leave open whose recordings
    are meant.
    """
    if settings.prompts == "say":
        return None
    studios = [studio for name in _wanted(settings) if (studio := _studio(settings, name))]
    if not studios:
        log.error("no voice of our own can be used here; the provider's will speak")
        return None
    return Repertoire(studios, recordings(settings.config / "recordings"))


def kokoro(settings: Settings) -> Studio:
    """Return the studio of the Kokoro voice; VoiceMissing if its files are not there."""
    _, _, speaker = settings.voice.partition(":")
    folder = settings.models / "kokoro"
    return _pooled(settings, lambda: KokoroVoice(folder, speaker) if speaker else KokoroVoice(folder))


def recordings(folder: Path) -> Recordings | None:
    """Return a person's recordings if there are any; SettingsError where there are several people's."""
    people = sorted(path for path in folder.glob("*") if path.is_dir()) if folder.is_dir() else []
    if len(people) > 1:
        names = ", ".join(path.name for path in people)
        raise SettingsError([f"{folder} has recordings of several people ({names}); leave those of one"])
    return Recordings(people[0]) if people else None


def _wanted(settings: Settings) -> tuple[str, ...]:
    return LADDER if settings.voice == "auto" else (settings.voice.partition(":")[0],)


def _studio(settings: Settings, name: str) -> Studio | None:
    try:
        return kokoro(settings) if name == "kokoro" else _pooled(settings, Pyttsx3Voice)
    except VoiceMissing as missing:
        if settings.voice != "auto":
            why = f"HOTLINE_VOICE={settings.voice} cannot speak: {missing}; write auto"
            raise SettingsError([why]) from missing
        log.info("%s", missing)
        return None


def _pooled(settings: Settings, make: Callable[[], KokoroVoice | Pyttsx3Voice]) -> Studio:
    cores = os.cpu_count() or 1
    return Studio(VoicePool(make, cores), settings.sounds, at_once=cores)
