"""Short calls: an utterance on a line, the listener, an ear and the core, and a yes or a no if asked back."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from speech.ears import Heard
from speech.listening.silero import SpeechModel
from speech.sound import Sound
from tests.callers import lines
from tests.callers.corpus import Utterance
from tests.callers.hearing import KeptEar, Noticed, noticed
from tests.callers.lines import Line
from tests.callers.speaking import NO, YES, Said, by
from tests.callers.talks import Question, Reached, Result, answered, question


class Verdict(StrEnum):
    """How a call went; for one who means an answer, and for one who means none, the best first."""

    RIGHT = "right"
    ASKED_IN_VAIN = "asked back in vain"
    NOT_UNDERSTOOD = "not understood"
    UNHEARD = "nothing heard"
    WRONG = "wrong"
    LEFT_ALONE = "left alone"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an utterance: the answer that was chosen, "" for none, and how it came to that.

    `heard` are the words of the first utterance on the line that had any, and of the answer to an asking
    back; `began` is how often the listener took something for speech; `decided` is how many seconds after
    the end of the words the core had decided, the ear's own `ear_seconds` left out, None if it never did.
    """

    utterance: Utterance
    condition: str
    ear: str
    line: Line
    began: int
    chosen: str = ""
    asked: bool = False
    heard: tuple[str, ...] = ()
    decided: float | None = None
    ear_seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """Judge it."""
        if not self.utterance.answer:
            return Verdict.ACCEPTED if self.chosen else Verdict.LEFT_ALONE
        if self.chosen:
            return Verdict.RIGHT if self.chosen == self.utterance.answer else Verdict.WRONG
        if not self.heard:
            return Verdict.UNHEARD
        return Verdict.ASKED_IN_VAIN if self.asked else Verdict.NOT_UNDERSTOOD


@dataclass(frozen=True, slots=True)
class _Decision:
    heard: Heard
    reached: Reached
    told: float
    core: float
    ear: float


class Calls:
    """Leads calls. `sounds` are all that callers say, `talk` what others say in a room full of people."""

    def __init__(self, sounds: Mapping[Said, Sound], talk: Sequence[Sound], model: SpeechModel) -> None:
        self._sounds = sounds
        self._talk = talk
        self._model = model

    def lead(self, utterance: Utterance, condition: str, ear: KeptEar) -> Outcome:
        """Say an utterance to its question under a condition, and yes or no if it is asked back."""
        line = self.line(utterance, utterance.words, condition)
        found = noticed(line.mulaw, self._model)
        first = _decision(question(utterance.menu), found, ear, utterance.answer)
        if first is None:
            return Outcome(utterance, condition, ear.name, line, found.began)
        second = self._asked_back(utterance, condition, ear, first.reached)
        reached = second.reached if second else first.reached
        return Outcome(
            utterance,
            condition,
            ear.name,
            line,
            found.began,
            chosen=reached.answer if reached.result is Result.CHOSEN else "",
            asked=first.reached.result is Result.ASKED,
            heard=(first.heard.words, *([second.heard.words] if second else [])),
            decided=first.told - line.until + first.core,
            ear_seconds=first.ear,
        )

    def _asked_back(
        self, utterance: Utterance, condition: str, ear: KeptEar, reached: Reached
    ) -> "_Decision | None":
        """Answer an asking back; None if there was none, nobody is there, or nothing is heard."""
        if reached.next is None or utterance.is_noise:
            return None
        words = YES if reached.answer == utterance.answer else NO
        line = self.line(utterance, words, condition)
        return _decision(reached.next, noticed(line.mulaw, self._model), ear, utterance.answer)

    def line(self, utterance: Utterance, words: str, condition: str) -> Line:
        """Put words of a caller on the line, or a noise."""
        if utterance.is_noise and words == utterance.words:
            values = lines.noise(words)
        else:
            values = self._sounds[by(utterance, words)].samples.astype(float)
        return lines.line(values, condition, self._talk)


def _decision(asked: Question, found: Noticed, ear: KeptEar, meant: str) -> _Decision | None:
    """Return what the first utterance with any words led to: what had none goes by (Attention)."""
    for cut in found.cuts:
        heard, seconds = ear.hear(cut.sound, asked.phrases)
        if heard.words:
            began = time.perf_counter()
            reached = answered(asked, heard, meant)
            return _Decision(heard, reached, cut.told, time.perf_counter() - began, seconds)
    return None
