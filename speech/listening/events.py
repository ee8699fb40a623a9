"""What a listener tells. All places are samples since the call's first frame, 8000 a second.

a call:  ( FalseStart | SpeechSuspected ( FalseStart | SpeechBegan ( SpeechEnded | FalseStart | TooLong ) ) )*

Only what the host forgets (`Listener.forget`) begins and is told no end.
"""

from dataclasses import dataclass

from speech.sound import Sound


@dataclass(frozen=True, slots=True)
class SpeechSuspected:
    """The caller may be speaking, since the sample `at`: whatever we are saying may rest.

    Within half a second SpeechBegan follows, or FalseStart.
    """

    at: int


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The caller speaks, since the sample `at`: whatever we are saying should stop.

    `sound` is what was heard so far with a little of what came before: an ear that listens along begins with
    it, and goes on with the frames that follow.
    """

    at: int
    sound: Sound


@dataclass(frozen=True, slots=True)
class FalseStart:
    """What began at the sample `at` was over too soon to be speech: a click, a cough, a far voice.

    If it comes after SpeechSuspected or SpeechBegan, that was a mistake, and the prompt it stopped can be
    taken up again. Otherwise nothing was stopped; who counts them knows how noisy the line is.
    """

    at: int


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The caller has spoken from the sample `at` until `until`, and been silent since.

    `sound` is what was said with a little of what came before and after.
    """

    at: int
    until: int
    sound: Sound


@dataclass(frozen=True, slots=True)
class TooLong:
    """Since the sample `at` somebody has spoken without an end: nobody answers a question that way.

    `sound` is what was heard so far. Nothing more is told before it stops for as long as patience, or becomes
    the background.
    """

    at: int
    sound: Sound


Event = SpeechSuspected | SpeechBegan | FalseStart | SpeechEnded | TooLong
