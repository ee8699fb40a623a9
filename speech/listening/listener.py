"""The listener of one call: frames of the line in, what the caller begins and ends to say out."""

from collections import deque
from itertools import islice

from speech.listening.events import Event, FalseStart, SpeechBegan, SpeechEnded, SpeechSuspected, TooLong
from speech.listening.hearing import Hearing
from speech.listening.loudness import FRAME
from speech.listening.patience import CHOICE, Patience, Pauses
from speech.listening.silero import SpeechModel
from speech.listening.speaking import STRETCH, Change, Speaking
from speech.sound import Sound
from speech.telephone import RATE, mulaw_decode

CUT_OFF = 0.7
"""Seconds after an end within which nobody answers the next question: who speaks then had not finished."""
_A_SECOND = RATE // FRAME
_BEFORE, _AFTER = 12, 20  # frames given with an utterance: what the model was not yet, or no longer, sure of
_KEPT = STRETCH + _BEFORE


class Listener:
    """One caller on one line; not for several threads at once.

    `patience` is what the open question asks for: set it with every question.
    """

    def __init__(self, model: SpeechModel, patience: Patience = CHOICE) -> None:
        self.patience = patience
        self._hearing = Hearing(model)
        self._speaking = Speaking()
        self._pauses = Pauses()
        self._ended: tuple[str, int] | None = None  # the kind of the last answer, and its last frame
        self._frames: deque[bytes] = deque()
        self._heard = 0
        self._piece = b""

    def we_speak(self, speaking: bool, interruptible: bool = True) -> None:
        """Tell whether a prompt is being played: until it stops, only what is louder than its echo counts.

        While one is played that nobody may interrupt nothing counts, and who talks during half of it and more
        is taken for a television: eight seconds of it at the beginning of a call are enough to learn that.
        """
        self._hearing.we_speak(speaking, interruptible)

    def forget(self) -> None:
        """Drop what is being said, and what goes on of it up to its next pause, without an event.

        The caller has answered by key, or an ear that listens along has understood enough.
        """
        self._speaking.forget()
        self._ended = None

    def hear(self, sound: bytes) -> tuple[Event, ...]:
        """Take the next mu-law bytes of the line: a frame of 160 at a time, or any other number."""
        sound = self._piece + sound
        whole = len(sound) // FRAME * FRAME
        self._piece = sound[whole:]
        events = (self._hear(sound[start : start + FRAME]) for start in range(0, whole, FRAME))
        return tuple(event for event in events if event)

    def _hear(self, frame: bytes) -> Event | None:
        self._keep(frame)
        patience = self.patience
        change = self._speaking.hear(
            self._hearing.hear(frame, self._speaking),
            round(self._pauses.needed(patience) * _A_SECOND),
            round(patience.longest * _A_SECOND),
            patience.renewed,
        )
        return self._told(change) if change else None

    def _keep(self, frame: bytes) -> None:
        self._heard += 1
        self._frames.append(frame)
        while len(self._frames) > _KEPT and not self._speaking.is_speaking:
            self._frames.popleft()

    def _told(self, change: Change) -> Event | None:
        began, last = self._speaking.began, self._speaking.last
        at, until = began * FRAME, (last + 1) * FRAME
        match change:
            case Change.FALSE_START:
                return FalseStart(at)
            case Change.SUSPECTED:
                return SpeechSuspected(at)
            case Change.BEGAN:
                self._learn_from_cut_off(began)
                return SpeechBegan(at, self._cut(began, self._heard))
            case Change.WENT_ON:
                self._pauses.add(self.patience.kind, self._speaking.pause / _A_SECOND)
                return None
            case Change.TOO_LONG:
                self._ended = None
                return TooLong(at, self._cut(began, self._heard))
        self._ended = (self.patience.kind, last)
        return SpeechEnded(at, until, self._cut(began, last + 1 + _AFTER))

    def _learn_from_cut_off(self, began: int) -> None:
        """Learn the caller's pause if an answer to the same kind of question has only just been ended."""
        kind, last = self._ended or ("", 0)
        pause = (began - last - 1) / _A_SECOND
        if kind == self.patience.kind and pause < self._pauses.needed(self.patience) + CUT_OFF:
            self._pauses.add(kind, pause)

    def _cut(self, began: int, until: int) -> Sound:
        """Cut an utterance out of the frames that were kept, with a little of what came before."""
        first = self._heard - len(self._frames)
        frames = islice(self._frames, max(0, began - _BEFORE - first), until - first)
        return Sound(mulaw_decode(b"".join(frames)), RATE)
