"""Vosk in this process: the ear the hotline is built for. It hears a question's phrases as they are said.

With phrases it needs about a thirtieth of a core for a caller who speaks, without them most of one.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from speech.ears import EarError, Heard
from speech.ears.utterance import BYTES_A_SECOND, Utterance
from speech.ears.vosk_model import assert_present, loaded
from speech.ears.vosk_results import heard, plain

PIECE = BYTES_A_SECOND // 10
"""What Vosk is given at once: looking for words after every 20 ms would cost more than hearing them."""


class VoskEar:
    """The ear with the model in `folder`; EarMissing if that is not there. Loading it comes later."""

    name = "vosk"
    hears_along = True

    def __init__(self, folder: Path) -> None:
        assert_present(folder)
        self._folder = folder

    def listen(self, phrases: Sequence[str]) -> "VoskHearing":
        """Listen for phrases and for nothing else; with none, for any words."""
        return VoskHearing(loaded(self._folder).recognizer(tuple(phrases)))

    def unknown_words(self, phrases: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the phrases this ear can never hear, each with the parts of it that its model lacks."""
        return loaded(self._folder).unknown(phrases)

    def check(self) -> None:
        """Load the model; EarMissing if it is damaged."""
        loaded(self._folder)


class VoskHearing(Utterance):
    """One utterance, by a recognizer of its own."""

    def __init__(self, recognizer: Any) -> None:
        super().__init__()
        self._recognizer = recognizer
        self._waiting = b""
        self._results: list[str] = []
        self._settled = self._partial = ""

    def _hear(self, data: bytes) -> str | None:
        self._waiting += data
        while len(self._waiting) >= PIECE:
            piece, self._waiting = self._waiting[:PIECE], self._waiting[PIECE:]
            self._accept(piece)
        return self._settled + self._partial or None

    def _accept(self, piece: bytes) -> None:
        """Give Vosk a piece; where it thinks that a sentence ended, its words are settled."""
        try:
            if self._recognizer.AcceptWaveform(piece):
                self._results.append(self._recognizer.Result())
                self._settled, self._partial = heard(self._results).words, ""
            else:
                self._partial = plain(json.loads(self._recognizer.PartialResult())["partial"])
        except Exception as fault:
            raise EarError(f"Vosk failed in the middle of an utterance ({type(fault).__name__})") from fault

    def _end(self) -> Heard:
        if self._waiting:
            self._accept(self._waiting)
        return heard([*self._results, self._recognizer.FinalResult()])

    def _free(self) -> None:
        self._recognizer = None
