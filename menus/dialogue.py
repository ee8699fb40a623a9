"""`step`: every transition of a conversation lives here, and nowhere else.

A pure function of menus, state and event. It knows no telephone, no web, no clock and no database. Every turn
ends in exactly one Ask, Wait, Transfer, HangUp, or a Consult that the host answers at once with Told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from menus import answers, keying
from menus.actions import Action, Ask, Consult, HangUp, Say, Transfer, Wait
from menus.catalogue import EXPIRED, FAILED
from menus.events import Arrived, Event, Left, Pressed, Said, StayedSilent, Told, TransferEnded, Wrote
from menus.menu import AGAIN, BACK, RESUME, Entry, Line, Listening, Menu, Menus, Route, consultation_of
from menus.state import State
from menus.values import Count, Items, Secret, Value, Values, Word

# After so many repetitions of one menu a person is better than a tenth.
REPETITIONS = 9
ITEMS_AT_ONCE = 4
_YES_OR_NO = {True: "1", False: "2", None: ""}


@dataclass(frozen=True, slots=True)
class Turn:
    """What to do now, in order, and the state to remember."""

    actions: tuple[Action, ...]
    state: State


def begin(arrived: Arrived) -> State:
    """Return the state of a conversation in which nothing has been said yet."""
    facts: dict[str, Value] = {fact: Count(1) for fact in arrived.facts}
    return State("", arrived.channel, arrived.day, arrived.pace, answers=facts)


def step(menus: Menus, state: State, event: Event) -> Turn:
    """Return the turn that answers one event. Never raises for menus that passed the check."""
    if state.over or isinstance(event, Left):
        return _over(state)
    if not state.menu:
        first = _enter(menus, state, menus.start.of(state.channel))
        # A text conversation begins with what was written; a call with being greeted.
        return first if isinstance(event, Arrived) else step(menus, first.state, event)
    return _settled(_turn(menus, state, event))


def _settled(turn: Turn) -> Turn:
    """Forget keyed secrets as soon as no service is waiting for them."""
    known = turn.state.answers
    if turn.state.consulting or not any(isinstance(value, Secret) for value in known.values()):
        return turn
    kept = {name: value for name, value in known.items() if not isinstance(value, Secret)}
    return Turn(turn.actions, replace(turn.state, answers=kept))


def _turn(menus: Menus, state: State, event: Event) -> Turn:
    menu = menus.menus[state.menu]
    match event:
        case Told():
            return _told(menus, state, menu, event)
        case StayedSilent():
            return _silent(menus, state, menu)
        case TransferEnded(outcome) if menu.transfer:
            if outcome == "answered":  # a person had the telephone: who has it now is not sure (SEC-05)
                state = _lowered(menus, replace(state, assurance=0))
            return _follow(menus, state, menu.transfer.ended[outcome])
        case _:
            return _answered(menus, state, menu, event)


def _over(state: State, said: tuple[Action, ...] = ()) -> Turn:
    return Turn((*said, HangUp()), replace(state, over=True))


# --- entering a menu ---------------------------------------------------------------------------------------


def _enter(menus: Menus, state: State, name: str, said: tuple[Action, ...] = ()) -> Turn:
    """Enter a menu, through verification where it needs more assurance than there is."""
    if menus.menus[name].needs > state.assurance:
        state = replace(state, after=name)
        name = menus.start.verify.of(state.channel)
    elif name == state.after:
        state = replace(state, after="")  # reached by another way; nothing is left to resume
    menu = menus.menus[name]
    state = state.at(name)
    return _end(menus, state, menu, (*said, *_say(menus, state, menu.say)))


def _follow(menus: Menus, state: State, route: Route, said: tuple[Action, ...] = ()) -> Turn:
    """Go where a route leads, saying its lines on the way."""
    said = (*said, *_say(menus, state, route.say))
    if route.give:
        kept = {name: value for name, value in state.answers.items() if name not in route.give}
        given = {name: Word(text) for name, text in route.give.items() if text}
        state = replace(state, answers={**kept, **given})
    match route.go:
        case go if go == RESUME:
            target = state.after or _home(menus, state)
            if not menus.menus[target].say:  # what led there said it, long before the verification
                said = (*said, *_say(menus, state, menus.menus[target].help))
            return _enter(menus, replace(state, after=""), target, said)
        case go if go == BACK:
            return _back(menus, state, said)
        case go if go == AGAIN:
            return _another_try(menus, state, said)
        case go:
            return _enter(menus, state, go, said)


def _back(menus: Menus, state: State, said: tuple[Action, ...]) -> Turn:
    menu = menus.menus[state.menu]
    target = menu.back or _home(menus, state)
    if target == state.menu:
        return _once_more(menus, state, menu, said)
    return _enter(menus, state, target, said)


def _home(menus: Menus, state: State) -> str:
    return menus.start.text if state.channel == "text" else menus.start.back


def _end(menus: Menus, state: State, menu: Menu, said: tuple[Action, ...]) -> Turn:
    """End the turn with the one thing the menu does after its lines."""
    if menu.consult:
        return _consult(menus, state, menu.consult.service, said, _arguments(state, menu))
    if menu.go:
        return _follow(menus, state, menu.go, said)
    if menu.hang_up:
        return _over(state, said)
    if menu.wait:
        return Turn((*said, Wait(menu.wait.seconds)), state)
    if menu.transfer:
        return Turn((*said, Transfer(menu.transfer.to)), state)
    return Turn((*said, *_offers(menus, state, menu), _ask(state, menu)), state)


def _say(menus: Menus, state: State, lines: Iterable[Line]) -> Iterable[Say]:
    for line in lines:
        if (line.when and not _given(state, line.when, line)) or _given(state, line.unless, line):
            continue
        if not line.each:
            yield from _said(menus, state, line, state.answers)
            continue
        items = state.answers.get(line.each)
        for item in items.items[line.skip :][: line.most] if isinstance(items, Items) else ():
            yield from _said(menus, state, line, {**state.answers, **item})


def _given(state: State, name: str, line: Line) -> bool:
    """Whether a value is there; of a list, whether more of it is than the line skips."""
    value = state.answers.get(name)
    return len(value.items) > line.skip if isinstance(value, Items) else value is not None


def _said(menus: Menus, state: State, line: Line, known: Values) -> Iterable[Say]:
    """Say one line; not at all where a value is missing or is not for this caller yet."""
    names = menus.placeholders[line.prompt]
    if all(name in known and menus.levels.get(name, 0) <= state.assurance for name in names):
        yield Say(line.prompt, {name: known[name] for name in names}, line.interruptible)


def _ask(state: State, menu: Menu) -> Ask:
    slower = 1.5 if state.pace == "slow" else 1
    if not menu.enter:
        phrases = tuple(phrase for option in (menu.ask or {}).values() for phrase in option.phrases)
        return Ask(keys=1, seconds=round((menu.seconds or 8) * slower), phrases=phrases)
    length = keying.LENGTHS[menu.enter.number]
    return Ask(
        keys=length - state.kept,
        seconds=round((menu.seconds or 8) * slower),
        finish=True,
        secret=True,
    )


# --- choosing among items ----------------------------------------------------------------------------------


def _page(state: State, menu: Menu) -> tuple[tuple[Values, ...], bool]:
    """Return the items offered now, and whether key 4 leads to more."""
    listed = state.answers.get(menu.choose.items) if menu.choose else None
    items = listed.items if isinstance(listed, Items) else ()
    if len(items) <= ITEMS_AT_ONCE:
        return items, False
    size = ITEMS_AT_ONCE - 1
    return items[state.page * size :][:size], True


def _offers(menus: Menus, state: State, menu: Menu) -> Iterable[Say]:
    if not menu.choose:
        return
    items, more = _page(state, menu)
    for number, item in enumerate(items, start=1):
        line = Line(prompt=menu.choose.prompt)
        yield from _said(menus, state, line, {**state.answers, **item, "key": Count(number)})
    if more:
        yield from _said(menus, state, Line(prompt=menu.choose.more), state.answers)


def _chosen(menus: Menus, state: State, menu: Menu, key: str) -> Turn | None:
    items, more = _page(state, menu)
    if more and key == str(ITEMS_AT_ONCE):
        listed = state.answers[menu.choose.items] if menu.choose else Items(())
        count = len(listed.items) if isinstance(listed, Items) else 0
        pages = -(-count // (ITEMS_AT_ONCE - 1))
        return _once_more(menus, replace(state, page=(state.page + 1) % pages), menu, ())
    if menu.choose and key.isdecimal() and 1 <= int(key) <= len(items):
        return _follow(menus, state.knowing(items[int(key) - 1]), menu.choose.go)
    return None


# --- silence, repetition, not understood -------------------------------------------------------------------


def _silent(menus: Menus, state: State, menu: Menu) -> Turn:
    if menu.wait:
        return _follow(menus, state, menu.wait.go)
    if not menu.is_question:
        return _once_more(menus, state, menu, ())
    if menu.enter and menu.enter.number == "identity" and not state.tries.granted:
        # Sixteen seconds to find the card: the first silence is listened through (decisions 11).
        state = replace(state, tries=replace(state.tries, granted=1))
        return Turn((_ask(state, menu),), state)
    prompts = menus.start.silence if menu.silence is None else menu.silence
    tries = replace(state.tries, silent=state.tries.silent + 1)
    state = replace(state, tries=tries, pace="slow", kept=0)
    if tries.silent > len(prompts):
        return _follow(menus, state, menu.give_up or menus.start.after_silence)
    said = tuple(_say(menus, state, [Line(prompt=prompts[tries.silent - 1])]))
    return _restate(menus, state, menu, said)


def _unmatched(menus: Menus, state: State, menu: Menu, said: tuple[Action, ...] | None = None) -> Turn:
    """Count a try; say what was wrong with it, or the prompt of this try and the menu again."""
    prompts = menus.start.unmatched if menu.unmatched is None else menu.unmatched
    tries = replace(state.tries, unmatched=state.tries.unmatched + 1)
    state = replace(state, tries=tries, kept=0)
    if tries.unmatched > len(prompts):
        return _follow(menus, state, menu.give_up or menus.start.after_unmatched)
    if said is not None:
        return _end(menus, state, menu, said)
    return _restate(
        menus, state, menu, tuple(_say(menus, state, [Line(prompt=prompts[tries.unmatched - 1])]))
    )


def _another_try(menus: Menus, state: State, said: tuple[Action, ...]) -> Turn:
    return _unmatched(menus, state, menus.menus[state.menu], said)


def _once_more(menus: Menus, state: State, menu: Menu, said: tuple[Action, ...], aloud: bool = True) -> Turn:
    """Answer a wish that costs no try, such as repeating; but not for ever."""
    tries = replace(state.tries, repeated=state.tries.repeated + 1)
    state = replace(state, tries=tries)
    if tries.repeated > REPETITIONS:
        return _follow(menus, state, menu.give_up or menus.start.after_unmatched)
    if not aloud:
        return Turn((*said, _ask(state, menu)), state)
    return _restate(menus, replace(state, kept=0), menu, said, repeat=True)


def _restate(menus: Menus, state: State, menu: Menu, said: tuple[Action, ...], repeat: bool = False) -> Turn:
    if repeat or menu.restate:
        said = (*said, *_say(menus, state, (*menu.say, *menu.help)))
    return _end(menus, state, menu, said)


# --- answers -----------------------------------------------------------------------------------------------


def _answered(menus: Menus, state: State, menu: Menu, event: Event) -> Turn:
    if not menu.is_question:
        # Keys while we wait or transfer, or a transfer that ends where none was: still one way forward.
        return _once_more(menus, state, menu, ())
    if menu.listen:
        return _listened(menus, state, menu.listen, event)
    keys = _keys_of(menu, event)
    if menu.enter and keys:
        return _entered(menus, state, menu, menu.enter, keys)
    key = keys.rstrip("#")
    if keys and not key:
        return _once_more(menus, state, menu, ())  # a habit, not an answer; but it has stopped the prompt
    return (
        _global(menus, state, menu, key) or _option(menus, state, menu, key) or _unmatched(menus, state, menu)
    )


def _keys_of(menu: Menu, event: Event) -> str:
    """Return the keys an event stands for; words count as the key of the option they name."""
    match event:
        case Pressed(keys):
            return keys
        case Said(words, _, reading) | Wrote(words, reading) if menu.ask:
            if len(reading.digits) == 1:
                return reading.digits
            phrases = {str(key): option.phrases for key, option in menu.ask.items()}
            return answers.choose(phrases, words) or _YES_OR_NO[reading.yes]
        case Wrote(_, reading):
            return reading.digits
        case _:
            return ""


def _global(menus: Menus, state: State, menu: Menu, key: str) -> Turn | None:
    """Answer the keys that mean the same everywhere: 0 person, 9 repeat, 8 slower, * back."""
    match key:
        case "0":
            return _follow(menus, state, menu.person or menus.start.person)
        case "9":
            return _once_more(menus, state, menu, ())
        case "8":
            state = replace(state, pace="slow")
            said = tuple(_say(menus, state, [Line(prompt=menus.start.slower)]))
            return _once_more(menus, state, menu, said)
        case "*":
            star = menu.enter.star if menu.enter else None
            return _follow(menus, state, star or Route(go=BACK))
        case _:
            return None


def _option(menus: Menus, state: State, menu: Menu, key: str) -> Turn | None:
    if menu.choose:
        return _chosen(menus, state, menu, key)
    option = next((option for name, option in (menu.ask or {}).items() if name == key), None)
    return _follow(menus, state, option) if option else None


# --- numbers -----------------------------------------------------------------------------------------------


def _entered(menus: Menus, state: State, menu: Menu, entry: Entry, keys: str) -> Turn:
    if state.kept:
        return _consult(menus, state, "entry.join", (), {"keys": Secret(keys)})
    if entry.star and not keys.strip("*"):
        keys = "*"  # pressed again because nothing was heard yet: the other way is still what is meant
    if keys == "#":
        # Left over from the question before: who ends everything with # is not told off for it (D5).
        return _once_more(menus, state, menu, ())
    return _global(menus, state, menu, keys.rstrip("#")) or _judge(menus, state, menu, entry, keys)


def _judge(menus: Menus, state: State, menu: Menu, entry: Entry, keys: str) -> Turn:
    judged = keying.judge(entry.number, keys, state.day)
    if isinstance(judged, keying.Unfinished):
        return _unfinished(menus, state, menu, judged.keys)
    if isinstance(judged, keying.Wrong):
        line = Line(prompt=entry.faults[judged.kind])
        return _unmatched(menus, state, menu, tuple(_said(menus, state, line, {"n": Count(judged.by)})))
    service = entry.card if judged.kind == "card" else entry.consult.service
    if not service:
        return _unmatched(menus, state, menu)
    arguments = {**_arguments(state, menu), "keys": Secret(judged.keys)}
    return _consult(menus, replace(state, kept=0), service, (), arguments)


def _unfinished(menus: Menus, state: State, menu: Menu, rest: str) -> Turn:
    """The caller started over: keep what came after the last *, and gather the rest in silence."""
    state = replace(state, kept=len(rest))
    turn = _once_more(menus, state, menu, (), aloud=False)
    if not rest or turn.state.menu != state.menu:
        return turn
    return _consult(menus, turn.state, "entry.keep", (), {"keys": Secret(rest)})


# --- text messages -----------------------------------------------------------------------------------------


def _listened(menus: Menus, state: State, listening: Listening, event: Event) -> Turn:
    """Answer a text by the menu's own listening first, then by that of the menu where texts begin."""
    text = event.text if isinstance(event, Wrote) else ""
    meaning = event.reading.meaning if isinstance(event, Wrote) else "unclear"
    first = menus.menus[menus.start.text].listen or listening
    for headings in (listening.headings, first.headings):
        for heading in headings:
            rest = answers.heading(heading.words, text)
            if rest is not None:
                return _follow(menus, _with_rest(state, heading.rest, rest), heading.go)
    if meaning == "code" and isinstance(event, Wrote):
        state = state.knowing({"keys": Secret(event.reading.digits)})
    name = "otherwise" if meaning == "unclear" else meaning
    route = getattr(listening, name) or getattr(first, name) or Route(go=menus.start.text)
    return _follow(menus, state, route)


