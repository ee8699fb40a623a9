"""`step`: every transition of a conversation lives here, and nowhere else.

A pure function of menus, state and event. It knows no telephone, no web, no clock and no database. Every turn
ends in exactly one Ask, Wait, Transfer, HangUp, or a Consult that the host answers at once with Told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from menus import keying, knowledge, question, saying, waiting, written
from menus.actions import Action, Consult, HangUp, Say, Transfer, Wait
from menus.answers import Chosen, Doubtful
from menus.catalogue import EXPIRED, FAILED, WAITING
from menus.events import Arrived, Event, Left, Said, StayedSilent, Told, TransferEnded, Wrote
from menus.menu import (
    AGAIN,
    BACK,
    RESUME,
    Entry,
    Listening,
    Menu,
    Menus,
    Route,
    Transferring,
    consultation_of,
)
from menus.saying import ITEMS_AT_ONCE
from menus.state import State
from menus.values import Count, Items, Secret, Value, Values, Word

# After so many repetitions of one menu a person is better than a tenth.
REPETITIONS = 9


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
    turn = _turn(menus, state, event)
    return replace(turn, state=knowledge.without_secrets(turn.state))


def _turn(menus: Menus, state: State, event: Event) -> Turn:
    if state.looks and isinstance(event, Wrote):
        state = state.at(menus.start.text)  # whoever writes again meanwhile wants that answered
    elif state.looks and not isinstance(event, Told):
        return Turn((Consult(state.consulting, looks=state.looks),), state)
    menu = menus.menus[state.menu]
    match event:
        case Told():
            return _told(menus, state, menu, event)
        case StayedSilent():
            return _silent(menus, state, menu)
        case TransferEnded(outcome) if menu.transfer:
            if outcome == "answered":  # a person had the telephone: who has it now is not sure (SEC-05)
                state = knowledge.lowered(menus, replace(state, assurance=0))
            return _follow(menus, state, menu.transfer.ended[outcome])
        case _:
            return _answered(menus, state, menu, event)


def _over(state: State, said: tuple[Action, ...] = ()) -> Turn:
    return Turn((*said, HangUp()), replace(state, over=True))


# --- entering a menu ---------------------------------------------------------------------------------------


def _enter(menus: Menus, state: State, name: str, said: tuple[Action, ...] = ()) -> Turn:
    """Enter a menu, through verification where it needs more assurance than there is."""
    state = replace(state, about=menus.menus[name].about or state.about)
    if menus.menus[name].needs > state.assurance:
        state = replace(state, after=name)
        name = menus.start.verify.of(state.channel)
    elif name == state.after:
        state = replace(state, after="")  # reached by another way; nothing is left to resume
    menu = menus.menus[name]
    state = state.at(name)
    return _end(menus, state, menu, (*said, *saying.lines(menus, state, menu.say)))


def _follow(menus: Menus, state: State, route: Route, said: tuple[Action, ...] = ()) -> Turn:
    """Go where a route leads, saying its lines on the way."""
    said = (*said, *saying.lines(menus, state, route.say))
    if route.give:
        kept = {name: value for name, value in state.answers.items() if name not in route.give}
        given = {name: Word(text) for name, text in route.give.items() if text}
        state = replace(state, answers={**kept, **given})
    match route.go:
        case go if go == RESUME:
            target = state.after or _home(menus, state)
            if not menus.menus[target].say:  # what led there said it, long before the verification
                said = (*said, *saying.lines(menus, state, menus.menus[target].help))
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
        return Turn(
            (*said, Transfer(menu.transfer.to, _told_to_a_person(menus, state, menu.transfer))), state
        )
    return Turn((*said, *saying.offers(menus, state, menu), question.ask(menus.start, state, menu)), state)


def _told_to_a_person(menus: Menus, state: State, transfer: Transferring) -> tuple[Say, ...]:
    """Return who is calling and why, as far as the caller could hear it too."""
    if not transfer.tell:
        return ()
    about = saying.prompt(menus, state, state.about) if state.about else ()
    return (*saying.lines(menus, state, transfer.tell), *about)


# --- choosing among items ----------------------------------------------------------------------------------


def _item(menus: Menus, state: State, menu: Menu, key: str) -> Turn | None:
    items, more = saying.page(state, menu)
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
        return Turn((question.ask(menus.start, state, menu),), state)
    prompts = menus.start.silence if menu.silence is None else menu.silence
    tries = replace(state.tries, silent=state.tries.silent + 1)
    state = replace(state, tries=tries, pace="slow", kept=0, asked="")
    if tries.silent > len(prompts):
        return _follow(menus, state, menu.give_up or menus.start.after_silence)
    return _restate(menus, state, menu, saying.prompt(menus, state, prompts[tries.silent - 1]))


def _unmatched(
    menus: Menus, state: State, menu: Menu, said: tuple[Action, ...] | None = None, spoken: bool = False
) -> Turn:
    """Count a try; say what was wrong with it, or the prompt of this try and the menu again.

    `spoken` words that were not understood are the last that this menu listens for.
    """
    prompts = menus.start.unmatched if menu.unmatched is None else menu.unmatched
    tries = state.tries
    tries = replace(tries, unmatched=tries.unmatched + 1, unheard=tries.unheard + spoken)
    state = replace(state, tries=tries, kept=0, asked="")
    if tries.unmatched > len(prompts):
        return _follow(menus, state, menu.give_up or menus.start.after_unmatched)
    if said is not None:
        return _end(menus, state, menu, said)
    prompt = (menus.start.unheard if spoken else "") or prompts[tries.unmatched - 1]
    return _restate(menus, state, menu, saying.prompt(menus, state, prompt))


def _another_try(menus: Menus, state: State, said: tuple[Action, ...]) -> Turn:
    return _unmatched(menus, state, menus.menus[state.menu], said)


def _once_more(menus: Menus, state: State, menu: Menu, said: tuple[Action, ...], aloud: bool = True) -> Turn:
    """Answer a wish that costs no try, such as repeating, or ask back; but not for ever."""
    tries = replace(state.tries, repeated=state.tries.repeated + 1)
    state = replace(state, tries=tries)
    if tries.repeated > REPETITIONS:
        return _follow(menus, state, menu.give_up or menus.start.after_unmatched)
    if not aloud:
        return Turn((*said, question.ask(menus.start, state, menu)), state)
    if state.asked:
        return _ask_back(menus, state, menu, said)
    return _restate(menus, replace(state, kept=0), menu, said, repeat=True)


def _ask_back(menus: Menus, state: State, menu: Menu, said: tuple[Action, ...]) -> Turn:
    meant = {question.MEANT: question.meaning(menus.start, menu, state.asked)}
    asking = saying.filled(menus, state, menus.start.doubt, meant)
    return Turn((*said, *asking, question.ask(menus.start, state, menu)), state)


def _restate(menus: Menus, state: State, menu: Menu, said: tuple[Action, ...], repeat: bool = False) -> Turn:
    if repeat or menu.restate:
        said = (*said, *saying.lines(menus, state, (*menu.say, *menu.help)))
    return _end(menus, state, menu, said)


# --- answers -----------------------------------------------------------------------------------------------


def _answered(menus: Menus, state: State, menu: Menu, event: Event) -> Turn:
    if not menu.is_question:
        # Keys while we wait or transfer, or a transfer that ends where none was: still one way forward.
        return _once_more(menus, state, menu, ())
    if menu.listen:
        return _listened(menus, state, menu.listen, event)
    if isinstance(event, Said):
        return _heard(menus, state, menu, event)
    keys = question.keys_of(menu, event)
    if menu.enter and keys:
        return _entered(menus, state, menu, menu.enter, keys)
    key = keys.rstrip("#")
    if keys and not key:
        return _once_more(menus, state, menu, ())  # a habit, not an answer; but it has stopped the prompt
    in_doubt = bool(state.asked)
    state, answer = question.settled(state, key)
    return _chosen(menus, state, menu, answer) or _unmatched(menus, state, menu, spoken=in_doubt)


def _heard(menus: Menus, state: State, menu: Menu, said: Said) -> Turn:
    state, match = question.understood(menus.start, state, menu, said)
    if isinstance(match, Doubtful):
        return _once_more(menus, replace(state, asked=match.answer), menu, ())
    turn = _chosen(menus, state, menu, match.answer) if isinstance(match, Chosen) else None
    return turn or _unmatched(menus, state, menu, spoken=True)


def _chosen(menus: Menus, state: State, menu: Menu, answer: str) -> Turn | None:
    """Follow an answer, if the question has it."""
    return (
        _global(menus, state, menu, answer)
        or _option(menus, state, menu, answer)
        or _wish(menus, state, answer)
    )


def _global(menus: Menus, state: State, menu: Menu, key: str) -> Turn | None:
    """Answer the keys that mean the same everywhere: 0 person, 9 repeat, 8 slower, * back."""
    match key:
        case "0":
            return _follow(menus, state, menu.person or menus.start.person)
        case "9":
            return _once_more(menus, state, menu, ())
        case "8":
            state = replace(state, pace="slow")
            return _once_more(menus, state, menu, saying.prompt(menus, state, menus.start.slower))
        case "*":
            star = menu.enter.star if menu.enter else None
            return _follow(menus, state, star or Route(go=BACK))
        case _:
            return None


def _option(menus: Menus, state: State, menu: Menu, key: str) -> Turn | None:
    if menu.choose:
        return _item(menus, state, menu, key)
    option = next((option for name, option in (menu.ask or {}).items() if name == key), None)
    return _follow(menus, state, option) if option else None


def _wish(menus: Menus, state: State, answer: str) -> Turn | None:
    found = next((wish.go for wish in menus.start.everywhere if wish.go and wish.answer == answer), None)
    return _follow(menus, state, found) if found else None


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
        wrong = saying.filled(menus, state, entry.faults[judged.kind], {"n": Count(judged.by)})
        return _unmatched(menus, state, menu, tuple(wrong))
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
    wrote = event if isinstance(event, Wrote) else Wrote("")
    first = menus.menus[menus.start.text].listen or listening
    if found := written.asked_for(listening, first, wrote):
        heading, rest = found
        return _follow(menus, knowledge.with_rest(state, heading.rest, rest), heading.go)
    meaning = wrote.reading.meaning
    if meaning == "code":
        state = state.knowing({"keys": Secret(wrote.reading.digits)})
    name = "otherwise" if meaning == "unclear" else meaning
    route = getattr(listening, name) or getattr(first, name) or Route(go=menus.start.text)
    return _follow(menus, state, route)


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
    if told.outcome == WAITING and state.looks < waiting.LOOKS:
        return _wait(menus, state)
    state = replace(state, consulting="", looks=0)
    if told.outcome == EXPIRED:
        return _expired(menus, state)
    outcome = menus.catalogue[service].outcomes.get(told.outcome)
    if told.outcome == FAILED or outcome is None:
        return _enter(menus, state, menus.start.failed.of(state.channel))
    if service == "entry.keep":
        return Turn((question.ask(menus.start, state, menu),), state)
    if service == "entry.join" and menu.enter:
        return _judge(menus, state, menu, menu.enter, knowledge.keys_told(told))
    state = knowledge.learned(menus, state, service, told)
    consultation = consultation_of(menu)
    route = consultation.told.get(told.outcome) if consultation else None
    return (
        _follow(menus, state, route) if route else _enter(menus, state, menus.start.failed.of(state.channel))
    )


def _wait(menus: Menus, state: State) -> Turn:
    """Go on waiting for what a service has asked another machine, and say so when it takes long."""
    looks, filler = state.looks, menus.start.wait
    due = filler and state.channel == "voice" and looks == waiting.FILLER_AFTER
    said = saying.prompt(menus, state, filler) if due else ()
    wait = Wait(waiting.seconds(state.channel, looks))
    return Turn((*said, wait), replace(state, looks=looks + 1))


def _expired(menus: Menus, state: State) -> Turn:
    """The ten minutes are over: say so, verify again, and come back here (SEC-05)."""
    state = knowledge.lowered(menus, replace(state, assurance=0))
    return _enter(menus, state, state.menu, tuple(saying.lines(menus, state, menus.start.expired)))
