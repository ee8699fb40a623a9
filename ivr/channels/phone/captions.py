"""Which words of the hotline a page has been given while a call is led over a stream, and which come next."""

from collections import deque
from collections.abc import Callable
from typing import Any

from ivr.channels.phone.demo import Piece, Saying


class Captions:
    """The words of one call; `saying` gives those of its last turn, `sentences` are its ready answers."""

    def __init__(self, saying: Callable[[], Saying | None]) -> None:
        self.sentences: frozenset[str] = frozenset()
        self._saying = saying
        self._number = 0
        self._pieces: deque[Piece] = deque()

    def next(self) -> list[dict[str, Any]]:
        """Return what is shown of a sound that comes now; nothing of one taken up after an interruption."""
        told: list[dict[str, Any]] = []
        saying = self._saying()
        if saying and saying.number != self._number:
            self._number = saying.number
            self._pieces = deque(saying.pieces)
            self.sentences = frozenset(saying.sentences)
            told.append({"turn": _turn(saying)})
        if self._pieces:
            piece = self._pieces.popleft()
            sound = {"text": piece.words, "interruptible": piece.interruptible, "voice": piece.voice}
            told.append({"sound": sound})
        return told


def _turn(saying: Saying) -> dict[str, Any]:
    return {
        "number": saying.number,
        "heard": saying.heard,
        "sentences": list(saying.sentences),
        "patience": saying.patience,
    }
