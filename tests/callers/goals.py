"""The goals of issue C, and how far each ear comes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.callers.calls import Outcome
from tests.callers.figures import HELD_OUT, TUNED, asked_rows, unasked_rows
from tests.callers.lines import CLEAN

RIGHT, _WRONG, _ACCEPTED = "right", "wrong", "accepted"
GOALS = (
    (RIGHT, CLEAN, 0.98),
    (RIGHT, "20 dB", 0.95),
    (_WRONG, CLEAN, 0.005),
    (_WRONG, "20 dB", 0.005),
    (_ACCEPTED, CLEAN, 0.03),
    (_ACCEPTED, "20 dB", 0.03),
)
"""What is to be reached: of `right` so much at least, of the others at most."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of an ear, the figures of both halves (None: nobody called), and whether both keep to it."""

    ear: str
    figure: str
    condition: str
    goal: float
    tuned: float | None
    held_out: float | None

    @property
    def is_met(self) -> bool:
        """Whether both halves keep to it."""
        found = [each for each in (self.tuned, self.held_out) if each is not None]
        return all(each >= self.goal if self.figure == RIGHT else each <= self.goal for each in found)


def goals(outcomes: Sequence[Outcome]) -> list[Goal]:
    """Return how far each ear comes, where there are figures."""
    rows = [*asked_rows(outcomes), *unasked_rows(outcomes)]
    found = []
    for ear in dict.fromkeys(each.ear for each in outcomes):
        for figure, condition, goal in GOALS:
            shares = {
                row.of: getattr(row, figure)
                for row in rows
                if (row.ear, row.condition) == (ear, condition) and hasattr(row, figure)
            }
            if shares:
                found.append(Goal(ear, figure, condition, goal, shares.get(TUNED), shares.get(HELD_OUT)))
    return found
