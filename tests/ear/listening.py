"""Cases played to the ear under every condition, on all cores; what was heard is kept, so a run can resume.

Kept are only the ear's own words, one JSON line each, under the digest of sound, condition and ear: judging
them anew costs nothing, and a changed voice, condition or ear is listened to again.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Self

from speech.ears.whisper import WhisperEar, assert_present, fingerprint
from speech.sound import Sound
from tests.ear import conditions
from tests.ear.conditions import CONDITIONS, PLAIN, with_short_rests
from tests.kept_lines import KeptLines, sound_key


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount said twice in a turn: its fen, all words before the first reading and those between both."""

    fen: int
    before: str
    again: str


@dataclass(frozen=True, slots=True)
class Case:
    """Something said: `text` is all of it in Hanzi, `sounds` the whole or both readings of its amount.

    The first of two sounds begins with the words before the amount, the second with those between. What is
    `plain` is heard over the telephone only, without anything that makes it harder.
    """

    name: str
    voice: str
    pace: float
    text: str
    sounds: tuple[Sound, ...]
    amount: Amount | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the ear wrote down of a case under one condition, one text for each of its sounds."""

    case: Case
    condition: str
    texts: tuple[str, ...]


def heard_under(plain: bool, conditions: Iterable[str]) -> list[str]:
    """Return those of some conditions under which a case is heard."""
    return [name for name in conditions if name == PLAIN or not plain]


class Listeners:
    """Ears in processes of their own, one thread each. Use it in a with statement; EarMissing at once.

    `model` is the folder of the Whisper model, `kept` the file of what was heard before.
    """

    def __init__(self, model: Path, kept: Path, processes: int = os.cpu_count() or 1) -> None:
        assert_present(model)
        self._memory = _Memory(kept)
        self._ahead = 2 * processes
        self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _open_ear, (model,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def hear(self, cases: Iterable[Case], under: Iterable[str] = tuple(CONDITIONS)) -> Iterator[Hearing]:
        """Yield a hearing of each case under each condition, in order; few cases are fetched ahead."""
        waiting: deque[tuple[Case, str, list[str | Future[str]]]] = deque()
        names = tuple(under)
        for case in cases:
            for name in heard_under(case.plain, names):
                waiting.append((case, name, [self._asked(sound, name) for sound in case.sounds]))
                if len(waiting) > self._ahead:
                    yield self._heard(*waiting.popleft())
        while waiting:
            yield self._heard(*waiting.popleft())

    def _asked(self, sound: Sound, condition: str) -> str | Future[str]:
        known = self._memory.find(sound, condition)
        return self._pool.submit(_listen, sound, condition) if known is None else known

    def _heard(self, case: Case, condition: str, answers: list[str | Future[str]]) -> Hearing:
        texts = [
            answer if isinstance(answer, str) else self._memory.keep(sound, condition, answer.result())
            for sound, answer in zip(case.sounds, answers, strict=True)
        ]
        return Hearing(case, condition, tuple(texts))


class _Memory:
    """What was heard before."""

    def __init__(self, file: Path) -> None:
        self._lines = KeptLines(file)
        self._ear = f"{fingerprint()}, conditions {conditions.REVISION}"

    def find(self, sound: Sound, condition: str) -> str | None:
        found = self._lines.find(self._key(sound, condition))
        return str(found[0]) if found else None

    def keep(self, sound: Sound, condition: str, text: str) -> str:
        self._lines.keep(self._key(sound, condition), text)
        return text

    def _key(self, sound: Sound, condition: str) -> str:
        return sound_key(f"{self._ear}, {condition}", sound)


_ear: WhisperEar


def _open_ear(model: Path) -> None:
    """Prepare a process that listens."""
    global _ear  # noqa: PLW0603 - one ear a process, loaded before its first sound
    _ear = WhisperEar(model, threads=1)


def _listen(sound: Sound, condition: str) -> str:
    return _ear.write_down(CONDITIONS[condition](with_short_rests(sound)))
