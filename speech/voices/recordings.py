"""A person's own recordings: `<prompt id>.wav` in config/recordings/<voice>/, used in place of any voice.

A slower reading of the same prompt, for those who ask for it, stands as `slow/<prompt id>.wav` beside it.
"""

import logging
import re
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from speech.sound import Sound
from speech.telephone import RATE, for_telephone, trimmed

LONGEST = 60.0
SLOW = "slow"
_PROMPT = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")

_log = logging.getLogger(__name__)


class RecordingError(ValueError):
    """A file that cannot be used as a recording; the sentence names the file and says why."""


class Recordings:
    """The recordings of one person: any PCM WAV files, made ready for the line when they are first wanted.

    Files may be added, changed and taken away at any time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = lru_cache(maxsize=1024)(_read)

    @property
    def name(self) -> str:
        """Say whose recordings they are."""
        return self._folder.name

    def find(self, prompt: str, slow: bool = False) -> Sound | None:
        """Return the recording of this prompt; None if there is none, or none that can be used.

        A file that cannot be used is told once in the log: a caller must not miss a sentence over it.
        """
        if not _PROMPT.fullmatch(prompt):
            return None
        path = (self._folder / SLOW if slow else self._folder) / f"{prompt}.wav"
        try:
            seen = path.stat()
        except OSError:
            return None
        found = self._read(path, seen.st_mtime_ns, seen.st_size)
        return found if isinstance(found, Sound) else None

    def gaps(self, prompts: Collection[str], slow: bool = False) -> list[str]:
        """List the prompts that have no recording one can use."""
        return [prompt for prompt in prompts if self.find(prompt, slow) is None]

    def faults(self, prompts: Collection[str]) -> list[str]:
        """List what is wrong with the files, each as `file: fault`; a name no prompt has is a fault too."""
        found = []
        for path in sorted([*self._folder.glob("*.wav"), *(self._folder / SLOW).glob("*.wav")]):
            if path.stem not in prompts:
                near = get_close_matches(path.stem, prompts, 1)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                found.append(f"{path}: there is no prompt called '{path.stem}'{hint}")
                continue
            try:
                _sound(path)
            except RecordingError as fault:
                found.append(str(fault))
        return found


def _read(path: Path, _changed: int, _size: int) -> Sound | RecordingError:
    """Read a file as it is now; the other arguments say which version that is."""
    try:
        return _sound(path)
    except RecordingError as fault:
        _log.error("%s; another voice speaks instead", fault)
        return fault


def _sound(path: Path) -> Sound:
    try:
        sound = Sound.from_wav(path.read_bytes())
    except (ValueError, OSError) as fault:
        raise RecordingError(f"{path}: {fault}") from fault
    if why := _fault(sound):
        raise RecordingError(f"{path}: {why}")
    return for_telephone(trimmed(sound))


def _fault(sound: Sound) -> str | None:
    if sound.rate < RATE:
        return f"{sound.rate} samples a second are too few for a telephone; at least {RATE} are needed"
    if sound.is_silent:
        return "it is silent"
    if sound.duration > LONGEST:
        return f"it is {sound.duration:.0f} seconds long; at most {LONGEST:.0f} are useful to a caller"
    return None
