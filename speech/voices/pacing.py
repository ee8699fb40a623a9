"""What voices with an engine in a process have in common: pace, groups of digits, second tries.

Engines know speeds of their own; a caller hears Hanzi a minute. A voice brings the table from one to the
other as it was measured. What a sentence was then spoken too fast or too slow, for its many or few pauses or
because its engine drawls at low speeds, is made up for by stretching its sound.
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
from speech.voices.stretching import stretched
from speech.voices.worker import Message, Worker

SYLLABLES_PER_MINUTE = 170.0
"""What pace 1.0 means: the middle of 160-180 Hanzi a minute, pauses included."""
SLOWEST, FASTEST = 0.6, 1.3
LONGEST = 400
_ATTEMPTS = 3
_MARGIN = 0.05
_LEAST_FOR_CORRECTION = 8
_MOST_CORRECTION = 0.25
_CLOSE_ENOUGH = 0.01


class PacedVoice(ABC):
    """A voice whose engine answers in a process of its own. `close()` it, or it ends with the program.

    A subclass says what the engine is asked, and brings its table: `heard` Hanzi a minute, pauses included,
    at its `speeds`, of which no lower or higher one is ever asked for.
    """

    name: str
    fingerprint: str
    heard: Sequence[float]
    speeds: Sequence[float]

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    @property
    def pid(self) -> int | None:
        """The process that speaks; None while there is none."""
        return self._worker.pid

    def speak(self, text: str, pace: float = 1.0, *, even: bool = True) -> Sound:
        """Speak as the Protocol says; groups of digits stand 0.6 s apart at pace 1.0.

        Unless `even`, every text gets the speed that usually gives the pace, however many pauses it has: so
        the same word is as long in every sentence. ValueError also for a pace outside 0.6 to 1.3 and for
        more than 400 characters.
        """
        assert_speakable(text)
        if not SLOWEST <= pace <= FASTEST or len(text) > LONGEST:
            raise ValueError(f"a voice speaks {LONGEST} characters at paces {SLOWEST} to {FASTEST}")
        groups = digit_groups(text)
        wanted = SYLLABLES_PER_MINUTE * pace
        # Strings of digits keep their pauses: those are for writing down, not to be made up for.
        alone = even and len(groups) == 1
        parts = [self._paced(group, wanted, even=alone) for group in groups]
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

    def _paced(self, text: str, wanted: float, *, even: bool) -> Sound:
        """Speak and stretch to `wanted` Hanzi a minute: measured if `even`, else as usual at that speed."""
        usual = min(max(wanted, self.heard[0]), self.heard[-1])
        sound = self._spoken(text, usual)
        count = syllables(text)
        off = count / sound.duration * 60 / usual if even and count >= _LEAST_FOR_CORRECTION else 1.0
        factor = usual / wanted * min(max(off, 1 - _MOST_CORRECTION), 1 + _MOST_CORRECTION)
        return sound if abs(factor - 1) < _CLOSE_ENOUGH else stretched(sound, factor)

    def _spoken(self, text: str, usual: float) -> Sound:
        """Speak at the speed that usually gives so many Hanzi a minute; again after a failure."""
        request = self._request(text, float(np.interp(usual, self.heard, self.speeds)))
        seconds = syllables(text) * 60 / usual
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(_Mishap):
                return self._once(request, seconds)
        return self._once(request, seconds)

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
