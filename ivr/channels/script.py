"""Turns as lines to be spoken: every Say with its values put in, in the pace of the conversation."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from ivr.conversation import Answer
from ivr.wording import Constants, WordingError, pieces
from menus.actions import Ask, Say, Transfer
from menus.events import Pace
from menus.menu import Menus
from menus.values import Value
from speech.score import AFTER_KEY, NORMAL, SLOW, Piece, Score, score

WHISPER = 2
"""The number of the passage that is for whoever answers a transfer, after the two that are for the caller."""
PACES: Mapping[Pace, float] = {"normal": NORMAL, "slow": SLOW}


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt as a caller hears it.

    `pace` is what voices take; `fixed` says that everybody hears the same, so that it may be kept and shared.
    """

    prompt: str
    pieces: tuple[Piece, ...] = field(repr=False)
    pace: float
    interruptible: bool
    fixed: bool

    @property
    def text(self) -> str:
        """Return all its words."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    @property
    def score(self) -> Score:
        """Return what is spoken and joined, with its rests."""
        return score(self.pieces, self.pace)


@dataclass(frozen=True, slots=True)
class Passage:
    """What is played at one go: lines, after `opening` seconds of silence."""

    lines: tuple[Line, ...]
    opening: float = 0.0

    @property
    def fixed(self) -> bool:
        """Tell whether everybody hears the same."""
        return all(line.fixed for line in self.lines)


class Script:
    """Puts values into prompts; `constants` gives those that the hotline itself fills in, as they are now."""

    def __init__(self, constants: Callable[[], Constants]) -> None:
        self._constants = constants

    def lines(self, answer: Answer) -> tuple[Line, ...]:
        """Return a line for every Say of a call's turn, in order; WordingError or KeyError if words lack."""
        turn = answer.turn
        pace = PACES[turn.state.pace]
        return tuple(
            self.line(answer.menus, said, pace, turn.state.language)
            for said in turn.actions
            if isinstance(said, Say)
        )

    def passages(self, answer: Answer) -> tuple[Passage, Passage]:
        """Return what must be heard out, with all before it, and what keys may interrupt; each may be empty.

        Who has just pressed a key takes the telephone back to the ear: what follows begins with silence.
        """
        lines = self.lines(answer)
        first = max((index + 1 for index, line in enumerate(lines) if not line.interruptible), default=0)
        if not isinstance(answer.turn.actions[-1], Ask):
            first = len(lines)
        opening = AFTER_KEY if answer.number > 1 else 0.0
        before, after = lines[:first], lines[first:]
        return Passage(before, opening if before else 0.0), Passage(after, 0.0 if before else opening)

    def whisper(self, answer: Answer) -> Passage:
        """Return what the person hears who answers the transfer that a turn ends in; empty if it does not."""
        ending = answer.turn.actions[-1]
        tell = ending.tell if isinstance(ending, Transfer) else ()
        language = answer.turn.state.language
        return Passage(tuple(self.line(answer.menus, said, NORMAL, language) for said in tell))

    def line(self, menus: Menus, say: Say, pace: float, language: str = "zh-CN") -> Line:
        """Return the line of one Say; WordingError or KeyError if words lack."""
        template = menus.wording("voice", language)[say.prompt]
        return Line(say.prompt, self._pieces(say, template), pace, say.interruptible, fixed=not say.values)

    def fixed_lines(self, menus: Menus, language: str = "zh-CN") -> Iterator[Line]:
        """Yield what is said with no caller's values in it, at every pace."""
        for prompt in menus.prompts[language]:
            if not menus.placeholders[prompt]:
                # A name nobody has filled in leaves a prompt out; the check of the menus tells of it.
                with suppress(WordingError):
                    for pace in PACES.values():
                        yield self.line(menus, Say(prompt), pace, language)

    def _pieces(self, say: Say, template: str) -> tuple[Piece, ...]:
        if "{" not in template:
            return _said_to_all(template, ())  # most lines: what the hotline would fill in is not asked for
        constants = self._constants()
        if say.values:
            return pieces(template, say.values, constants)
        return _said_to_all(template, tuple(constants.items()))


@lru_cache(maxsize=4096)
def _said_to_all(template: str, constants: tuple[tuple[str, Value | str], ...]) -> tuple[Piece, ...]:
    return pieces(template, {}, dict(constants))
