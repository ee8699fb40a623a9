"""The goals of issue C, and how far each ear comes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.callers.calls import Outcome
from tests.callers.figures import BOTH, HELD_OUT, TUNED, asked_rows, unasked_rows
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
    """A goal of an ear, and the figures of all callers and of both halves, None where nobody called."""

    ear: str
    figure: str
    condition: str
    goal: float
    everybody: float | None
    tuned: float | None
    held_out: float | None

    @property
    def is_met(self) -> bool:
        """Whether all callers together keep to it."""
        return self._keeps(self.everybody)

    @property
    def is_met_by_both_halves(self) -> bool:
        """Whether those keep to it too on whose sentences nothing was tuned, and the others."""
        return self._keeps(self.tuned) and self._keeps(self.held_out)

    def _keeps(self, share: float | None) -> bool:
        return share is None or (share >= self.goal if self.figure == RIGHT else share <= self.goal)


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
                halves = (shares.get(half) for half in (BOTH, TUNED, HELD_OUT))
                found.append(Goal(ear, figure, condition, goal, *halves))
    return found
