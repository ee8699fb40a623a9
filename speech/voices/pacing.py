"""What voices with an engine in a process have in common: pace, groups of digits, second tries.

Engines know speeds of their own; a caller hears Hanzi a minute. A voice brings the table from one to the
other as it was measured, and every sentence is measured again when it has been spoken.
"""

import base64
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from speech.phrasing import GROUP_PAUSE, digit_groups, syllables
from speech.sound import Sound
from speech.spoken import assert_speakable
from speech.telephone import for_telephone, trimmed
from speech.voices import VoiceFailed
from speech.voices.worker import Message, Worker

SYLLABLES_PER_MINUTE = 170.0
"""What pace 1.0 means: the middle of 160-180 Hanzi a minute, pauses included."""
SLOWEST, FASTEST = 0.6, 1.3
LONGEST = 400
_ATTEMPTS = 3
_MARGIN = 0.05
_LEAST_FOR_CORRECTION = 8


class PacedVoice(ABC):
    """A voice whose engine answers in a process of its own. `close()` it, or it ends with the program.

    A subclass says what the engine is asked, and brings its table: `heard` Hanzi a minute, pauses included,
    at its `speeds`; what is heard within `close_enough` of the pace is not spoken again, and no correction
    is larger than `most_correction` (both as shares of 1).
    """

    name: str
    fingerprint: str
    heard: Sequence[float]
    speeds: Sequence[float]
    close_enough = 0.01
    most_correction = 0.15

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    @property
    def pid(self) -> int | None:
        """The process that speaks; None while there is none."""
        return self._worker.pid

    def speak(self, text: str, pace: float = 1.0, *, even: bool = True) -> Sound:
        """Speak as the Protocol says; groups of digits stand 0.6 s apart at pace 1.0.

        Unless `even`, the engine's speed is the one that usually gives the pace and nothing is spoken again:
        so the same word sounds the same in every sentence. ValueError also for a pace outside 0.6 to 1.3
        and for more than 400 characters.
        """
        assert_speakable(text)
        if not SLOWEST <= pace <= FASTEST or len(text) > LONGEST:
            raise ValueError(f"a voice speaks {LONGEST} characters at paces {SLOWEST} to {FASTEST}")
        groups = digit_groups(text)
        wanted = SYLLABLES_PER_MINUTE * pace
        speak = self._evenly if even and len(groups) == 1 else self._plainly
        parts = [speak(group, wanted) for group in groups]
        return for_telephone(Sound.join(parts, GROUP_PAUSE / pace))

    def check(self) -> None:
        """Speak one word; VoiceMissing or VoiceFailed says what hinders it."""
        self.speak("好")

    def close(self) -> None:
        """End the process; the voice speaks no more."""
        self._worker.close()

    @abstractmethod
    def _request(self, text: str, speed: float) -> Message:
        """Say what the engine is asked so that it speaks the text at one of its speeds."""

    def _evenly(self, text: str, wanted: float) -> Sound:
        """Speak a sentence, twice if its many or few pauses made it slower or faster than wanted.

        Strings of digits are left as they are: their pauses are for writing down, not to be made up for.
        """
        first = self._plainly(text, wanted)
        count = syllables(text)
        off = wanted / (count / first.duration * 60)
        if count < _LEAST_FOR_CORRECTION or abs(off - 1) < self.close_enough:
            return first
        most = self.most_correction
        return self._plainly(text, wanted * min(max(off, 1 - most), 1 + most))

    def _plainly(self, text: str, wanted: float) -> Sound:
        """Speak at the speed that usually gives `wanted` Hanzi a minute; again after a failure."""
        request = self._request(text, float(np.interp(wanted, self.heard, self.speeds)))
        usual = syllables(text) * 60 / wanted
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(_Mishap):
                return self._once(request, usual)
        return self._once(request, usual)

    def _once(self, request: Message, usual: float) -> Sound:
        try:
            answer = self._worker.ask(request)
        except VoiceFailed as fault:
            raise _Mishap(str(fault)) from fault
        if "refused" in answer:
            raise VoiceFailed(f"{self.name}: {answer['refused']}")
        try:
            return self._checked(answer["wav"], usual)
        except ValueError as fault:
            self._worker.restart()
            raise _Mishap(str(fault)) from fault

    def _checked(self, wav: str, usual: float) -> Sound:
        """Read the engine's sound; ValueError unless it is speech and lasts about `usual` seconds."""
        sound = trimmed(Sound.from_wav(base64.b64decode(wav)), _MARGIN)
        if sound.is_silent:
            raise ValueError(f"{self.name} gave silence")
        seconds = sound.duration
        if not 0.4 * usual < seconds - 2 * _MARGIN < 2.5 * usual + 1.0:
            raise ValueError(f"{self.name} spoke for {seconds:.1f} seconds where about {usual:.1f} were due")
        return sound


class _Mishap(VoiceFailed):
    """A failure that may not happen again."""
