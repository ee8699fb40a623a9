"""What somebody says with a click on the demo's page: spoken by another person than the hotline, and kept."""

import logging
from collections.abc import Iterable
from threading import Event

from ivr.settings import Settings
from speech.score import NORMAL, Phrase
from speech.studio import Studio
from speech.telephone import mulaw_encode
from speech.voices import VoiceError, VoiceMissing
from speech.voices.kokoro import DEFAULT, KokoroVoice
from speech.voices.pyttsx3 import Pyttsx3Voice

log = logging.getLogger(__name__)

SPEAKERS = ("zf_xiaoxiao", "zm_yunxi")
"""Who may be the caller, the best first: whoever is not the hotline itself."""


class CallersVoice:
    """A voice for callers: Kokoro as soon as its files are there, until then the built-in one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._studio: Studio | None = None

    def spoken(self, words: str) -> bytes | None:
        """Return a sentence as mu-law, ready for the line; None if it cannot be spoken. Takes seconds."""
        phrase, studio = Phrase(words, NORMAL), self._best()
        try:
            studio.render([phrase])
        except VoiceError as fault:
            log.warning("a caller's sentence could not be spoken: %s", fault)
            return None
        sound = studio.assemble((phrase,))
        return mulaw_encode(sound.samples) if sound else None

    def prepare(self, sentences: Iterable[str], stop: Event) -> None:
        """Speak sentences ahead, so that nobody waits for them."""
        try:
            self._best().render([Phrase(words, NORMAL) for words in sentences], stop=stop.is_set)
        except VoiceError as fault:
            if not stop.is_set():
                log.warning("not all of a caller's sentences could be spoken ahead: %s", fault)

    @property
    def name(self) -> str:
        """Say which voice it is by now."""
        return self._best().name

    def close(self) -> None:
        """End the process that speaks, if there is one."""
        if self._studio:
            self._studio.close()

    def _best(self) -> Studio:
        if self._studio is None or not self._studio.name.startswith("kokoro"):
            self._studio = self._kokoro() or self._studio or self._built_in()
        return self._studio

    def _kokoro(self) -> Studio | None:
        own = self._settings.voice.partition(":")[2] or DEFAULT
        speaker = next(each for each in SPEAKERS if each != own)
        try:
            voice = KokoroVoice(self._settings.models / "kokoro", speaker)
        except VoiceMissing:
            return None
        return Studio(voice, self._settings.sounds)

    def _built_in(self) -> Studio:
        return Studio(Pyttsx3Voice(), self._settings.sounds)
