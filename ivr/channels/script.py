"""Turns as lines to be spoken: every Say with its values put in, in the pace of the conversation."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ivr.conversation import Answer
from ivr.wording import Constants, WordingError, spoken
from menus.actions import Say
from menus.events import Pace
from menus.menu import Menus
from menus.values import Value

PACES: Mapping[Pace, float] = {"normal": 1.0, "slow": 0.78}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as a caller hears it.

    `pace` is what voices take; `fixed` says that everybody hears the same, so that it may be kept and shared.
    """

    text: str = field(repr=False)
    pace: float
    interruptible: bool
    fixed: bool


class Script:
    """Puts values into prompts; `constants` gives those that the hotline itself fills in, as they are now."""

    def __init__(self, constants: Callable[[], Constants]) -> None:
        self._constants = constants

    def lines(self, answer: Answer) -> tuple[Line, ...]:
        """Return a line for every Say of a call's turn, in order; WordingError or KeyError if words lack."""
        turn = answer.turn
        wording = answer.menus.wording("voice", turn.state.language)
        pace = PACES[turn.state.pace]
        return tuple(
            Line(self._text(said, wording[said.prompt]), pace, said.interruptible, fixed=not said.values)
            for said in turn.actions
            if isinstance(said, Say)
        )

    def fixed_texts(self, menus: Menus, language: str = "zh-CN") -> Iterator[str]:
        """Yield what is said with no caller's values in it: what can be rendered ahead."""
        for prompt, template in menus.prompts[language].items():
            if not menus.placeholders[prompt]:
                try:
                    yield self._text(Say(prompt), template)
                except WordingError:
                    continue  # a name nobody has filled in; the check of the menus tells of it

    def _text(self, say: Say, template: str) -> str:
        if "{" not in template:
            return _spoken_to_all(template, ())  # most lines: what the hotline would fill in is not asked for
        constants = self._constants()
        if say.values:
            return spoken(template, say.values, constants)
        return _spoken_to_all(template, tuple(constants.items()))


@lru_cache(maxsize=4096)
def _spoken_to_all(template: str, constants: tuple[tuple[str, Value | str], ...]) -> str:
    return spoken(template, {}, dict(constants))
