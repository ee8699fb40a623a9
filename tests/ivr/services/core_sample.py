"""A core system in a test of services: answers as told, remembers what it was asked, and is asked by hand."""

from dataclasses import dataclass, field
from typing import Any

from ivr.services import errands, releases
from ivr.services.context import Party, Sent
from ivr.services.keeper import Outcome, Release, Statement, Verdict
from ivr.services.register import SERVICES
from menus.events import Told


@dataclass
class CoreSystem:
    """A keeper of accounts elsewhere. `sent` are errands that nobody has carried out yet."""

    verdict: Verdict = "confirmed"
    later: Outcome = "unknown"
    told: Statement | None = None
    elsewhere: bool = True
    orders: list[Release] = field(default_factory=list)
    questions: list[Release] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def settle_in(self, rooms: dict[str, Any]) -> "CoreSystem":
        """Let every context of a test be one of a hotline with this core system."""
        rooms["keeper"], rooms["errands"] = self, self.sent
        return self

    def statement(self, number: str) -> Statement | None:
        self.numbers.append(number)
        return self.told

    def release(self, order: Release) -> Verdict:
        self.orders.append(order)
        return self.verdict

    def outcome(self, order: Release) -> Outcome:
        self.questions.append(order)
        return self.later

    def carry_out(self, line: Any) -> None:
        """Do what the host does once the turn is stored."""
        sent, self.sent[:] = list(self.sent), []
        for one in sent:
            settle = one.errand(self)
            errands.bring_back(line.context(like=line.like), one.key, settle)

    def reconcile(self, line: Any) -> int:
        """Do what the worker does: its party is nobody."""
        context = line.context(like=line.like)
        names = {name: getattr(context, name) for name in context.__slots__}
        nobody = type(context)(**names | {"party": Party(0, "text", "", "")})
        return sum(inquiry(self)(nobody) for inquiry in releases.inquiries(nobody))


def looked(line: Any, name: str) -> Told:
    """Return what a service tells when its errand is back, or was waited for long enough."""
    look = SERVICES[name].look
    assert look
    return look(line.context(like=line.like), {})
