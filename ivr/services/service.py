"""A service: what menus may ask for, declared, with the function that answers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ivr.services.context import Context
from menus.catalogue import Arguments, Catalogue, Declaration
from menus.events import Told

Answer = Callable[[Context, Arguments], Told]


@dataclass(frozen=True, slots=True)
class Service:
    """A declaration and the function that keeps it.

    `look` tells what is known when the service's errand is back, or has been waited for long enough.
    """

    declaration: Declaration
    answer: Answer
    look: Answer | None = None


Services = Mapping[str, Service]


def by_name(services: Iterable[Service]) -> Services:
    """Return the services by the names menus call them; two of one name are a bug."""
    found: dict[str, Service] = {}
    for service in services:
        name = service.declaration.name
        if name in found:
            raise ValueError(f"two services are called {name}")
        found[name] = service
    return found


def catalogue(services: Services) -> Catalogue:
    """Return only the declarations: what the menus need to know."""
    return {name: service.declaration for name, service in services.items()}
