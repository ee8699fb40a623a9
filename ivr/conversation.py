"""`Conversations.take_turn`: read, step, consult, remember, in one transaction.

Calls by key, calls by voice, texts, the demo phone and the load tool all come through here. The same cause
gets the same answer: whatever is repeated, reordered or late changes nothing a second time.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ivr import callers, record
from ivr.consulting import Consulting
from ivr.errands import Errands
from ivr.record import Consulted, Record
from ivr.services.context import Party, Sent
from ivr.store import turns
from ivr.store.engine import reading
from ivr.store.turns import Opening, Stored
from ivr.store.versions import Versions
from menus.actions import Action, Consult, HangUp
from menus.dialogue import Turn, begin, step
from menus.events import Arrived, Channel, Event, Fact
from menus.menu import Menus
from menus.state import State

CHINA = ZoneInfo("Asia/Shanghai")
TEXTS_END_AFTER = timedelta(minutes=10)
# Others can take the same turn at most so often before we see theirs.
_RACES = 5
_PLACE = "turns.record"


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn as it was taken: actions and state, its number, and the menus it was taken on.

    `again` says that it was taken before, by an earlier request; `other` that it is not the turn of that
    request but the last one, because the request names none that can be taken. `errands` set out with it.
    """

    turn: Turn
    number: int
    conversation_id: int
    menus: Menus
    again: bool = field(default=False, compare=False)
    other: bool = field(default=False, compare=False)
    errands: tuple[Sent, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a turn: who (`key`), what made us speak (`cause`), and what happened.

    `begins` says that it may open a conversation. `number`, where the channel knows it, is the turn the
    caller answers plus one; any other number than the next is answered with the last turn again.
    """

    key: str
    cause: str
    event: Event
    channel: Channel
    caller: str = ""
    begins: bool = False
    number: int | None = None


class Conversations:
    """All conversations. `clock` returns aware times; `facts` are what greetings depend on.

    `errands` carries out what services ask of other machines, once a turn is stored.
    """

    def __init__(
        self,
        engine: Engine,
        versions: Versions,
        consulting: Consulting,
        clock: Callable[[], datetime],
        facts: Callable[[datetime], tuple[Fact, ...]] = lambda _: (),
        errands: Errands | None = None,
    ) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._vault = consulting.vault
        self._versions = versions
        self._consulting = consulting
        self._clock = clock
        # SQLite has one writer: our threads queue for it here, instead of asking it again and again.
        self._alone: AbstractContextManager[object]
        self._alone = Lock() if engine.dialect.name == "sqlite" else nullcontext()
        self._facts = facts
        self._errands = errands or Errands(engine, consulting, clock)

    def take_turn(self, request: Request) -> Answer:
        """Return the answer to one request, taking a turn only if its cause is new."""
        for _ in range(_RACES):
            try:
                with self._alone, self._engine.begin() as connection:
                    answer = self._take(connection, request, self._clock())
            except IntegrityError:
                continue  # somebody else took this turn at the same moment: read theirs
            self._errands.send(answer.errands, answer.menus)
            return answer
        raise RuntimeError("a turn was raced for too often")

    def last(self, key: str) -> Answer | None:
        """Return the last turn of a key again, over or not, or None if it never had a conversation."""
        told = self.told(key)
        return told[1] if told else None

    def told(self, key: str) -> tuple[Event, Answer] | None:
        """Return what a key told us last, and the turn that it led to; None if it never told anything."""
        with self._reading.begin() as connection:
            stored = turns.last_of_any(connection, self._vault.hashes(key, "conversation"))
            if stored is None:
                return None
            kept = self._open(stored)
            return kept.event, self._answer(connection, stored, kept)

    def at(self, conversation_id: int, number: int) -> tuple[Answer, datetime] | None:
        """Return one turn and when it was taken: what the sound of a turn is made from."""
        with self._reading.begin() as connection:
            stored = turns.by_number(connection, conversation_id, number)
            return (self._again(connection, stored), stored.at) if stored else None

    def _take(self, connection: Connection, request: Request, now: datetime) -> Answer:
        causes = self._vault.hashes(request.cause, "cause")
        stored = turns.last_of_open(connection, self._vault.hashes(request.key, "conversation"))
        if stored and stored.cause in causes:
            return self._again(connection, stored)
        expected = stored.number + 1 if stored else None
        if request.number is None or request.number != expected:
            # Repeated, late or forged: an old cause gets its old answer, a wrong number the last turn again.
            if before := turns.by_cause(connection, causes):
                return self._again(connection, before)
            if stored and request.number is not None:
                return replace(self._again(connection, stored), other=True)
        if stored and request.channel == "text" and now - stored.at >= TEXTS_END_AFTER:
            turns.close_conversation(connection, stored.conversation_id, now)
            stored = None
        if not stored:
            return self._begin(connection, request, now)
        menus = self._versions.menus(connection, stored.version)
        state = record.load_state(self._vault.open(stored.record_sealed, _PLACE))
        return self._step(
            connection, request, _Taking(stored.conversation_id, stored.number + 1, menus, state, now)
        )

    def _begin(self, connection: Connection, request: Request, now: datetime) -> Answer:
        menus = self._versions.newest(connection)
        today = now.astimezone(CHINA).date()
        if not request.begins:
            over = State("", request.channel, today, over=True)
            return Answer(Turn((HangUp(),), over), 0, 0, menus)
        caller_hash = self._vault.hash(request.caller, "mobile")
        key = self._vault.hash(request.key, "conversation")
        sealed = self._vault.seal(request.caller, "conversations.caller") if request.caller else None
        opening = Opening(key, request.channel, menus.digest, caller_hash, sealed, now)
        conversation_id = turns.open_conversation(connection, opening)
        caller = callers.greet(connection, caller_hash, today)
        facts = (*self._facts(now), *_about(caller, request.caller))
        state = begin(Arrived(request.channel, today, caller.pace, facts))
        return self._step(connection, request, _Taking(conversation_id, 1, menus, state, now))

    def _step(self, connection: Connection, request: Request, taking: "_Taking") -> Answer:
        turn, consulted, errands = self._converse(connection, request, taking)
        kept = Record(request.event, consulted, turn)
        secret = _is_secret(taking.menus, taking.state)
        turns.add_turn(
            connection,
            {
                "conversation_id": taking.conversation_id,
                "number": taking.number,
                "cause": self._vault.hash(request.cause, "cause"),
                "event": type(request.event).__name__,
                "menu": turn.state.menu,
                "record_sealed": self._vault.seal(record.dump(kept, secret), _PLACE),
                "at": taking.now,
            },
        )
        if turn.state.over:
            turns.close_conversation(connection, taking.conversation_id, taking.now)
        if turn.state.pace != taking.state.pace:
            callers.remember(connection, self._vault.hash(request.caller, "mobile"), pace=turn.state.pace)
        return Answer(turn, taking.number, taking.conversation_id, taking.menus, errands=errands)

    def _converse(
        self, connection: Connection, request: Request, taking: "_Taking"
    ) -> tuple[Turn, tuple[Consulted, ...], tuple[Sent, ...]]:
        """Step, and step again with what services tell, until the turn ends with the caller."""
        turn = step(taking.menus, taking.state, request.event)
        if not _wanted(turn):
            return turn, (), ()
        caller_hash = self._vault.hash(request.caller, "mobile")
        party = Party(taking.conversation_id, request.channel, request.caller, caller_hash)
        said: tuple[Action, ...] = ()
        consulted: list[Consulted] = []
        with Session(connection, join_transaction_mode="rollback_only") as session:
            context = self._consulting.context(session, taking.menus, party, taking.now)
            while consult := _wanted(turn):
                told = self._consulting.ask(context, consult)
                consulted.append(Consulted(consult.service, told))
                said = (*said, *turn.actions[:-1])
                turn = step(taking.menus, turn.state, told)
            session.flush()
        return Turn((*said, *turn.actions), turn.state), tuple(consulted), tuple(context.errands)

    def _open(self, stored: Stored) -> Record:
        return record.load(self._vault.open(stored.record_sealed, _PLACE))

    def _again(self, connection: Connection, stored: Stored) -> Answer:
        return self._answer(connection, stored, self._open(stored))

    def _answer(self, connection: Connection, stored: Stored, kept: Record) -> Answer:
        menus = self._versions.menus(connection, stored.version)
        return Answer(kept.turn, stored.number, stored.conversation_id, menus, again=True)


@dataclass(frozen=True, slots=True)
class _Taking:
    """A turn about to be taken: where, which number, on which menus, from which state, and when."""

    conversation_id: int
    number: int
    menus: Menus
    state: State
    now: datetime


def _about(caller: callers.Remembered, number: str) -> tuple[Fact, ...]:
    first: tuple[Fact, ...] = ("first_today",) if caller.first_today else ()
    # Who calls from abroad is not verified by telephone either (SEC-40).
    return first if number.startswith("+86") else (*first, "hidden")


def _is_secret(menus: Menus, state: State) -> bool:
    """Whether the keys that answer this state are secret: only those of a number entry are."""
    return bool(state.menu) and menus.menus[state.menu].enter is not None


def _wanted(turn: Turn) -> Consult | None:
    """Return the service a turn waits for, if it does."""
    last = turn.actions[-1]
    return last if isinstance(last, Consult) else None