def _with_rest(state: State, name: str, rest: str) -> State:
    known = {key: value for key, value in state.answers.items() if key != name}
    if name and rest:
        known[name] = (
            Count(int(rest)) if rest.isascii() and rest.isdecimal() and len(rest) < 4 else Word(rest)
        )
    return replace(state, answers=known)


# --- services ----------------------------------------------------------------------------------------------


def _arguments(state: State, menu: Menu) -> dict[str, Value]:
    consultation = consultation_of(menu)
    named: Mapping[str, str] = consultation.arguments if consultation else {}
    return {name: state.answers[value] for name, value in named.items() if value in state.answers}


def _consult(menus: Menus, state: State, service: str, said: tuple[Action, ...], arguments: Values) -> Turn:
    """Ask a service, unless it needs more assurance than there is: then verification comes first."""
    if menus.catalogue[service].needs > state.assurance:
        state = replace(state, after=state.menu)
        return _enter(menus, state, menus.start.verify.of(state.channel), said)
    return Turn((*said, Consult(service, arguments)), replace(state, consulting=service))


def _told(menus: Menus, state: State, menu: Menu, told: Told) -> Turn:
    service = state.consulting
    if not service:
        return _once_more(menus, state, menu, ()) if menu.is_question else _end(menus, state, menu, ())
    state = replace(state, consulting="")
    if told.outcome == EXPIRED:
        return _expired(menus, state)
    outcome = menus.catalogue[service].outcomes.get(told.outcome)
    if told.outcome == FAILED or outcome is None:
        return _enter(menus, state, menus.start.failed.of(state.channel))
    if service == "entry.keep":
        return Turn((_ask(state, menu),), state)
    if service == "entry.join" and menu.enter:
        return _judge(menus, state, menu, menu.enter, _keys(told))
    state = _learned(menus, state, service, told)
    consultation = consultation_of(menu)
    route = consultation.told.get(told.outcome) if consultation else None
    return (
        _follow(menus, state, route) if route else _enter(menus, state, menus.start.failed.of(state.channel))
    )


