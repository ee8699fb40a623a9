"""Faults of the whole graph: menus nobody reaches, circles without a question, endless silence."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from menus.load import Loaded
from menus.menu import BACK, RESUME, SPECIAL, Menu, Route, consultation_of, routes
from menus.source import Fault


@dataclass(frozen=True)
class _Graph:
    loaded: Loaded

    @property
    def menus(self) -> Mapping[str, Menu]:
        return self.loaded.menus.menus

    def home(self, name: str) -> str:
        """Return where * leads from a menu that names no way back."""
        start = self.loaded.menus.start
        return start.text if self.menus[name].channel == "text" else start.back

    def targets(self, name: str, route: Route) -> set[str]:
        """Return the menus a route may enter; a gated menu may enter verification instead."""
        start = self.loaded.menus.start
        if route.go == RESUME:
            going = {other for other, menu in self.menus.items() if menu.needs} | {self.home(name)}
        elif route.go == BACK:
            going = {self.menus[name].back or self.home(name)}
        else:
            going = {name} if route.go in SPECIAL else {route.go}
        menu = self.menus[name]
        gated = any(self.menus[other].needs > menu.needs for other in going)
        verify = getattr(start.verify, menu.channel)
        return {other for other in going if self.menus[other].channel == menu.channel} | (
            {verify} if gated else set()
        )

    def onward(self, name: str) -> set[str]:
        """Return every menu one turn may lead to from here."""
        start, menu = self.loaded.menus.start, self.menus[name]
        found = set().union(*(self.targets(name, route) for _, route in routes(menu)))
        if menu.channel == "voice" and menu.is_question:
            found |= {
                menu.back or start.back,
                start.person.go,
                start.after_silence.go,
                start.after_unmatched.go,
            } | {wish.go.go for wish in start.everywhere if wish.go}
        if consultation_of(menu):
            found |= {getattr(start.failed, menu.channel)}
        return found

    def at_once(self, name: str) -> set[str]:
        """Return the menus this one may pass on to without stopping for the caller."""
        menu = self.menus[name]
        if menu.is_question or menu.wait or menu.transfer or menu.hang_up:
            return set()
        return set().union(*(self.targets(name, route) for _, route in routes(menu)))

    def in_silence(self, name: str) -> set[str]:
        """Return where a caller who stays silent for good is led from this menu."""
        menu = self.menus[name]
        if menu.listen or menu.hang_up or menu.transfer:
            return set()
        if menu.is_question:
            return self.targets(name, menu.give_up or self.loaded.menus.start.after_silence)
        return set().union(*(self.targets(name, route) for _, route in routes(menu)))


def graph_faults(loaded: Loaded) -> Iterator[Fault]:
    """Yield them in no order; every target must exist already."""
    graph = _Graph(loaded)
    start = loaded.menus.start
    reached = _reachable({start.voice, start.text, start.verify.voice, start.verify.text}, graph.onward)
    for name in loaded.menus.menus.keys() - reached:
        yield loaded.fault(name, (), f"no answer leads to '{name}'; lead there or take it out")
    for name in sorted(reached):
        if cycle := _cycle(name, graph.at_once):
            yield loaded.fault(
                name, (), f"{' -> '.join(cycle)} goes round without a question; break the circle"
            )
        elif cycle := _cycle(name, graph.in_silence):
            circle = " -> ".join(cycle)
            yield loaded.fault(
                name, (), f"a silent caller goes round for ever: {circle}; let one 'give_up' end it"
            )


def _reachable(begin: set[str], onward: Callable[[str], set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = set(begin)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= onward(name) - reached
    return reached


def _cycle(start: str, onward: Callable[[str], set[str]]) -> list[str]:
    """Return a way from a menu back to itself, or an empty list."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for name in sorted(onward(way[-1])):
            if name == start:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
