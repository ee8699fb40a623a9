"""Whisper for callers: what they say is collected and written down at the end, by one or two models at once.

It knows nothing before the end and takes a second or two then, on most of the cores. So only a few may wait.
"""

import os
import threading
import time
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from speech.ears import EarBusy, EarError, Heard
from speech.ears.utterance import Utterance
from speech.ears.whisper import WhisperEar, assert_present
from speech.sound import Sound
from speech.telephone import RATE
from speech.voices.worker import after_fork

_TWO_MODELS = 4
"""From so many cores on, two models hear more than one that has them all."""


class WhisperPool:
    """The ear with the model in `folder`; EarMissing if that is not there. Loading it comes later.

    While all models listen, `queue` utterances may wait; each fails after `patience` seconds.
    """

    name = "whisper"
    hears_along = False

    def __init__(self, folder: Path, models: int = 0, queue: int = 3, patience: float = 6.0) -> None:
        assert_present(folder)
        self._folder = folder
        cores = os.cpu_count() or 1
        self._models = models or (2 if cores >= _TWO_MODELS else 1)
        self._threads = max(1, cores // self._models)
        self._most = self._models + queue
        self._patience = patience
        self._renew()
        after_fork(weakref.WeakMethod(self._renew))

    def with_patience(self, seconds: float) -> "WhisperPool":
        """Return another pool of the same model, for who can wait for so long."""
        return WhisperPool(self._folder, patience=seconds)

    def listen(self, phrases: Sequence[str]) -> "WhisperHearing":
        """Collect an utterance; the phrases are told to the model."""
        return WhisperHearing(self, phrases)

    def check(self) -> None:
        """Load a model, if none is; EarMissing if it is damaged. That all are busy is no fault."""
        if not self._loaded.is_set():
            self.hear(Sound(np.zeros(0, np.int16), RATE))

    def hear(self, sound: Sound, phrases: Sequence[str] = ()) -> Heard:
        """Write a whole utterance down; EarBusy when too many wait, or it takes too long."""
        places = self._places
        if not places.acquire(blocking=False):
            raise EarBusy(f"Whisper has {self._most} utterances to write down already")
        # Looking at phrases one by one takes as long as writing: there must be time for both.
        until = time.monotonic() + self._patience / 2
        writing = self._workers.submit(self._write, sound, tuple(phrases), until)
        writing.add_done_callback(lambda _: places.release())
        try:
            return writing.result(self._patience)
        except TimeoutError as fault:
            writing.cancel()
            raise EarBusy(f"Whisper did not get done in {self._patience:g} seconds") from fault
        except EarError:
            raise
        except Exception as fault:
            raise EarError(f"Whisper failed ({type(fault).__name__})") from fault

    def _write(self, sound: Sound, phrases: Sequence[str], until: float) -> Heard:
        """Let the model of this thread hear; it is loaded for the first utterance."""
        own = self._own
        if not hasattr(own, "ear"):
            own.ear = WhisperEar(self._folder, self._threads)
            self._loaded.set()
        ear: WhisperEar = own.ear
        return ear.hear(sound, phrases, until)

    def _renew(self) -> None:
        """Begin without models; also in the child of a fork, which has none of its parent's threads."""
        self._places = threading.BoundedSemaphore(self._most)
        self._own = threading.local()
        self._loaded = threading.Event()
        self._workers = ThreadPoolExecutor(self._models, thread_name_prefix="whisper")


class WhisperHearing(Utterance):
    """One utterance, kept until it is over."""

    def __init__(self, pool: WhisperPool, phrases: Sequence[str]) -> None:
        super().__init__()
        self._pool = pool
        self._phrases = phrases
        self._sound = bytearray()

    def _hear(self, data: bytes) -> str | None:
        self._sound += data
        return None

    def _end(self) -> Heard:
        sound = Sound(np.frombuffer(self._sound, "<i2").astype(np.int16), RATE)
        return self._pool.hear(sound, self._phrases)

    def _free(self) -> None:
        self._sound = bytearray()
