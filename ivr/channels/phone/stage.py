"""One stretch of a call between two requests, as pure arithmetic on seconds: what plays when, when keys
count, what then.

sounds ............ | prompt inside the Gather ........ | silence of `patience` seconds | deadline:
`closing` happens
starts              opens (keys count from here)        quiet_from
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ivr.channels.phone.verbs import Connect, Dial, Gather, Hangup, Redirect, Reject


@dataclass(frozen=True)
class Joined:
    """The far end of a Dial has answered and talks with the caller; `told` seconds went by before."""

    dial: Dial
    told: float = 0.0


Closing = Gather | Redirect | Hangup | Reject | Dial | Joined | Connect


@dataclass(frozen=True)
class Sound:
    """Something that takes time to hear; `text` and `url` are both None for a pause.

    seconds   altogether, all `loop` repetitions included
    """

    seconds: float
    interruptible: bool
    text: str | None = None
    url: str | None = None
    language: str = ""
    loop: int = 1

    @property
    def audible(self) -> bool:
        """Whether there is anything to hear."""
        return self.text is not None or self.url is not None


@dataclass(frozen=True)
class Stage:
    """Sounds in their order, what comes after them, and the keys collected so far.

    patience   seconds between the last sound (or key) and the moment `closing` happens by itself
    last_key   when the last key went down; the prompt stops at the first
    """

    number: int
    starts: float
    sounds: tuple[Sound, ...]
    closing: Closing
    patience: float = 0.0
    keys: str = ""
    last_key: float | None = None

    @property
    def opens(self) -> float:
        """When keys begin to count, if the closing is a Gather."""
        return self.starts + sum(sound.seconds for sound in self.sounds if not sound.interruptible)

    @property
    def quiet_from(self) -> float:
        """When nothing plays any more: the end of the last sound, or the last key."""
        if self.last_key is not None:
            return self.last_key
        return self.starts + sum(sound.seconds for sound in self.sounds)

    @property
    def deadline(self) -> float:
        """When the line goes on by itself."""
        return self.quiet_from + self.patience

    @property
    def gather(self) -> Gather | None:
        """The question at the end of this stage, if there is one."""
        return self.closing if isinstance(self.closing, Gather) else None

    def with_key(self, key: str, at: float) -> "Stage":
        """The same stage after a key that counts."""
        return replace(self, keys=self.keys + key, last_key=at)

    def begun(self, until: float) -> Iterator[tuple[float, Sound]]:
        """The sounds that began at or before `until`, each with its moment; those a key forestalled are
        left out.
        """
        moment = self.starts
        for sound in self.sounds:
            forestalled = self.last_key is not None and sound.interruptible and moment > self.last_key
            if moment <= until and not forestalled:
                yield moment, sound
            moment += sound.seconds
