"""What menus may ask services for: names, arguments, outcomes, and how sure we must be of the caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from menus.values import Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """One possible answer: the values it brings, each with the assurance needed to say it.

    `gives` is the assurance the answer may raise the conversation to; None where it changes nothing.
    `items` names, for a list value, the values each of its items has.
    """

    values: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, frozenset[str]] = field(default_factory=dict)
    gives: int | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A service as menus see it: the assurance it needs, its arguments, and every outcome by name."""

    name: str
    outcomes: Mapping[str, Outcome]
    needs: int = 0
    takes: frozenset[str] = frozenset()


Catalogue = Mapping[str, Declaration]

# Every service may answer these besides its own outcomes: the ten minutes of a verification are over,
# the service could not do its work, or another machine is being asked. The core routes them; menus need not
# name them.
EXPIRED = "verification_expired"
FAILED = "service_failed"
WAITING = "service_waiting"


def levels(catalogue: Catalogue) -> dict[str, int]:
    """Return for each value name the highest assurance any service demands for saying it."""
    found: dict[str, int] = {}
    for declaration in catalogue.values():
        for outcome in declaration.outcomes.values():
            for name, level in outcome.values.items():
                found[name] = max(level, found.get(name, 0))
    return found


Arguments = Mapping[str, Value]
