"""A question: what it listens for, and which of its answers a key or spoken words give.

An answer is known by its key; a wish that may be said in any question and has no key, by its first phrase.
While an asking back is open ("do you mean the balance?"), 1 is a yes to it and 2 a no.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from menus import answers, keying
from menus.actions import Ask
from menus.answers import Chosen, Doubtful, Match, NotUnderstood
from menus.events import Event, Pressed, Reading, Said, Wrote
from menus.menu import Menu, Menus, Start
from menus.state import State
from menus.values import Word

# The name of what was understood, in the prompt that asks back.
MEANT = "meant"
_YES, _NO = "1", "2"
_YES_OR_NO = {True: _YES, False: _NO, None: ""}
# Answers that say the question again, and leave what is asked back open.
_SAID_AGAIN = frozenset("89")

Phrases = Mapping[str, tuple[str, ...]]


def ask(start: Start, state: State, menu: Menu) -> Ask:
    """Return what a question listens for."""
    slower = 1.5 if state.pace == "slow" else 1
    seconds = round((menu.seconds or 8) * slower)
    if not menu.enter:
        return Ask(keys=1, seconds=seconds, phrases=_listened_for(start, state, menu))
    length = keying.LENGTHS[menu.enter.number]
    return Ask(keys=length - state.kept, seconds=seconds, finish=True, secret=True)


def _listened_for(start: Start, state: State, menu: Menu) -> tuple[str, ...]:
    if not _hears(state, menu):
        return ()
    yes_or_no = (*start.yes, *start.no) if menu.yes_no or state.asked else ()
    listed = [*yes_or_no, *(phrase for each in phrases(start, menu).values() for phrase in each)]
    alone = [words for wish in start.everywhere for words in wish.alone]
    return tuple(dict.fromkeys([*listed, *alone]))


def _hears(state: State, menu: Menu) -> bool:
    """Whether words may answer: never a number, nor where the menu wants keys or has failed to hear once."""
    return bool(menu.ask) and not menu.keys_only and not state.tries.unheard


def own_phrases(menu: Menu) -> Phrases:
    """Return the phrases of the options of a menu, by key."""
    return {str(key): option.phrases for key, option in (menu.ask or {}).items()}


def phrases(start: Start, menu: Menu) -> Phrases:
    """Return what may be said to a question, by answer: its own phrases and those that count everywhere."""
    return {**own_phrases(menu), **{wish.answer: wish.phrases for wish in start.everywhere}}


def meanings(menus: Menus) -> tuple[Word, ...]:
    """Return all that can be asked back about: of each answer to any question its first phrase."""
    questions = [menu for menu in menus.menus.values() if menu.ask and not menu.keys_only]
    listed = [own_phrases(menu) for menu in questions]
    everywhere = {wish.answer: wish.phrases for wish in menus.start.everywhere}
    first = [each[0] for by_answer in (*listed, everywhere) for each in by_answer.values() if each]
    return tuple(map(Word, dict.fromkeys(first)))


def meaning(start: Start, menu: Menu, answer: str) -> Word:
    """Return the words by which an answer is asked back about."""
    return Word(phrases(start, menu)[answer][0])


def keys_of(menu: Menu, event: Event) -> str:
    """Return the keys an event stands for; written words count as the key of the option they name."""
    match event:
        case Pressed(keys):
            return keys
        case Wrote(words, reading) if menu.ask:
            if len(reading.digits) == 1:
                return reading.digits
            return answers.choose(own_phrases(menu), words) or _YES_OR_NO[reading.yes]
        case Wrote(_, reading):
            return reading.digits
        case _:
            return ""


def settled(state: State, key: str) -> tuple[State, str]:
    """Return which answer a key gives, and the state in which nothing is asked back any more.

    8 and 9 only want to hear it again.
    """
    if key in _SAID_AGAIN:
        return state, key
    answer = {_YES: state.asked, _NO: ""}.get(key, key) if state.asked else key
    return replace(state, asked=""), answer


def understood(start: Start, state: State, menu: Menu, said: Said) -> tuple[State, Match]:
    """Return what spoken words mean, and the state as `settled` leaves it.

    Who was asked back is not asked back a second time: by then keys are better.
    """
    if not _hears(state, menu):
        return replace(state, asked=""), NotUnderstood()
    key = _digit(said.reading) or (_YES_OR_NO[said.reading.yes] if state.asked else "")
    if key:
        return _chosen(*settled(state, key))
    found = NotUnderstood() if _is_number(said.reading) else _weighed(start, menu, said)
    if isinstance(found, Doubtful) and start.doubt and not state.asked:
        return state, found
    if not isinstance(found, Chosen):
        return replace(state, asked=""), NotUnderstood()
    return state if found.answer in _SAID_AGAIN else replace(state, asked=""), found


def _chosen(state: State, answer: str) -> tuple[State, Match]:
    return state, Chosen(answer) if answer else NotUnderstood()


def _digit(reading: Reading) -> str:
    """Return the one digit that was heard, unless its sound is that of other words too: then it is none."""
    return reading.digits if len(reading.digits) == 1 and reading.sure else ""


def _is_number(reading: Reading) -> bool:
    """Whether all that was said are several digits: one and two sound nearly as 余额 does."""
    return len(reading.digits) > 1 and reading.sure


def _weighed(start: Start, menu: Menu, said: Said) -> Match:
    known = phrases(start, menu)
    with_alone = {**known, **dict(_alone(start))}
    found = _matched(known, with_alone, said.words)
    yes_or_no = _YES_OR_NO[said.reading.yes] if menu.yes_no else ""
    if yes_or_no and isinstance(found, NotUnderstood):
        found = Chosen(yes_or_no)
    weighed = answers.weighed(found, said.confidence, _matched(known, with_alone, said.perhaps))
    # A yes or a no that has no phrase cannot be asked back about.
    nameless = isinstance(weighed, Doubtful) and not known.get(weighed.answer)
    return NotUnderstood() if nameless else weighed


def _matched(known: Phrases, with_alone: Phrases, words: str) -> Match:
    alone = answers.choose(with_alone, words)
    return Chosen(alone) if alone else answers.match(known, words)


def _alone(start: Start) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((wish.answer, (*wish.phrases, *wish.alone)) for wish in start.everywhere)
