"""Requests as channels make them, for tests that speak with Conversations themselves."""

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any

from house import NUMBER, House
from sqlalchemy import func, select

from ivr.conversation import Answer, Conversations, Request
from ivr.store.tables import Conversation, TurnRow
from menus.actions import Say
from menus.events import Arrived, Event, Left, Pressed, Reading, StayedSilent, Wrote

DAY = date(2026, 11, 23)
ARRIVED = Arrived("voice", DAY)
_CALLS = count(1)


def said(answer: Answer) -> list[str]:
    """Return the ids of what an answer says."""
    return [action.prompt for action in answer.turn.actions if isinstance(action, Say)]


def rows(house: House, table: Any, *where: Any) -> int:
    """Return how many rows of a table there are."""
    with house.built.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def turns(house: House) -> int:
    return rows(house, TurnRow)


def open_conversations(house: House) -> int:
    return rows(house, Conversation, Conversation.open)


@dataclass
class Talk:
    """One call. Every request can be made again by its turn: `talk.requests[3]`."""

    conversations: Conversations
    caller: str = "+8610027315001"
    requests: dict[int, Request] = field(default_factory=dict)
    name: str = field(default_factory=lambda: f"CA{next(_CALLS):032x}")

    def request(self, event: Event, number: int) -> Request:
        cause = f"{self.name}/{number}"
        return Request(self.name, cause, event, "voice", self.caller, number == 1, number)

    def dial(self) -> Answer:
        return self.tell(ARRIVED)

    def press(self, *keys: str) -> Answer:
        for each in keys:
            answer = self.tell(Pressed(each))
        return answer

    def silence(self) -> Answer:
        return self.tell(StayedSilent())

    def tell(self, event: Event) -> Answer:
        number = len(self.requests) + 1
        self.requests[number] = self.request(event, number)
        return self.again(number)

    def again(self, number: int) -> Answer:
        return self.conversations.take_turn(self.requests[number])

    def hang_up(self) -> Answer:
        return self.conversations.take_turn(
            Request(self.name, f"{self.name}/left", Left(), "voice", self.caller)
        )


def text(body: str, message: str, mobile: str = "+8610027315001", **reading: Any) -> Request:
    """Return the request of a text that came in."""
    event = Wrote(body, replace(Reading(), **reading))
    return Request(f"{mobile}>{NUMBER}", message, event, "text", mobile, begins=True)
