"""Voices for commands that speak outside of calls: by name, and with no settings but those voices need."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ivr.settings import Settings
from ivr.voices import LADDER, kokoro
from speech.studio import Studio
from speech.voices import VoiceError
from speech.voices.kokoro_files import SPEAKERS
from speech.voices.pool import VoicePool
from speech.voices.pyttsx3 import Pyttsx3Voice

NAMES = (*LADDER, *(f"kokoro:{speaker}" for speaker in SPEAKERS))
"""What --voice may be: the best first."""
_NEEDED = (
    "HOTLINE_CONFIG",
    "HOTLINE_DATABASE_URL",
    "HOTLINE_MODELS",
    "HOTLINE_PROMPTS",
    "HOTLINE_SOUNDS",
    "HOTLINE_VOICE",
)


def voice_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings as far as voices and prompts need them; the others are what a demo has.

    SettingsError names all that is wrong with those.
    """
    needed = {name: environ[name] for name in _NEEDED if name in environ}
    return Settings.read({**needed, "HOTLINE_ENV": "demo"})


def studio(settings: Settings, name: str) -> Studio:
    """Return the studio of a voice of NAMES; VoiceMissing if this machine lacks it."""
    if name == "pyttsx3":
        cores = os.cpu_count() or 1
        return Studio(VoicePool(Pyttsx3Voice, cores), settings.sounds, at_once=cores)
    return kokoro(replace(settings, voice=name))


def own_name(settings: Settings, name: str) -> str:
    """Return a name of the ladder, with the speaker of this voice that HOTLINE_VOICE wants."""
    return settings.voice if settings.voice.partition(":")[0] == name else name


def ladder(settings: Settings) -> Iterator[tuple[str, Studio | VoiceError]]:
    """Yield every voice of ours, the best first, or why it cannot be used here."""
    for name in LADDER:
        try:
            yield name, studio(settings, own_name(settings, name))
        except VoiceError as missing:
            yield name, missing
