"""One question and one caller, led by the real core: what the words that were heard bring about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from ivr.channels.stream_call import said
from ivr.services.register import CATALOGUE
from menus.actions import Action
from menus.dialogue import Turn, step
from menus.events import Event, Pressed, Said
from menus.load import load_folder
from menus.menu import Menus
from menus.question import ask, phrases
from menus.state import State
from menus.values import Value
from speech.ears import Heard

CONFIG = Path(__file__).parents[2] / "config"
_DAY = date(2026, 11, 23)
_VERIFIED = 3
_KEYS = frozenset("0123456789*#")

_Place = tuple[tuple[Action, ...], str, str, Mapping[str, Value]]


class Result(StrEnum):
    """What the core made of words."""

    CHOSEN = "chosen"
    ASKED = "asked back"
    NOTHING = "not understood"


@dataclass(frozen=True, slots=True)
class Question:
    """A question that waits for words, which may be that something is meant ("do you mean the balance?")."""

    state: State

    @property
    def phrases(self) -> tuple[str, ...]:
        """What the ear is told to expect."""
        menus = shipped()
        return ask(menus.start, self.state, menus.menus[self.state.menu]).phrases


@dataclass(frozen=True, slots=True)
class Reached:
    """What words led to: an answer, "" for none; if it is asked back about, the question that is open now."""

    result: Result
    answer: str = ""
    next: Question | None = None


@cache
def shipped() -> Menus:
    """Return the menus as they are shipped."""
    return load_folder(CONFIG, CATALOGUE).menus


@cache
def question(menu: str) -> Question:
    """Return the question of a menu as a caller hears it who has been verified, and has not answered yet."""
    return Question(State(menu, "voice", _DAY, assurance=_VERIFIED))


def answered(asked: Question, heard: Heard, meant: str) -> Reached:
    """Take the turn of heard words; where several answers lead to the same place, what was `meant` is it."""
    turn = step(shipped(), asked.state, said(heard))
    places = _places(asked.state.menu)
    if turn.state.asked:
        found = _same(places, places[turn.state.asked])
        return Reached(Result.ASKED, _named(found, meant), Question(turn.state))
    found = _same(places, _place(turn))
    return Reached(Result.CHOSEN, _named(found, meant)) if found else Reached(Result.NOTHING)


@cache
def _places(menu: str) -> dict[str, _Place]:
    """Return where each answer of a question leads, found by pressing it, or by saying it word by word."""
    start, known = shipped().start, question(menu)
    listed = phrases(start, shipped().menus[menu])
    return {answer: _place(step(shipped(), known.state, _by(answer, listed[answer]))) for answer in listed}


def _same(places: Mapping[str, _Place], place: _Place) -> list[str]:
    return [answer for answer, its in places.items() if its == place]


def _named(found: list[str], meant: str) -> str:
    return meant if meant in found else found[0]


def _by(answer: str, listed: tuple[str, ...]) -> Event:
    return Pressed(answer) if answer in _KEYS else Said(listed[0])


def _place(turn: Turn) -> _Place:
    """Return what tells one place from another: what is said, done and known there, not how often."""
    return turn.actions, turn.state.menu, turn.state.pace, turn.state.answers
