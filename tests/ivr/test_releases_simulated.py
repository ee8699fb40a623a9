"""Thousands of releases against a core system that loses, delays, repeats and breaks; processes die too.

Whatever happens, nobody hears 办好了 and nobody gets a receipt before the core system confirmed, every order
is carried out at most once, and none is forgotten. Everything real but the network, the clock and chance;
HOTLINE_RELEASES says how many (10000 take some minutes).
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from cast import CHEN, Member, cheap_pins, write_person
from core_system_server import CoreBooks
from house import House
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum.iso7064 import mod_11_2

from ivr.core_system.adapter import CoreSystem
from ivr.core_system.exchange import NoAnswer
from ivr.errands import Errands
from ivr.housekeeping import Housekeeping
from ivr.services import claims
from ivr.services.context import Context, Party
from ivr.store.tables import Act, Binding, Conversation, Message, Person
from menus.actions import Consult
from menus.catalogue import WAITING
from menus.events import Told
from menus.values import Reference, Secret
from menus.waiting import LOOKS

RELEASES = int(os.environ.get("HOTLINE_RELEASES", "250"))
_FIRST_DAY = date(1930, 1, 1)


class Crash(BaseException):
    """The process is killed here: nothing after this is done, and nothing catches it."""


@dataclass
class BadNetwork:
    """What stands between the adapter and the books of the core system. `faults` turns all of it on."""

    books: CoreBooks
    random: Random
    now: Callable[[], float]
    faults: bool = True
    late: list[dict[str, str]] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def ask(self, path: str, question: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        fault = self._fault()
        self.happened[fault] += 1
        if fault in {"down", "lost"}:
            raise NoAnswer(fault)
        if fault == "late" and path == "/releases":
            self.late.append(dict(question))
            raise NoAnswer("too slow")
        answer = self.books.answer(path, dict(question))
        if fault == "twice":
            answer = self.books.answer(path, dict(question))
        if fault == "killed":
            raise Crash
        if fault == "cut":
            raise NoAnswer("cut off")
        if fault == "undecided" and answer["outcome"] != "unheard":
            answer = {**answer, "outcome": "unknown"}
        if fault == "mixed up":
            answer = {**answer, "key": "f" * 32, "outcome": "confirmed"}
        return json.dumps(answer).encode()

    def _fault(self) -> str:
        if not self.faults:
            return "none"
        if self.now() % 900 < 120:  # two minutes of every quarter of an hour
            return "down"
        kinds = ["lost", "cut", "late", "twice", "killed", "undecided", "mixed up"]
        return self.random.choice(kinds) if self.random.random() < 0.4 else "none"

    def deliver_late(self, share: float) -> None:
        """Let some of what was under way arrive after all."""
        for question in list(self.late):
            if self.random.random() < share:
                self.late.remove(question)
                self.books.release(question)


class Later(Executor):
    """Keeps what is submitted until somebody runs it; a process that dies loses it."""

    def __init__(self) -> None:
        self.jobs: list[Callable[[], Any]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.jobs.append(lambda: fn(*args, **kwargs))
        return Future()

    def run(self) -> None:
        jobs, self.jobs = self.jobs, []
        for job in jobs:
            with suppress(Crash):
                job()


@dataclass
class World:
    """A hotline, a core system, and chance."""

    house: House
    random: Random
    network: BadNetwork
    core: CoreSystem
    pool: Later = field(default_factory=Later)
    people: int = 0
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.built = replace(
            self.house.built, consulting=replace(self.house.built.consulting, keeper=self.core)
        )
        self.menus = self.built.newest_menus()
        self.errands = Errands(
            self.built.engine, self.built.consulting, self.house.clock, self.pool, now=lambda: 0.0
        )
        self.pins = cheap_pins(self.built.consulting.pins)
        with self.built.sessions.begin() as session:
            hashes = self.built.vault.hashes(CHEN.number, "number")
            self.user = session.scalars(select(Person.id).where(Person.number_hash.in_(hashes))).one()

    def call(self) -> None:
        """Let somebody new end a sharing by telephone, wait as long as they like, and hear what is known."""
        party, binding, number = self._somebody()
        if self.random.random() < 0.1:
            self.network.books.refuses.add(number)
        told = self.ask(party, Consult("unbinding.request", {"binding": Reference(binding)}))
        assert told.outcome == "sent"
        code = self._code()
        told = self.ask(party, Consult("unbinding.confirm", {"keys": Secret(code)}))
        assert told.outcome == WAITING
        for looks in range(1, LOOKS + 1):
            if self.random.random() < 0.3:
                self.pool.run()
            if self.random.random() < 0.03:
                self.pool.jobs.clear()  # killed between the commit and the request
            if self.random.random() < 0.05:
                return  # hung up
            told = self.ask(party, Consult("unbinding.confirm", looks=looks))
            if told.outcome != WAITING:
                break
        self._heard(told, binding)

    def _heard(self, told: Told, binding: int) -> None:
        self.told[told.outcome] += 1
        with self.built.sessions() as session:
            key = session.scalars(select(Act.idempotency_key).where(Act.binding_id == binding)).one()
        outcome = self.network.books.outcomes.get(key)
        assert told.outcome in {"done", "refused", "submitted"}
        assert told.outcome == "submitted" or {"done": "confirmed"}.get(told.outcome, "refused") == outcome

    def ask(self, party: Party, consult: Consult) -> Told:
        """Do what a turn does with a consult, committed, and let its errands set out."""
        with Session(self.built.engine) as session, session.begin():
            context = self._context(session, party)
            told = self.built.consulting.ask(context, consult)
        self.errands.send(context.errands, self.menus)
        return told

    def reconcile(self) -> None:
        with suppress(Crash):
            Housekeeping(self.built).reconcile_acts()

    def _context(self, session: Session, party: Party) -> Context:
        return self.built.consulting.context(session, self.menus, party, self.house.clock())

    def _somebody(self) -> tuple[Party, int, str]:
        number, mobile = _number(self.people), f"+86100{self.people:08}"
        self.people += 1
        with Session(self.built.engine) as session, session.begin():
            person = write_person(session, self.built.vault, self.pins, Member("黄建国", number, mobile))
            binding = Binding(
                authoriser_id=person.id,
                beneficiary_id=self.user,
                relation="spouse",
                bound_on=date(2026, 1, 2),
            )
            caller = self.built.vault.hash(mobile, "mobile")
            conversation = Conversation(
                key=f"simulated/{number}",
                channel="voice",
                menus_version=self.menus.digest,
                caller_hash=caller,
                started_at=self.house.clock(),
            )
            session.add_all([binding, conversation])
            session.flush()
            party = Party(conversation.id, "voice", mobile, caller)
            claims.verify(self._context(session, party), person, "pin")
            return party, binding.id, number

    def _code(self) -> str:
        with self.built.sessions() as session:
            newest = session.scalars(select(Message).order_by(Message.id.desc()).limit(1)).one()
            assert newest.body_sealed
            body = self.built.vault.open(newest.body_sealed, "outbox.body")
        return body.partition("回复")[2][:6]


def _number(place: int) -> str:
    seventeen = f"530199{_FIRST_DAY + timedelta(days=place // 4):%Y%m%d}{996 + place % 4}"
    return seventeen + str(mod_11_2.calc_check_digit(seventeen))


@pytest.fixture
def world(hotline: House) -> World:
    random = Random(12333)
    network = BadNetwork(CoreBooks(), random, hotline.clock.seconds)
    core = CoreSystem("https://core.example", "token", now=hotline.clock.seconds)
    core._exchange = network  # type: ignore[assignment]
    return World(hotline, random, network, core)


def check_nothing_is_said_too_early(world: World) -> None:
    """Acts, bindings and receipts never run ahead of what the core system has in its books."""
    outcomes = world.network.books.outcomes
    with world.built.sessions() as session:
        acts = session.scalars(select(Act)).all()
        released = set(session.scalars(select(Binding.id).where(Binding.state == "released")))
    for act in acts:
        if act.state in {"confirmed", "refused"}:
            assert outcomes[act.idempotency_key] == act.state
    assert released == {act.binding_id for act in acts if act.state == "confirmed"}


def receipts(world: World) -> Counter[str]:
    with world.built.sessions() as session:
        counted = session.execute(select(Message.template, func.count()).group_by(Message.template))
        return Counter({template: number for template, number in counted if template != "SMS02_unbind_code"})


def test_nothing_is_said_before_it_is_done_and_nothing_is_forgotten(world: World) -> None:
    for number in range(RELEASES):
        world.call()
        world.house.clock.forward(world.random.uniform(5, 40))  # no more codes a day than may be sent
        world.network.deliver_late(0.1)
        if number % 20 == 19:
            world.pool.run()
            world.reconcile()
        if number % 100 == 99:
            check_nothing_is_said_too_early(world)
    _let_all_be_settled(world)
    check_nothing_is_said_too_early(world)
    with world.built.sessions() as session:
        states = Counter(session.scalars(select(Act.state)))
    books = world.network.books
    assert states == Counter(books.outcomes.values())
    assert states.total() == RELEASES
    assert len(books.ended) == len(set(books.ended)) == states["confirmed"]
    told = {"SMS03_unbind_done": states["confirmed"], "SMS04_notice_beneficiary": states["confirmed"]}
    assert receipts(world) == Counter({**told, "SMS17_unbind_refused": states["refused"]})
    assert {"done", "submitted", "refused"} <= world.told.keys()
    assert all(world.network.happened[fault] for fault in ("lost", "cut", "late", "twice", "killed", "down"))


def _let_all_be_settled(world: World) -> None:
    """Let the network become whole; a few rounds of the worker must be enough for everything left."""
    world.pool.run()
    world.network.faults = False
    for _ in range(3):
        world.house.clock.forward(30)
        world.reconcile()
        world.network.deliver_late(1.0)
