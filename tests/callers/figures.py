"""Calls counted: what callers got who mean an answer, what became of all else, and how long it took."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from tests.callers.calls import Outcome, Verdict
from tests.callers.corpus import NOISE, PHRASE
from tests.callers.lines import CLEAN

TUNED, HELD_OUT, BOTH = "tuned", "held out", "both"
CUT_OFF = -0.1
"""Seconds after the end of the words; who was told to have ended before that was cut off."""

_BADNESS = (Verdict.WRONG, Verdict.ACCEPTED, Verdict.UNHEARD, Verdict.NOT_UNDERSTOOD, Verdict.ASKED_IN_VAIN)


@dataclass(frozen=True, slots=True)
class AskedRow:
    """Callers who mean an answer; `right` and all after it are shares, `asked` is part of `right`."""

    ear: str
    condition: str
    of: str
    callers: int
    right: float
    asked: float
    asked_in_vain: float
    not_understood: float
    unheard: float
    wrong: float


@dataclass(frozen=True, slots=True)
class UnaskedRow:
    """Callers who say what means no answer; shares."""

    ear: str
    condition: str
    of: str
    callers: int
    accepted: float
    asked: float


@dataclass(frozen=True, slots=True)
class NoiseRow:
    """Noises: how many were told as speech, were given words by the ear, and chose an answer; shares."""

    ear: str
    condition: str
    noises: int
    told_as_speech: float
    with_words: float
    accepted: float


@dataclass(frozen=True, slots=True)
class TimeRow:
    """Seconds from the end of what callers say to the decision, without and with the ear's own time."""

    ear: str
    condition: str
    decisions: int
    median: float
    p95: float
    median_with_ear: float
    p95_with_ear: float
    cut_off: float


def asked_rows(outcomes: Iterable[Outcome]) -> list[AskedRow]:
    """Count who means an answer, under each condition by halves, and by phrases and sentences."""
    listed = [each for each in outcomes if each.utterance.answer]
    kinds: dict[str, Callable[[Outcome], bool]] = {
        **_HALVES,
        "phrases alone": lambda each: each.utterance.kind == PHRASE,
        "sentences": lambda each: each.utterance.kind != PHRASE,
    }
    return [_asked_row(*group) for group in _grouped(listed, kinds)]


def speaker_rows(outcomes: Iterable[Outcome]) -> list[AskedRow]:
    """Count who means an answer by the voice that says it, on a clean line: not all of them speak well."""
    listed = [each for each in outcomes if each.utterance.answer and each.condition == CLEAN]
    speakers = sorted({each.utterance.speaker for each in listed})
    kinds = {speaker: partial(_speaks, speaker) for speaker in speakers}
    return [_asked_row(*group) for group in _grouped(listed, kinds)]


def unasked_rows(outcomes: Iterable[Outcome]) -> list[UnaskedRow]:
    """Count who means none, under each condition by halves."""
    listed = [each for each in outcomes if not each.utterance.answer and not each.utterance.is_noise]
    return [
        UnaskedRow(
            ear,
            condition,
            of,
            len(some),
            _share(some, lambda each: each.verdict is Verdict.ACCEPTED),
            _share(some, lambda each: each.asked),
        )
        for ear, condition, of, some in _grouped(listed, _HALVES)
    ]


def noise_rows(outcomes: Iterable[Outcome]) -> list[NoiseRow]:
    """Count noises, under each condition."""
    listed = [each for each in outcomes if each.utterance.kind == NOISE]
    return [
        NoiseRow(
            ear,
            condition,
            len(some),
            _share(some, lambda each: each.began > 0),
            _share(some, lambda each: bool(each.heard)),
            _share(some, lambda each: bool(each.chosen)),
        )
        for ear, condition, _, some in _grouped(listed, {BOTH: _HALVES[BOTH]})
    ]


def time_rows(outcomes: Iterable[Outcome]) -> list[TimeRow]:
    """Measure who said something, under each condition."""
    listed = [each for each in outcomes if not each.utterance.is_noise and each.decided is not None]
    return [_time_row(ear, condition, some) for ear, condition, _, some in _grouped(listed, {BOTH: bool})]


def worst(outcomes: Iterable[Outcome], number: int = 40) -> list[Outcome]:
    """Return the worst of what may be looked at, worst first, and what went wrong on a better line before."""
    listed = list(outcomes)
    conditions = list(dict.fromkeys(each.condition for each in listed))
    bad = [each for each in listed if not each.utterance.held_out and _badness(each) is not None]
    return sorted(bad, key=lambda each: (_badness(each), conditions.index(each.condition)))[:number]


def _badness(each: Outcome) -> int | None:
    if each.verdict in _BADNESS:
        return _BADNESS.index(each.verdict)
    told = each.utterance.is_noise and each.began > 0
    return len(_BADNESS) if told or (each.asked and not each.utterance.answer) else None


_HALVES: dict[str, Callable[[Outcome], bool]] = {
    TUNED: lambda each: not each.utterance.held_out,
    HELD_OUT: lambda each: each.utterance.held_out,
    BOTH: lambda _: True,
}


def _speaks(speaker: str, each: Outcome) -> bool:
    return each.utterance.speaker == speaker


_Group = tuple[str, str, str, list[Outcome]]


def _grouped(listed: Sequence[Outcome], kinds: Mapping[str, Callable[[Outcome], bool]]) -> Iterable[_Group]:
    """Yield ear, condition, kind and who is of it, where there are any."""
    for ear, condition in dict.fromkeys((each.ear, each.condition) for each in listed):
        for of, holds in kinds.items():
            some = [each for each in listed if (each.ear, each.condition) == (ear, condition) and holds(each)]
            if some:
                yield ear, condition, of, some


def _asked_row(ear: str, condition: str, of: str, some: Sequence[Outcome]) -> AskedRow:
    def share(verdict: Verdict) -> float:
        return _share(some, lambda each: each.verdict is verdict)

    return AskedRow(
        ear,
        condition,
        of,
        len(some),
        share(Verdict.RIGHT),
        _share(some, lambda each: each.asked and each.verdict is Verdict.RIGHT),
        share(Verdict.ASKED_IN_VAIN),
        share(Verdict.NOT_UNDERSTOOD),
        share(Verdict.UNHEARD),
        share(Verdict.WRONG),
    )


def _time_row(ear: str, condition: str, some: Sequence[Outcome]) -> TimeRow:
    alone = [each.decided or 0.0 for each in some]
    both = [(each.decided or 0.0) + each.ear_seconds for each in some]
    return TimeRow(
        ear,
        condition,
        len(some),
        *(round(float(np.percentile(times, part)), 2) for times in (alone, both) for part in (50, 95)),
        cut_off=_share(some, lambda each: (each.decided or 0.0) < CUT_OFF),
    )


def _share(some: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> float:
    return sum(map(holds, some)) / len(some)
