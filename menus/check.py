"""Faults of the graph of menus, each with its file, its line and what would be right.

The proof about assurance is local and still complete: `step` enters a menu only with the assurance the menu
needs, so whatever a menu says or asks on any path is covered if it is covered by the menu's own `needs`.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import get_args

from menus.events import Fact
from menus.graph import graph_faults
from menus.hearing import Ear, knows_all, start_faults
from menus.hearing import menu_faults as hearing_faults
from menus.load import CONSTANTS, Loaded
from menus.menu import MEANINGS, SPECIAL, Line, Menu, Start, consultation_of, routes
from menus.question import MEANT
from menus.source import Fault
from menus.wording import Templates, wording_faults

Place = tuple[str | int, ...]
# Values that the core itself fills in.
_OWN_VALUES = frozenset({"key", "n", "keys", MEANT, *get_args(Fact)})
_TOLD_TO_A_PERSON = ("transfer", "tell")
_START_ROUTES = ("person", "after_silence", "after_unmatched")


def check(loaded: Loaded, templates: Templates | None = None, unknown_to_ear: Ear = knows_all) -> list[Fault]:
    """Return every fault, in the order of files and lines; an empty list means the menus may be used.

    `templates` are the texts that services write themselves, with the values each is given;
    `unknown_to_ear` returns of a phrase the words that the ear in use does not have.
    """
    faults = [*_start_faults(loaded), *wording_faults(loaded, templates or {}, _known_values(loaded))]
    faults += start_faults(loaded, unknown_to_ear)
    for rule in (_targets, _services, _wordings, _channels, _questions, _values, _assurance):
        for name, menu in loaded.menus.menus.items():
            faults.extend(loaded.fault(name, place, what) for place, what in rule(loaded, menu))
    for name, menu in loaded.menus.menus.items():
        heard = hearing_faults(loaded, menu, unknown_to_ear)
        faults.extend(loaded.fault(name, place, what) for place, what in heard)
    if not faults:
        faults.extend(graph_faults(loaded))
    return sorted(set(faults))


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


Found = Iterator[tuple[Place, str]]


# --- start.yaml --------------------------------------------------------------------------------------------


def _start_faults(loaded: Loaded) -> Iterator[Fault]:
    start, source = loaded.menus.start, loaded.sources["menus/start.yaml"]
    for place, channel, name in _start_menus(start):
        menu = loaded.menus.menus.get(name)
        if not menu:
            yield source.fault(place, f"there is no menu called '{name}'{_meant(name, loaded.menus.menus)}")
        elif menu.channel != channel:
            yield source.fault(place, f"'{name}' is a {menu.channel} menu; a {channel} menu is wanted here")
    yield from _start_wordings(loaded)


def _start_wordings(loaded: Loaded) -> Iterator[Fault]:
    start, source = loaded.menus.start, loaded.sources["menus/start.yaml"]
    for part, place, prompt in _start_prompts(start):
        for language, wording in getattr(loaded.menus, part).items():
            if prompt not in wording:
                yield source.fault(place, f"'{prompt}' has no wording in {part}/{language}.yaml")
    for name in ("silence", "unmatched"):
        if not getattr(start, name):
            yield source.fault((name,), f"'{name}' is empty; name what is said before we give up")
    first = loaded.menus.menus.get(start.text)
    for name in MEANINGS:
        if first and not getattr(first.listen, name, None):
            yield source.fault(
                ("text",), f"texts begin with '{start.text}', which must listen for '{name}' too"
            )


def _start_menus(start: Start) -> Iterator[tuple[Place, str, str]]:
    for channel in ("voice", "text"):
        yield (channel,), channel, getattr(start, channel)
        yield ("verify", channel), channel, getattr(start.verify, channel)
        yield ("failed", channel), channel, getattr(start.failed, channel)
    yield ("back",), "voice", start.back
    for name in _START_ROUTES:
        yield (name,), "voice", getattr(start, name).go
    for number, wish in enumerate(start.everywhere):
        if wish.go:
            yield ("everywhere", number, "go"), "voice", wish.go.go


def _start_prompts(start: Start) -> Iterator[tuple[str, Place, str]]:
    yield "prompts", ("slower",), start.slower
    for name in ("doubt", "unheard", "wait"):
        if getattr(start, name):
            yield "prompts", (name,), getattr(start, name)
    for name in ("silence", "unmatched"):
        yield from (("prompts", (name, number), prompt) for number, prompt in enumerate(getattr(start, name)))
    for line in start.expired:
        yield "prompts", ("expired",), line.prompt
        yield "texts", ("expired",), line.prompt
    for name in _START_ROUTES:
        yield from (("prompts", (name, "say"), line.prompt) for line in getattr(start, name).say)
    for number, wish in enumerate(start.everywhere):
        said = wish.go.say if wish.go else ()
        yield from (("prompts", ("everywhere", number, "go"), line.prompt) for line in said)


# --- one menu ----------------------------------------------------------------------------------------------


def _targets(loaded: Loaded, menu: Menu) -> Found:
    menus = loaded.menus.menus
    for place, route in routes(menu):
        if route.go in SPECIAL:
            continue
        if route.go not in menus:
            yield place, f"there is no menu called '{route.go}'{_meant(route.go, menus)}"
        elif menus[route.go].channel != menu.channel:
            yield (
                place,
                f"'{route.go}' is a {menus[route.go].channel} menu; a {menu.channel} menu cannot lead there",
            )
    if menu.back and menu.back not in menus:
        yield ("back",), f"there is no menu called '{menu.back}'{_meant(menu.back, menus)}"


def _services(loaded: Loaded, menu: Menu) -> Found:
    catalogue = loaded.menus.catalogue
    consultation = consultation_of(menu)
    if not consultation:
        return
    place: Place = ("enter", "consult") if menu.enter else ("consult",)
    declaration = catalogue.get(consultation.service)
    if not declaration:
        meant = _meant(consultation.service, catalogue)
        yield (*place, "service"), f"there is no service called '{consultation.service}'{meant}"
        return
    for outcome in declaration.outcomes.keys() - consultation.told.keys():
        yield (*place, "told"), f"'{consultation.service}' may answer '{outcome}'; say where that leads"
    for outcome in consultation.told.keys() - declaration.outcomes.keys():
        meant = _meant(outcome, declaration.outcomes)
        yield (*place, "told", outcome), f"'{consultation.service}' never answers '{outcome}'{meant}"
    for argument in consultation.arguments.keys() - declaration.takes:
        yield (*place, "arguments", argument), f"'{consultation.service}' takes no '{argument}'"
    if menu.enter and menu.enter.card and menu.enter.card not in catalogue:
        yield ("enter", "card"), f"there is no service called '{menu.enter.card}'"


def _wordings(loaded: Loaded, menu: Menu) -> Found:
    part = "texts" if menu.channel == "text" else "prompts"
    languages = loaded.menus.texts if menu.channel == "text" else loaded.menus.prompts
    for place, prompt in _prompts(menu):
        for language, wording in languages.items():
            if prompt not in wording:
                what = f"'{prompt}' has no wording in {part}/{language}.yaml{_meant(prompt, wording)}"
                yield place, what


def _prompts(menu: Menu) -> Iterator[tuple[Place, str]]:
    for place, line in _lines(menu):
        yield place, line.prompt
    for name in ("silence", "unmatched"):
        for number, prompt in enumerate(getattr(menu, name) or ()):
            yield (name, number), prompt
    if menu.about:
        yield ("about",), menu.about
    if menu.choose:
        yield ("choose", "prompt"), menu.choose.prompt
        yield ("choose", "more"), menu.choose.more
    if menu.enter:
        yield from ((("enter", "faults", kind), prompt) for kind, prompt in menu.enter.faults.items())


def _lines(menu: Menu) -> Iterator[tuple[Place, Line]]:
    for part in ("say", "help"):
        yield from (((part, number), line) for number, line in enumerate(getattr(menu, part)))
    if menu.transfer:
        yield from (((*_TOLD_TO_A_PERSON, number), line) for number, line in enumerate(menu.transfer.tell))
    for place, route in routes(menu):
        yield from (((*place, "say", number), line) for number, line in enumerate(route.say))


def _channels(_: Loaded, menu: Menu) -> Found:
    for kind in ("ask", "choose", "enter", "wait", "transfer"):
        if menu.channel == "text" and getattr(menu, kind):
            yield (kind,), f"a text menu cannot '{kind}'; write 'listen', whose headings are the answers"
    if menu.channel == "voice" and menu.listen:
        yield ("listen",), "a voice menu cannot 'listen'; write 'ask', or 'channel: text'"


def _questions(_: Loaded, menu: Menu) -> Found:
    if not menu.is_question or menu.listen:
        return
    for branch in ("silence", "unmatched"):
        if getattr(menu, branch) == () and not menu.give_up:
            yield (branch,), f"'{branch}' is empty; say with 'give_up' where that leads, or leave it out"
    if menu.ask:
        yield from _key_faults(menu)
    if menu.enter:
        needed = {"short", "long", *(("check", "ending") if menu.enter.number == "identity" else ())}
        for kind in sorted(needed - menu.enter.faults.keys()):
            yield ("enter", "faults"), f"say which prompt tells that the number is wrong: '{kind}'"


def _key_faults(menu: Menu) -> Found:
    keys = list(menu.ask or {})
    expected = [str(number) for number in range(1, len(keys) + 1)]
    if keys != expected:
        yield ("ask",), f"keys are {', '.join(keys)}; number them {', '.join(expected)}, in this order"


def _values(loaded: Loaded, menu: Menu) -> Found:
    """Names that nothing could ever fill in: slips of the pen."""
    known = _known_values(loaded)
    for place, line in _lines(menu):
        for value in filter(None, (line.when, line.unless, line.each)):
            if value not in known:
                yield place, f"no service and no route gives '{value}'{_meant(value, known)}"
    if menu.choose and menu.choose.items not in known:
        yield ("choose", "items"), f"no service gives '{menu.choose.items}'{_meant(menu.choose.items, known)}"
    for place, prompt in _prompts(menu):
        for value in loaded.menus.placeholders.get(prompt, ()):
            if value not in known:
                yield place, f"'{prompt}' wants {{{value}}}, which nothing gives{_meant(value, known)}"


def _known_values(loaded: Loaded) -> set[str]:
    known = {*_OWN_VALUES, *CONSTANTS}
    for declaration in loaded.menus.catalogue.values():
        for outcome in declaration.outcomes.values():
            known.update(outcome.values, *outcome.items.values())
    for menu in loaded.menus.menus.values():
        for _, route in routes(menu):
            known.update(route.give)
        for heading in menu.listen.headings if menu.listen else ():
            known.add(heading.rest)
    return known


def _assurance(loaded: Loaded, menu: Menu) -> Found:
    """Nothing personal unverified: every line and every service is covered by what the menu needs."""
    catalogue, levels = loaded.menus.catalogue, loaded.menus.levels
    consultation = consultation_of(menu)
    declaration = catalogue.get(consultation.service) if consultation else None
    if declaration and declaration.needs > menu.needs:
        yield (
            (),
            f"'{declaration.name}' needs assurance {declaration.needs}; write 'needs: {declaration.needs}'",
        )
    for place, line in _lines(menu):
        if place[: len(_TOLD_TO_A_PERSON)] == _TOLD_TO_A_PERSON:
            continue  # the caller does not hear it, and `step` leaves out what is not sure
        reached = menu.needs
        if declaration and "told" in place:
            outcome = declaration.outcomes.get(str(place[place.index("told") + 1]))
            reached = max(reached, (outcome.gives or 0) if outcome else 0)
        for value in loaded.menus.placeholders.get(line.prompt, ()):
            if levels.get(value, 0) > reached:
                yield (
                    place,
                    (
                        f"'{line.prompt}' says {{{value}}}, which needs assurance {levels[value]}, "
                        f"where only {reached} is sure; write 'needs: {levels[value]}'"
                    ),
                )
