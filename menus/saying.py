"""What a turn says: lines with their values, never one that this caller may not hear yet."""

from collections.abc import Iterable

from menus.actions import Say
from menus.menu import Line, Menu, Menus
from menus.state import State
from menus.values import Count, Items, Values

ITEMS_AT_ONCE = 4


def lines(menus: Menus, state: State, listed: Iterable[Line]) -> Iterable[Say]:
    """Yield what is said of some lines: those whose values are there, lists item by item."""
    for line in listed:
        if (line.when and not _given(state, line.when, line)) or _given(state, line.unless, line):
            continue
        if not line.each:
            yield from filled(menus, state, line.prompt, state.answers, line.interruptible)
            continue
        items = state.answers.get(line.each)
        for item in items.items[line.skip :][: line.most] if isinstance(items, Items) else ():
            yield from filled(menus, state, line.prompt, {**state.answers, **item}, line.interruptible)


def prompt(menus: Menus, state: State, name: str) -> tuple[Say, ...]:
    """Return one prompt with what is known."""
    return tuple(filled(menus, state, name, state.answers))


def _given(state: State, name: str, line: Line) -> bool:
    """Whether a value is there; of a list, whether more of it is than the line skips."""
    value = state.answers.get(name)
    return len(value.items) > line.skip if isinstance(value, Items) else value is not None


def filled(menus: Menus, state: State, name: str, known: Values, interruptible: bool = True) -> Iterable[Say]:
    """Yield one prompt; not at all where a value is missing or is not for this caller yet."""
    places = menus.placeholders[name]
    if all(place in known and menus.levels.get(place, 0) <= state.assurance for place in places):
        yield Say(name, {place: known[place] for place in places}, interruptible)


def page(state: State, menu: Menu) -> tuple[tuple[Values, ...], bool]:
    """Return the items offered now, and whether key 4 leads to more."""
    listed = state.answers.get(menu.choose.items) if menu.choose else None
    items = listed.items if isinstance(listed, Items) else ()
    if len(items) <= ITEMS_AT_ONCE:
        return items, False
    size = ITEMS_AT_ONCE - 1
    return items[state.page * size :][:size], True


def offers(menus: Menus, state: State, menu: Menu) -> Iterable[Say]:
    """Yield the items that a menu offers now, each with its key, and that there are more."""
    if not menu.choose:
        return
    items, more = page(state, menu)
    for number, item in enumerate(items, start=1):
        yield from filled(menus, state, menu.choose.prompt, {**state.answers, **item, "key": Count(number)})
    if more:
        yield from prompt(menus, state, menu.choose.more)
