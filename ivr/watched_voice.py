"""A voice that is watched: while it fails, whoever renders a turn lets the provider's voice speak instead."""

from collections.abc import Callable
from datetime import datetime, timedelta

from speech.sound import Sound
from speech.voices import Voice, VoiceError

# So long after a failure nothing new is asked of the voice; what is rendered already is still played.
REST = timedelta(seconds=60)


class WatchedVoice:
    """Speaks with a voice and remembers when it failed last. `clock` returns aware times."""

    def __init__(self, voice: Voice, clock: Callable[[], datetime]) -> None:
        self._voice = voice
        self._clock = clock
        self._failed_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return the voice's name."""
        return self._voice.name

    @property
    def fingerprint(self) -> str:
        """Return what of the voice changes its sound."""
        return self._voice.fingerprint

    def speak(self, text: str, pace: float = 1.0) -> Sound:
        """Speak as the voice does; its VoiceError is remembered and raised on."""
        try:
            return self._voice.speak(text, pace)
        except VoiceError:
            self._failed_at = self._clock()
            raise

    def works(self) -> bool:
        """Say whether the voice has not failed within the last minute."""
        return self._failed_at is None or self._clock() - self._failed_at >= REST

    def close(self) -> None:
        """End what speaks, if it can be ended."""
        getattr(self._voice, "close", lambda: None)()
