"""A family in a test: who shares, who uses the money, and the call in which it is to end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.store.tables import Act, Binding, BindingEvent, Person
from menus.events import Told
from menus.values import Reference

MINE, THEIRS = "+8610000000011", "+8610000000022"


@dataclass
class Family:
    """An authoriser on a verified line, the beneficiary 陈小英, and the binding between them."""

    authoriser: Person
    beneficiary: Person
    binding: Binding
    line: Any
    texts: Callable[..., Any] = field(repr=False)

    def request(self) -> Told:
        told: Told = self.line.ask("unbinding.request", binding=Reference(self.binding.id))
        return told

    def code(self) -> str:
        """Ask for a code and return the one in the text."""
        assert self.request().outcome == "sent"
        return str(self.texts()[-1].code)

    def confirm(self, code: str) -> Told:
        told: Told = self.line.ask("unbinding.confirm", code)
        return told

    def templates(self) -> list[str]:
        return [text.template for text in self.texts()]


def other_than(code: str) -> str:
    return "234567" if code != "234567" else "345678"


def act_of(session: Session) -> Act:
    (act,) = session.scalars(select(Act).execution_options(populate_existing=True))
    return act


def events(session: Session) -> list[tuple[str, str]]:
    return [(event.what, event.via) for event in session.scalars(select(BindingEvent).order_by("id"))]
