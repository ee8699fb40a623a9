"""A telephone's end of what it is sent: sound is queued and played in real time, marks come back when played.

Times are seconds of one clock. Nothing here waits: whoever holds it says what time it is.
"""

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Earpiece:
    """What was sent and is not played yet. `gaps`: silences in the middle of an answer, in seconds."""

    gaps: list[float] = field(default_factory=list)
    _until: float = 0.0
    _marks: deque[tuple[float, str]] = field(default_factory=deque)
    _within: bool = False

    def media(self, seconds: float, now: float) -> None:
        """Queue sound; if all before it has run out and belongs to the same answer, that was a gap."""
        if self._within and now > self._until:
            self.gaps.append(now - self._until)
        self._until = max(self._until, now) + seconds
        self._within = True

    def mark(self, name: str, now: float) -> None:
        """Queue a mark behind the sound that came before it."""
        self._marks.append((max(self._until, now), name))

    def clear(self, now: float) -> None:
        """Forget all sound that is not played yet; its marks come back at once."""
        self._until = min(self._until, now)
        self._marks = deque((now, name) for _, name in self._marks)

    def answered(self) -> None:
        """Note that the caller has pressed or spoken: what comes now is another answer."""
        self._within = False

    def played(self, now: float) -> list[str]:
        """Take the marks that have been reached."""
        reached = []
        while self._marks and self._marks[0][0] <= now:
            reached.append(self._marks.popleft()[1])
        return reached

    def left(self, now: float) -> float:
        """Return for how many seconds sound will still be heard."""
        return max(0.0, self._until - now)
