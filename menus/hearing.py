"""Faults of what may be said: phrases that an ear takes for each other or does not know, acts begun by voice.

What a caller says is told apart question by question, so phrases are compared within a question, and with
what may be said everywhere.
"""

from collections.abc import Callable, Iterable, Iterator

from menus.answers import normal, too_alike
from menus.load import Loaded
from menus.menu import Consultation, Menu, Menus, Start, Wish, consultation_of, routes
from menus.question import own_phrases
from menus.source import Fault
from menus.wording import not_spoken

Place = tuple[str | int, ...]
Found = Iterator[tuple[Place, str]]
# Returns of a phrase the words that an ear does not have.
Ear = Callable[[str], Iterable[str]]
# Who asks for as much assurance as this is about to change something.
_OF_AN_ACT = 3


def knows_all(_phrase: str) -> Iterable[str]:
    """Find nothing unknown: what an ear that writes down whatever it hears does not know."""
    return ()


# --- start.yaml --------------------------------------------------------------------------------------------


def start_faults(loaded: Loaded, unknown: Ear) -> Iterator[Fault]:
    """Yield what is wrong with the words that count everywhere."""
    source, start = loaded.sources["menus/start.yaml"], loaded.menus.start
    found = (*_unheard(_said_everywhere(start), unknown), *_wish_faults(start))
    yield from (source.fault(place, what) for place, what in found)


def _said_everywhere(start: Start) -> Iterator[tuple[Place, str]]:
    for name in ("yes", "no"):
        yield from (((name, number), words) for number, words in enumerate(getattr(start, name)))
    for number, wish in enumerate(start.everywhere):
        for part, listed in (("phrases", wish.phrases), ("alone", wish.alone)):
            yield from ((("everywhere", number, part, place), words) for place, words in enumerate(listed))


def _wish_faults(start: Start) -> Found:
    wishes = start.everywhere
    for number, wish in enumerate(wishes):
        for other in wishes[:number]:
            if other.answer == wish.answer:
                yield ("everywhere", number), f"'{wish.answer}' stands here a second time; put both together"
            yield from _alike_wishes(("everywhere", number), wish, other)


def _alike_wishes(place: Place, wish: Wish, other: Wish) -> Found:
    pairs = too_alike({"before": other.phrases, "now": wish.phrases})
    for _, theirs, _, mine, _ in pairs:
        yield (*place, "phrases", wish.phrases.index(mine)), _alike(mine, theirs, _meaning(other))


# --- one menu ----------------------------------------------------------------------------------------------


def menu_faults(loaded: Loaded, menu: Menu, unknown: Ear) -> Found:
    """Yield what is wrong with the words of one menu, each with its place in the menu."""
    if not menu.ask:
        for name in ("yes_no", "keys_only"):
            if getattr(menu, name):
                yield (name,), f"'{name}' is of no use without 'ask'; take it out"
        return
    if menu.yes_no and len(menu.ask) > 2:
        yield ("yes_no",), "a yes is key 1 and a no is key 2; more options than these are no yes or no"
    yield from _by_key(loaded.menus, menu)
    if menu.keys_only:
        for place, phrase in _phrases(menu):
            yield place, f"'{phrase}' is never listened for, because of 'keys_only'; take one of them out"
        return
    yield from _unheard(_phrases(menu), unknown)
    yield from _equal(loaded.menus.start, menu)
    yield from _alike_options(menu)
    for wish in loaded.menus.start.everywhere:
        yield from _like_a_wish(menu, wish)


def _phrases(menu: Menu) -> Iterator[tuple[Place, str]]:
    for key, listed in own_phrases(menu).items():
        yield from ((("ask", key, "phrases", number), phrase) for number, phrase in enumerate(listed))


def _unheard(listed: Iterable[tuple[Place, str]], unknown: Ear) -> Found:
    for place, phrase in listed:
        if not normal(phrase):
            yield place, f"'{phrase}' has no word in it; write what callers say"
        if sign := not_spoken(phrase):
            yield place, f"'{phrase}' has '{sign}', which no voice says well; write it in Hanzi"
        if lacking := "', '".join(unknown(phrase)):
            yield (
                place,
                f"the ear does not know '{lacking}' and never hears '{phrase}'; put it in other words",
            )


def _equal(start: Start, menu: Menu) -> Found:
    """Yield phrases that mean two things whoever hears them."""
    everywhere = ((words, wish) for wish in start.everywhere for words in (*wish.phrases, *wish.alone))
    taken = {normal(words): _meaning(wish) for words, wish in everywhere}
    for place, phrase in _phrases(menu):
        meaning = f"key {place[1]}"
        other = taken.setdefault(normal(phrase), meaning)
        if other != meaning:
            yield place, f"'{phrase}' already means {other}; one phrase can mean one thing"


def _alike_options(menu: Menu) -> Found:
    places = {(place[1], phrase): place for place, phrase in _phrases(menu)}
    for one, mine, other, theirs, _ in too_alike(own_phrases(menu)):
        if normal(mine) != normal(theirs):
            yield places[other, theirs], _alike(theirs, mine, f"key {one}")


def _like_a_wish(menu: Menu, wish: Wish) -> Found:
    for place, phrase in _phrases(menu):
        for _, _, _, theirs, _ in too_alike({"here": [phrase], "everywhere": wish.phrases})[:1]:
            if normal(phrase) != normal(theirs):
                yield place, _alike(phrase, theirs, _meaning(wish))


def _alike(phrase: str, other: str, meaning: str) -> str:
    return f"'{phrase}' sounds too much like '{other}', which means {meaning}; put one of them in other words"


def _meaning(wish: Wish) -> str:
    return f"key {wish.key} everywhere" if wish.key else f"'{wish.answer}' everywhere"


# --- by key only -------------------------------------------------------------------------------------------


def _by_key(menus: Menus, menu: Menu) -> Found:
    """Demand keys where an answer is an act: a wrong ear must not end anything for anybody."""
    for key, option in (menu.ask or {}).items():
        for service in _asked_at_once(menus, option.go, set()):
            if not menu.keys_only and _is_act(menus, service):
                what = f"key {key} leads to '{service.service}', an act, which no ear may begin"
                yield ("ask", key), f"{what}; write 'keys_only: true'"


def _asked_at_once(menus: Menus, name: str, seen: set[str]) -> Iterator[Consultation]:
    """Yield what services may be asked on entering a menu, before the caller is asked again."""
    menu = menus.menus.get(name)
    if name in seen or menu is None or menu.is_question:
        return
    seen.add(name)
    if consultation := consultation_of(menu):
        yield consultation
    for _, route in routes(menu):
        yield from _asked_at_once(menus, route.go, seen)


def _is_act(menus: Menus, consultation: Consultation) -> bool:
    """Whether a service needs the highest assurance, or acts on one thing that was chosen from a list."""
    declaration = menus.catalogue.get(consultation.service)
    needs = declaration.needs if declaration else 0
    return needs >= _OF_AN_ACT or not _item_values(menus).isdisjoint(consultation.arguments.values())


def _item_values(menus: Menus) -> set[str]:
    """Return the names of values that choosing an item gives."""
    outcomes = (each for declared in menus.catalogue.values() for each in declared.outcomes.values())
    return {name for outcome in outcomes for names in outcome.items.values() for name in names}
