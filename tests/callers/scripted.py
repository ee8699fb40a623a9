"""An ear for tests: it hears what is written down for it, one text after the other."""

from collections.abc import Sequence

from speech.ears import Heard
from speech.sound import Sound


class ScriptedEar:
    """Hears the `texts` in turn, whatever is said."""

    name = "vosk"
    hears_along = False

    def __init__(self, *texts: str) -> None:
        self.left = list(texts)

    def listen(self, phrases: Sequence[str]) -> "ScriptedHearing":
        return ScriptedHearing(self)

    def check(self) -> None:
        """It always works."""


class ScriptedHearing:
    def __init__(self, ear: ScriptedEar) -> None:
        self._ear = ear

    def feed(self, sound: Sound) -> str | None:
        return None

    def finish(self) -> Heard:
        return Heard(self._ear.left.pop(0), 0.9)

    def close(self) -> None:
        """There is nothing to give up."""