def _keys(told: Told) -> str:
    keys = told.values.get("keys")
    return keys.keys if isinstance(keys, Secret) else ""


def _learned(menus: Menus, state: State, service: str, told: Told) -> State:
    """Take over what a service told: its declared values, and no more assurance than it may give.

    Whatever the service could have told and did not is forgotten, so that no old figure is said again.
    """
    declaration = menus.catalogue[service]
    declared = {name for outcome in declaration.outcomes.values() for name in outcome.values}
    outcome = declaration.outcomes[told.outcome]
    kept = {name: value for name, value in state.answers.items() if name not in declared}
    new = {name: value for name, value in told.values.items() if name in outcome.values}
    state = replace(state, answers={**kept, **new})
    if told.assurance is None:
        return state
    return _lowered(
        menus, replace(state, assurance=min(told.assurance, max(outcome.gives or 0, state.assurance)))
    )


def _lowered(menus: Menus, state: State) -> State:
    """Forget what the assurance no longer allows to say."""
    allowed = {
        name: value for name, value in state.answers.items() if menus.levels.get(name, 0) <= state.assurance
    }
    return replace(state, answers=allowed)


def _expired(menus: Menus, state: State) -> Turn:
    """The ten minutes are over: say so, verify again, and come back here (SEC-05)."""
    state = _lowered(menus, replace(state, assurance=0))
    return _enter(menus, state, state.menu, tuple(_say(menus, state, menus.start.expired)))
