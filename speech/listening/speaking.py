"""When frames that are speech, or are not, become an utterance with a beginning and an end: all counting.

Speech begins when it fills enough of a short stretch and has a vowel, so that clicks, coughs and single
frames taken for speech do not count; half of that is a suspicion. After a pause it goes on only for more
than a blip, and it ends when a pause outlasts patience.
"""

from enum import Enum, IntEnum, auto

STRETCH, FILLED, VOWELS = 12, 6, 3
"""Speech begins when so many of so many frames are speech, and some of them vowels: 120 of 240 ms."""
NOTICED, SUSPECTED_VOWELS = 3, 2
"""Frames of speech within a stretch that are noticed: if no more come, that is a false start. With so many
vowels among them somebody may be speaking, which is known 70 ms sooner than that somebody does.
"""
SUSPECTED_FOR = 2 * STRETCH
"""Frames after which a suspicion that has not come true is given up."""
ENOUGH = 7
"""An utterance of fewer frames of speech was a false start after all: the shortest words had nine."""
A_PAUSE = 10
"""Frames without speech that are a pause, and not the closed mouth of a consonant."""
UTMOST = 6000
"""Frames after which anything is too long: two minutes. 18 digits with the longest pauses take one."""
_BLIP, _MORE = 6, 3  # after a pause, speech goes on when three of six frames are speech
_STRETCH_MASK, _BLIP_MASK = (1 << STRETCH) - 1, (1 << _BLIP) - 1


class Frame(IntEnum):
    """What a frame is: not the caller's speech, speech, or speech with a pitch.

    Within an utterance nobody tells the last two apart any more.
    """

    NOTHING = 0
    SPEECH = 1
    VOWEL = 2


class Change(Enum):
    """What a frame changed."""

    SUSPECTED = auto()
    BEGAN = auto()
    FALSE_START = auto()
    WENT_ON = auto()
    ENDED = auto()
    TOO_LONG = auto()


class _State(Enum):
    SILENT = auto()
    SPEAKING = auto()
    IGNORED = auto()  # what goes on was too long, or has been forgotten


class Speaking:
    """Whether the caller speaks, frame after frame. Places are frames, counted from 0.

    `began`: where the utterance, or what might have become one, began; `last`: its last frame of speech;
    `pause`: frames of the pause after which it last went on.
    """

    def __init__(self) -> None:
        self.began = self.last = self.pause = 0
        self._now = -1
        self._recent = 0  # a bit for each frame of the last stretch, the newest lowest: was it speech?
        self._vowels = 0  # and had it a pitch?
        self._state = _State.SILENT
        self._noticed = False
        self._suspected: int | None = None  # since which frame
        self._limit_from = 0
        self._found = 0  # frames of speech of the utterance

    @property
    def is_speaking(self) -> bool:
        """Whether an utterance has begun and not ended."""
        return self._state is _State.SPEAKING

    @property
    def may_speak(self) -> bool:
        """Whether any frame of the last stretch was speech."""
        return self._recent != 0 or self._state is _State.SPEAKING

    def forget(self) -> None:
        """Ignore what is being said, and what goes on of it, until it pauses for as long as patience."""
        if self.may_speak:
            self._ignore()

    def hear(self, frame: Frame, patience: int, longest: int, renewed: bool) -> Change | None:
        """Take the next frame; `patience` and `longest` are frames, `renewed` as in Patience."""
        self._now += 1
        speech = frame is not Frame.NOTHING
        self._recent = (self._recent << 1 | speech) & _STRETCH_MASK
        self._vowels = (self._vowels << 1 | (frame is Frame.VOWEL)) & _STRETCH_MASK
        match self._state:
            case _State.SILENT:
                return self._begin() if self._recent or self._noticed else None
            case _State.SPEAKING:
                return self._go_through(speech, patience, longest, renewed)
        if speech:
            self.last = self._now
        elif self._is_over(patience):
            self._rest()
        return None

    def _begin(self) -> Change | None:
        found = self._recent.bit_count()
        if found >= NOTICED and not self._noticed:
            self._noticed, self.began = True, self._oldest(self._recent)
        if found >= FILLED and self._vowels.bit_count() >= VOWELS:
            self.began = self._limit_from = self._oldest(self._recent)
            self.last, self._found = self._now, found
            self._state = _State.SPEAKING
            self._unnotice()
            return Change.BEGAN
        if self._noticed and (not found or self._is_in_vain):
            self._unnotice()
            return Change.FALSE_START
        if self._suspected is None and found >= NOTICED and self._vowels.bit_count() >= SUSPECTED_VOWELS:
            self._suspected = self._now
            return Change.SUSPECTED
        return None

    @property
    def _is_in_vain(self) -> bool:
        return self._suspected is not None and self._now - self._suspected >= SUSPECTED_FOR

    def _unnotice(self) -> None:
        self._noticed, self._suspected = False, None

    def _go_through(self, speech: bool, patience: int, longest: int, renewed: bool) -> Change | None:
        self._found += speech
        went_on = self._go_on(renewed) if speech else None
        if self._is_over(patience):
            self._rest()
            return Change.ENDED if self._found >= ENOUGH else Change.FALSE_START
        if self._now - self._limit_from >= longest or self._now - self.began >= UTMOST:
            self._ignore()
            return Change.TOO_LONG
        return went_on

    def _go_on(self, renewed: bool) -> Change | None:
        """Take a frame of speech within an utterance: it counts unless it may be a blip after a pause."""
        lately = self._recent & _BLIP_MASK
        silent = self._oldest(lately) - self.last - 1
        if silent < A_PAUSE:
            self.last = self._now
            return None
        if lately.bit_count() < _MORE:
            return None
        self.pause, self.last = silent, self._now
        if renewed:
            self._limit_from = self._oldest(lately)
        return Change.WENT_ON

    def _is_over(self, patience: int) -> bool:
        return self._now - self.last >= patience

    def _ignore(self) -> None:
        self._state = _State.IGNORED
        self._unnotice()
        self.last = self._now

    def _rest(self) -> None:
        self._state = _State.SILENT
        self._recent = self._vowels = 0

    def _oldest(self, flags: int) -> int:
        return self._now - flags.bit_length() + 1
