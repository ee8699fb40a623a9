"""Several processes of one voice, so that as many sentences are spoken at once as the machine has cores."""

import contextlib
import queue
import weakref
from collections.abc import Callable, Iterator, Sequence

from speech.sound import Sound
from speech.voices import VoiceFailed
from speech.voices.pacing import PacedVoice
from speech.voices.worker import after_fork


class VoicePool:
    """A voice that speaks `size` sentences at once, each by one of as many voices made by `make`.

    A thread that finds all of them busy waits for the first that is free, `patience` seconds at most. A
    voice whose process was killed speaks the sentence again in a new one, and stays in the pool.
    """

    def __init__(self, make: Callable[[], PacedVoice], size: int, patience: float = 600.0) -> None:
        if size < 1:
            raise ValueError("a pool needs at least one voice")
        self._voices = [make() for _ in range(size)]
        self._patience = patience
        self._refill()
        after_fork(weakref.WeakMethod(self._refill))

    @property
    def name(self) -> str:
        """Say which voice it is."""
        return self._voices[0].name

    @property
    def fingerprint(self) -> str:
        """Name everything that changes the sound; how many speak does not."""
        return self._voices[0].fingerprint

    def speak(self, text: str, pace: float = 1.0) -> Sound:
        """Speak as its voices do; VoiceFailed also when none becomes free in time."""
        with self._borrowed() as voice:
            return voice.speak(text, pace)

    def clips(self, words: Sequence[str], pace: float = 1.0) -> tuple[Sound, ...]:
        """Speak words to be joined, as its voices do."""
        with self._borrowed() as voice:
            return voice.clips(words, pace)

    def check(self) -> None:
        """Speak one word; VoiceMissing or VoiceFailed says what hinders it."""
        with self._borrowed() as voice:
            voice.check()

    def close(self) -> None:
        """End all processes; a sentence in hand fails if it takes longer than a moment."""
        for voice in self._voices:
            voice.close()

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[PacedVoice]:
        free = self._free
        try:
            voice = free.get(timeout=self._patience)
        except queue.Empty:
            raise VoiceFailed(f"all voices were busy for {self._patience:g} seconds") from None
        try:
            yield voice
        finally:
            free.put(voice)

    def _refill(self) -> None:
        """Begin with all voices free; also in the child of a fork, where nobody will bring one back.

        The voice used last is taken first: while one is enough, the others need no process.
        """
        self._free: queue.LifoQueue[PacedVoice] = queue.LifoQueue()
        for voice in self._voices:
            self._free.put(voice)
