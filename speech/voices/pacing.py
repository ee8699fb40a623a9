"""What voices with an engine in a process have in common: pace, second tries, clips.

Engines know speeds of their own; a caller hears Hanzi a minute. A voice brings the table from one to the
other as it was measured. What a sentence was then spoken too fast or too slow, for its many or few pauses or
because its engine drawls at low speeds, is made up for by stretching its sound.
"""

import base64
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from speech.phrasing import syllables
from speech.sound import Sound
from speech.spoken import assert_speakable
from speech.telephone import for_telephone, trimmed
from speech.voices import VoiceFailed
from speech.voices.stretching import stretched
from speech.voices.worker import Message, Worker

SYLLABLES_PER_MINUTE = 178.0
"""What pace 1.0 means within a sentence: a prompt, with the rests between sentences, has about 160."""
SLOWEST, FASTEST = 0.6, 1.3
LONGEST = 400
JOINED = 1.1
"""How much faster than a sentence clips are spoken: the rests between them make up for it."""
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
        self._last: tuple[tuple[Message, float], list[Sound]] | None = None

    @property
    def pid(self) -> int | None:
        """The process that speaks; None while there is none."""
        return self._worker.pid

    def speak(self, text: str, pace: float = 1.0) -> Sound:
        """Speak as the Protocol says.

        ValueError also for a pace outside 0.6 to 1.3 and for more than 400 characters.
        """
        _assert_bearable(text, pace)
        wanted = SYLLABLES_PER_MINUTE * pace
        usual, count = self._nearest(wanted), syllables(text)
        request = self._request(text, self._speed(usual))
        (sound,) = self._spoken(request, [count * 60 / usual], _MARGIN)
        off = count / sound.duration * 60 / usual if count >= _LEAST_FOR_CORRECTION else 1.0
        factor = usual / wanted * min(max(off, 1 - _MOST_CORRECTION), 1 + _MOST_CORRECTION)
        return for_telephone(_changed(sound, factor))

    def clips(self, words: Sequence[str], pace: float = 1.0) -> tuple[Sound, ...]:
        """Speak words that are to be joined with others, each as a sound for the line without silent ends.

        A voice that says a word alone otherwise than within speech says them all in one sentence.
        """
        alone = (self._joinable((word,), pace, partial(self._request, word)) for word in words)
        return tuple(sound for sounds in alone for sound in sounds)

    def check(self) -> None:
        """Speak one word; VoiceMissing or VoiceFailed says what hinders it."""
        self.speak("好")

    def close(self) -> None:
        """End the process; the voice speaks no more."""
        self._worker.close()

    @abstractmethod
    def _request(self, text: str, speed: float) -> Message:
        """Say what the engine is asked so that it speaks the text at one of its speeds."""

    def _joinable(
        self, words: Sequence[str], pace: float, request: Callable[[float], Message]
    ) -> tuple[Sound, ...]:
        """Have words spoken by one request at the speed that usually gives the pace, each as it comes."""
        for word in words:
            _assert_bearable(word, pace)
        wanted = SYLLABLES_PER_MINUTE * JOINED * pace
        usual = self._nearest(wanted)
        seconds = [syllables(word) * 60 / usual for word in words]
        sounds = self._spoken(request(self._speed(usual)), seconds, margin=0.0)
        return tuple(for_telephone(_changed(sound, usual / wanted)) for sound in sounds)

    def _nearest(self, wanted: float) -> float:
        """Return the Hanzi a minute nearest to the wanted ones that the engine speaks well at."""
        return min(max(wanted, self.heard[0]), self.heard[-1])

    def _speed(self, usual: float) -> float:
        return float(np.interp(usual, self.heard, self.speeds))

    def _spoken(self, request: Message, seconds: Sequence[float], margin: float) -> list[Sound]:
        """Ask for sounds that last about so many seconds, again after a failure.

        The last answer is remembered: the same words at another pace often come next, and may need only to be
        stretched otherwise.
        """
        asked = request, margin
        if self._last and self._last[0] == asked:
            return self._last[1]
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                sounds = self._once(request, seconds, margin)
                break
            except _Mishap:
                if attempt == _ATTEMPTS:
                    raise
        self._last = asked, sounds
        return sounds

    def _once(self, request: Message, seconds: Sequence[float], margin: float) -> list[Sound]:
        try:
            answer = self._worker.ask(request)
        except VoiceFailed as fault:
            raise _Mishap(str(fault)) from fault
        if "refused" in answer:
            raise VoiceFailed(f"{self.name}: {answer['refused']}")
        try:
            pairs = zip(answer["wavs"], seconds, strict=True)
            return [self._checked(wav, usual, margin) for wav, usual in pairs]
        except ValueError as fault:
            self._worker.restart()
            raise Misspoken(str(fault)) from fault

    def _checked(self, wav: str, usual: float, margin: float) -> Sound:
        """Read the engine's sound; ValueError unless it is speech and lasts about `usual` seconds."""
        sound = trimmed(Sound.from_wav(base64.b64decode(wav)), margin)
        if sound.is_silent:
            raise ValueError(f"{self.name} gave silence")
        seconds = sound.duration
        if not 0.4 * usual < seconds - 2 * margin < 2.5 * usual + 1.0:
            raise ValueError(f"{self.name} spoke for {seconds:.1f} seconds where about {usual:.1f} were due")
        return sound


def _assert_bearable(text: str, pace: float) -> None:
    assert_speakable(text)
    if not SLOWEST <= pace <= FASTEST or len(text) > LONGEST:
        raise ValueError(f"a voice speaks {LONGEST} characters at paces {SLOWEST} to {FASTEST}")


def _changed(sound: Sound, factor: float) -> Sound:
    return sound if abs(factor - 1) < _CLOSE_ENOUGH else stretched(sound, factor)


class _Mishap(VoiceFailed):
    """A failure that may not happen again."""


class Misspoken(_Mishap):
    """The engine answered, and no sound of it can be what it was asked for."""
