"""An ear that hears the same in everything, or fails."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from speech.ears import EarError, Heard
from speech.sound import Sound


@dataclass
class WritesDown:
    """Hears `words`, whatever was said; it notes what it was given."""

    words: str = "查余额"
    fault: EarError | None = None
    name: str = "made up"
    hears_along: bool = False
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def listen(self, phrases: Sequence[str]) -> "WritesDown":
        self.phrases.append(tuple(phrases))
        return self

    def feed(self, sound: Sound) -> str | None:
        self.seconds.append(sound.duration)
        return None

    def finish(self) -> Heard:
        if self.fault:
            raise self.fault
        return Heard(self.words, 0.9)

    def close(self) -> None:
        """Hold nothing."""

    def check(self) -> None:
        """Need nothing."""
