"""One voice's sounds rendered ahead and kept: phrases as they are spoken, clips cut out of carrier sentences.

A sound's name is the digest of voice, engine version, pace and text, so it never goes stale. Looking for one
never speaks: a web request may ask. Rendering runs the voice on as many threads as it can speak at once.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Event, Lock

import numpy as np

from speech.clips.kinds import KindOfClip, carrier_of
from speech.score import Clip, Part, Phrase, Rest, Score, Sounding
from speech.sound import Samples, Sound
from speech.sound_folder import LIMIT, SoundFolder, StudioError
from speech.telephone import RATE
from speech.voices import Voice, VoiceFailed

__all__ = ["NotAllRendered", "Studio", "StudioError"]

_REMEMBERED = 4096
"""Sounds kept in memory: about 60 MB, all clips of one pace."""


class NotAllRendered(VoiceFailed):
    """Some of many sentences could not be spoken; `texts` are those, the others are in the folder."""

    def __init__(self, texts: tuple[str, ...], total: int, reason: str) -> None:
        super().__init__(f"{len(texts)} of {total} sentences could not be spoken; the first: {reason}")
        self.texts = texts


@dataclass(frozen=True, slots=True)
class _Take:
    """What is spoken at one go: a phrase, or the clips of one carrier sentence; `parts` of it are wanted."""

    carrier: tuple[Sounding, ...]
    parts: tuple[Sounding, ...]


_Job = list[_Take]
"""The same words at several paces, one after the other: an engine may need to speak them only once."""


class Studio:
    """One voice and the folder that keeps what it said; several studios may share a folder.

    `at_once` is how many sentences the voice can speak at the same time, `limit` how many bytes all sounds
    of the folder may take.
    """

    def __init__(self, voice: Voice, folder: Path, at_once: int = 1, limit: int = LIMIT) -> None:
        self.voice = voice
        self._folder = SoundFolder(folder, limit)
        self._at_once = at_once
        self._recall = lru_cache(maxsize=_REMEMBERED)(self._samples)

    @property
    def name(self) -> str:
        """Say which voice it is."""
        return self.voice.name

    def digest(self, part: Sounding) -> str:
        """Name the sound of a part (64 hex digits), rendered or not; paces count to two decimals."""
        kind = part.kind if isinstance(part, Clip) else ""
        key = json.dumps([self.voice.fingerprint, f"{part.pace:.2f}", kind, part.text])
        return hashlib.sha256(key.encode()).hexdigest()

    def has(self, part: Sounding) -> bool:
        """Tell whether a part can be played now."""
        return self._folder.has(self.digest(part))

    def assemble(self, score: Score) -> Sound | None:
        """Return all parts as one sound for the line, None if one of them is not rendered. Never speaks.

        What was played before is remembered, and may be played even though its file is gone since.
        """
        try:
            pieces = [self._played(part) for part in score]
        except KeyError:
            return None
        return Sound(np.concatenate(pieces or [_silence(0)]), RATE)

    def can_say(self, score: Score) -> bool:
        """Tell whether all parts are there to be played."""
        return all(self.has(part) for part in score if isinstance(part, Phrase | Clip))

    def missing(self, parts: Iterable[Sounding]) -> list[Sounding]:
        """Return the parts that are not rendered yet, each once, in their order."""
        return [part for part in dict.fromkeys(parts) if not self.has(part)]

    def render(
        self,
        parts: Iterable[Sounding],
        progress: Callable[[int, int], None] = lambda _done, _total: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """Render what is not there yet; `progress(done, total)` counts parts, at first and after each job.

        It can be stopped, or killed, and begun again at any point. Sentences that fail are left out and
        reported at the end (NotAllRendered); a folder that cannot be written, or a missing voice, ends it at
        once. `stop` is asked before each sentence.
        """
        wanted = list(dict.fromkeys(parts))
        missing = self.missing(wanted)
        tally = _Tally(len(wanted) - len(missing), len(wanted), progress)
        failed: dict[Sounding, Exception] = {}

        def work(job: _Job) -> None:
            for take in job:
                if stop():
                    return
                try:
                    self._render(take)
                except (VoiceFailed, ValueError) as fault:
                    failed.update(dict.fromkeys(self.missing(take.parts), fault))
                tally.add(len(take.parts))

        _at_once(work, _jobs(missing), self._at_once)
        if failed:
            texts = tuple(part.text for part in failed)
            raise NotAllRendered(texts, len(wanted), str(next(iter(failed.values()))))

    def close(self) -> None:
        """End what speaks, if it can be ended; what is rendered can still be played."""
        getattr(self.voice, "close", lambda: None)()

    def tidy(self, wanted: Iterable[Sounding]) -> int:
        """Keep the folder within its limit: what is not wanted goes first. Returns the bytes left."""
        return self._folder.tidy({self.digest(part) for part in wanted})

    def _render(self, take: _Take) -> None:
        with self._folder.alone(self.digest(take.carrier[0])):
            if not self.missing(take.parts):
                return  # somebody else was faster
            for part, sound in zip(take.carrier, self._spoken(take), strict=True):
                if _carrier(part) != take.carrier:
                    continue  # it is here for company, and cut out of another sentence
                if sound.is_silent or sound.rate != RATE:
                    what = "silence" if sound.is_silent else f"{sound.rate} samples a second"
                    raise VoiceFailed(f"the voice {self.name} gave {what}")
                self._folder.write(self.digest(part), sound)

    def _spoken(self, take: _Take) -> Sequence[Sound]:
        first = take.carrier[0]
        pace = round(first.pace, 2)  # as the digest has it
        if isinstance(first, Phrase):
            return [self.voice.speak(first.text, pace)]
        return self.voice.clips([part.text for part in take.carrier], pace)

    def _played(self, part: Part) -> Samples:
        match part:
            case Rest(seconds):
                return _silence(seconds)
            case Sound():
                return part.samples
            case _:
                return self._recall(part)

    def _samples(self, part: Sounding) -> Samples:
        """Read a sound's samples; KeyError if it is not there, so that only what is there is remembered."""
        sound = self._folder.read(self.digest(part))
        if sound is None:
            raise KeyError(part)
        return sound.samples


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), dtype=np.int16)


