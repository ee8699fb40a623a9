"""A hotline whose accounts are kept by a core system, on a clock of our own: seconds cost nothing.

Errands come back when the clock has moved far enough, never by themselves; `Timetable` is the pool in which
they wait for that.
"""

import heapq
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from house import House
from talking import Talk, said

from ivr.channels.phone.call import say_seconds
from ivr.consulting import Consulting
from ivr.conversation import Answer, Conversations
from ivr.errands import Errands
from ivr.services.keeper import Outcome, Release, Statement, Verdict
from ivr.wording import spoken
from menus.actions import Say, Wait

GIVES_UP = 8.0
"""Seconds after which the adapter takes no answer any more."""


@dataclass
class SlowCore:
    """A core system that takes `seconds` for everything, and remembers what it has done and told."""

    seconds: float = 0.0
    told: Statement | None = None
    elsewhere: bool = True
    done: dict[str, Verdict] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def statement(self, number: str) -> Statement | None:
        self.asked.append("statement")
        self.meanwhile()
        return self.told if self.seconds < GIVES_UP else None

    def release(self, order: Release) -> Verdict:
        self.asked.append("release")
        self.done.setdefault(order.key, "confirmed")
        return self.done[order.key] if self.seconds < GIVES_UP else "unknown"

    def outcome(self, order: Release) -> Outcome:
        self.asked.append("outcome")
        return self.done.get(order.key, "unheard")


@dataclass
class Timetable(Executor):
    """Runs what was submitted when `until` is told that it is time; an errand takes what its core takes."""

    core: SlowCore
    now: Callable[[], float]
    _waiting: list[tuple[float, int, Callable[[], Any]]] = field(default_factory=list)
    _numbers: Any = field(default_factory=count)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        due = self.now() + min(self.core.seconds, GIVES_UP)
        heapq.heappush(self._waiting, (due, next(self._numbers), lambda: fn(*args, **kwargs)))
        return Future()

    def come_back(self) -> int:
        """Run what is due; return how much was."""
        ran = 0
        while self._waiting and self._waiting[0][0] <= self.now():
            heapq.heappop(self._waiting)[2]()
            ran += 1
        return ran

    def crash(self) -> None:
        """Lose everything that was on its way, as a process that is killed does."""
        self._waiting.clear()


@dataclass
class City:
    """A hotline beside a core system."""

    house: House
    core: SlowCore
    consulting: Consulting
    table: Timetable

    @classmethod
    def of(cls, house: House, core: SlowCore) -> "City":
        table = Timetable(core, house.clock.seconds)
        return cls(house, core, replace(house.built.consulting, keeper=core), table)

    def conversations(self) -> Conversations:
        """Return the conversations of one process; another process has others."""
        built = self.house.built
        errands = Errands(built.engine, self.consulting, self.house.clock, self.table, now=lambda: 0.0)
        return Conversations(built.engine, built.versions, self.consulting, self.house.clock, errands=errands)

    def forward(self, seconds: float) -> None:
        self.house.clock.forward(seconds)
        self.table.come_back()

    def waited(self, talk: Talk, answer: Answer) -> tuple[list[str], list[tuple[float, str]]]:
        """Obey a turn as a provider does, until the hotline waits for the caller.

        Return what the last turn says, and at which second what else was said on the way.
        """
        began, heard = self.house.clock.now, list[tuple[float, str]]()
        while isinstance(wait := answer.turn.actions[-1], Wait):
            for say in answer.turn.actions[:-1]:
                assert isinstance(say, Say)
                heard.append(((self.house.clock.now - began).total_seconds(), say.prompt))
                words = spoken(
                    answer.menus.prompts["zh-CN"][say.prompt], say.values, self.house.built.constants()
                )
                pace = 1.3 if answer.turn.state.pace == "slow" else 1.0
                self.forward(say_seconds(words) * pace)
            self.forward(wait.seconds + 0.1)  # and the way there and back
            answer = talk.silence()
        heard.append(((self.house.clock.now - began).total_seconds(), "answer"))
        return said(answer), heard
