"""Hearings judged and counted: each by itself, and all of a voice at a pace under a condition."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.ear.listening import Hearing
from tests.ear.pinyin import error
from tests.ear.readings import Judgement, after, judged, readings

TOO_MUCH = 0.10
"""A prompt with a greater character error by pinyin is heard badly."""


@dataclass(frozen=True, slots=True)
class Score:
    """One hearing: the judgement of both readings (none for a prompt) and the share of wrong syllables."""

    hearing: Hearing
    readings: tuple[str, ...]
    judgements: tuple[Judgement, ...]
    error: float

    @property
    def badness(self) -> tuple[int, int, float]:
        """Order from well heard to worst: another amount is worse than none, in the first reading most."""
        steps = {Judgement.RIGHT: 0, Judgement.NONE: 1, Judgement.OTHER: 2}
        marks = [steps[judgement] for judgement in self.judgements]
        return sum(marks), marks[0] if marks else 0, self.error

    @property
    def is_faultless(self) -> bool:
        """Whether every amount is right, or every syllable of a prompt."""
        marks, _, share = self.badness
        return marks == 0 if self.judgements else share == 0


def score(hearing: Hearing) -> Score:
    """Judge a hearing; the error is that of everything said, numbers in whatever spelling."""
    case = hearing.case
    whole = error(case.text, ",".join(hearing.texts))
    if case.amount is None:
        return Score(hearing, (), (), whole)
    amount = case.amount
    if len(hearing.texts) == 1:
        both = readings(hearing.texts[0], amount.before, amount.again)
    else:
        first, second = hearing.texts
        both = after(first, amount.before), after(second, amount.again)
    return Score(hearing, both, tuple(judged(reading, amount.fen) for reading in both), whole)


@dataclass(frozen=True, slots=True)
class AmountRow:
    """Shares of the turns that say an amount twice."""

    voice: str
    pace: float
    condition: str
    turns: int
    first_right: float
    second_right: float
    one_right: float
    both_right: float
    other_in_first: float
    other_in_both: float


@dataclass(frozen=True, slots=True)
class PromptRow:
    """Character error by pinyin of the prompts."""

    voice: str
    pace: float
    condition: str
    prompts: int
    mean: float
    largest: float
    share_over: float


Group = tuple[str, float, str]


def grouped(scores: Iterable[Score]) -> dict[Group, list[Score]]:
    """Put together what has voice, pace and condition in common, in the order it came."""
    groups: defaultdict[Group, list[Score]] = defaultdict(list)
    for each in scores:
        case = each.hearing.case
        groups[case.voice, case.pace, each.hearing.condition].append(each)
    return dict(groups)


def amount_rows(scores: Iterable[Score]) -> list[AmountRow]:
    """Count the turns with amounts, a row for each voice, pace and condition."""
    return [
        _amount_row(group, [each.judgements for each in of_group])
        for group, of_group in grouped(each for each in scores if each.judgements).items()
    ]


def prompt_rows(scores: Iterable[Score]) -> list[PromptRow]:
    """Count the prompts, a row for each voice, pace and condition."""
    rows = []
    for group, of_group in grouped(each for each in scores if not each.judgements).items():
        errors = [each.error for each in of_group]
        over = sum(share > TOO_MUCH for share in errors) / len(errors)
        rows.append(PromptRow(*group, len(errors), sum(errors) / len(errors), max(errors), over))
    return rows


def worst(scores: Iterable[Score], number: int = 10) -> list[Score]:
    """Return the worst heard, worst first; what was heard without fault is none of them."""
    faulty = [each for each in scores if not each.is_faultless]
    return sorted(faulty, key=lambda each: each.badness, reverse=True)[:number]


def _amount_row(group: Group, turns: Sequence[tuple[Judgement, ...]]) -> AmountRow:
    def share(holds: Callable[[tuple[Judgement, ...]], bool]) -> float:
        return sum(map(holds, turns)) / len(turns)

    right, other = Judgement.RIGHT, Judgement.OTHER
    return AmountRow(
        *group,
        turns=len(turns),
        first_right=share(lambda both: both[0] is right),
        second_right=share(lambda both: both[1] is right),
        one_right=share(lambda both: right in both),
        both_right=share(lambda both: both == (right, right)),
        other_in_first=share(lambda both: both[0] is other),
        other_in_both=share(lambda both: both == (other, other)),
    )
