"""A person's own recordings: `<prompt id>.wav` in config/recordings/<voice>/, used in place of any voice."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from speech.sound import Sound
from speech.telephone import RATE, for_telephone, trimmed

LONGEST = 60.0
_PROMPT = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


class RecordingError(ValueError):
    """A file that cannot be used as a recording; the sentence names the file and says why."""


class Recordings:
    """The recordings of one person: any PCM WAV files, made ready for the line when they are read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, prompt: str) -> Sound | None:
        """Return the recording of this prompt, None if there is none; RecordingError if it is no good."""
        path = self._folder / f"{prompt}.wav"
        if not _PROMPT.fullmatch(prompt) or not path.is_file():
            return None
        try:
            sound = Sound.from_wav(path.read_bytes())
        except ValueError as fault:
            raise RecordingError(f"{path}: {fault}") from fault
        if why := _fault(sound):
            raise RecordingError(f"{path}: {why}")
        return for_telephone(trimmed(sound))

    def faults(self, prompts: Collection[str]) -> list[str]:
        """List what is wrong with the files, each as `file: fault`; a name no prompt has is a fault too."""
        found = []
        for path in sorted(self._folder.glob("*.wav")):
            if path.stem not in prompts:
                near = get_close_matches(path.stem, prompts, 1)
                hint = f"; did you mean '{near[0]}'?" if near else ""
                found.append(f"{path}: there is no prompt called '{path.stem}'{hint}")
                continue
            try:
                self.find(path.stem)
            except RecordingError as fault:
                found.append(str(fault))
        return found


def _fault(sound: Sound) -> str | None:
    if sound.rate < RATE:
        return f"{sound.rate} samples a second are too few for a telephone; at least {RATE} are needed"
    if sound.is_silent:
        return "it is silent"
    if sound.duration > LONGEST:
        return f"it is {sound.duration:.0f} seconds long; at most {LONGEST:.0f} are useful to a caller"
    return None