class _Tally:
    """Counts what is done for all threads."""

    def __init__(self, done: int, total: int, progress: Callable[[int, int], None]) -> None:
        self._done, self._total, self._progress = done, total, progress
        self._lock = Lock()
        progress(done, total)

    def add(self, parts: int) -> None:
        with self._lock:
            self._done += parts
            self._progress(self._done, self._total)


def every_clip(kind: KindOfClip, pace: float) -> Iterator[Clip]:
    """Yield all clips of a kind at a pace."""
    return (Clip(kind, text, pace) for text in carrier_of(kind))


def _jobs(parts: Sequence[Sounding]) -> list[_Job]:
    """Put clips of one carrier sentence together, and all paces of the same words; the order stays else."""
    takes: dict[tuple[Sounding, ...], list[Sounding]] = {}
    for part in parts:
        takes.setdefault(_carrier(part), []).append(part)
    jobs: dict[tuple[tuple[type, str], ...], _Job] = {}
    for carrier, wanted in takes.items():
        words = tuple((type(part), part.text) for part in carrier)
        jobs.setdefault(words, []).append(_Take(carrier, tuple(wanted)))
    return list(jobs.values())


def _carrier(part: Sounding) -> tuple[Sounding, ...]:
    """Return what is spoken with a part; ValueError if it is a clip that its kind does not have."""
    if isinstance(part, Phrase):
        return (part,)
    words = carrier_of(part.kind).get(part.text)
    if words is None:
        raise ValueError(f"there is no such clip of the kind {part.kind}")
    return tuple(Clip(part.kind, text, part.pace) for text in words)


def _at_once(work: Callable[[_Job], None], jobs: Sequence[_Job], number: int) -> None:
    """Do all jobs on so many threads; after the first error, or Ctrl-C, begin nothing more, and raise it."""
    over = Event()

    def begin(job: _Job) -> None:
        if over.is_set():
            return
        try:
            work(job)
        except BaseException:
            over.set()
            raise

    threads = ThreadPoolExecutor(number, "studio")
    try:
        done, _ = wait([threads.submit(begin, job) for job in jobs], return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
    finally:
        over.set()
        threads.shutdown(cancel_futures=True)
