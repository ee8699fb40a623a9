"""What the page of a demo shows of a call over a socket: the words said and understood, and ready answers.

A stream carries only sound, so these come from the turns as they were stored, masked as they are there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ivr.channels.phone.demo import Piece, Saying
from ivr.channels.script import Passage, Script
from ivr.conversation import Answer, Conversations
from menus.actions import Ask
from menus.events import Said
from menus.menu import Menu, Menus, Start
from menus.question import own_phrases, phrases

_PERSON = "0"


@dataclass(frozen=True)
class Subtitles:
    """Reads the last turn of calls; `voice` says for people which voice speaks a passage."""

    conversations: Conversations
    script: Script
    voice: Callable[[Passage], str | None] = lambda _: None

    def of(self, call: str) -> Saying | None:
        """Return what was said last in a call, by the provider's name of it; None if nothing was."""
        told = self.conversations.told(call)
        if told is None:
            return None
        event, answer = told
        passages = self.script.passages(answer)
        ending = answer.turn.actions[-1]
        return Saying(
            answer.number,
            [
                Piece("".join(line.text for line in passage.lines), interruptible, self.voice(passage) or "")
                for passage, interruptible in zip(passages, (False, True), strict=True)
                if passage.lines
            ],
            event.words.strip("。,?! ") if isinstance(event, Said) else "",
            tuple(_sentences(answer)) if isinstance(ending, Ask) and ending.phrases else (),
            float(ending.seconds) if isinstance(ending, Ask) else 0.0,
        )


def everything_spoken(menus: Menus) -> tuple[str, ...]:
    """Return every sentence that may ever be offered: first a yes and a no, then those of the main menu."""
    main = menus.menus[menus.start.back]
    listed = [each for menu in (main, *menus.menus.values()) for each in of_menu(menus.start, menu)]
    return tuple(dict.fromkeys([*_yes_and_no(menus.start), *listed]))


def of_menu(start: Start, menu: Menu) -> Iterator[str]:
    """Yield a sentence for every answer to a question in words, the last a wish for a person."""
    if not menu.ask or menu.keys_only:
        return
    if menu.yes_no:
        yield from _yes_and_no(start)
        return
    for listed in own_phrases(menu).values():
        yield from listed[:1]
    # An ear took every shorter wish for a person for something else.
    if wishes := phrases(start, menu).get(_PERSON):
        yield max(wishes, key=len)


def _sentences(answer: Answer) -> Iterator[str]:
    start, state = answer.menus.start, answer.turn.state
    if state.asked:
        return iter(_yes_and_no(start))
    return of_menu(start, answer.menus.menus[state.menu])


def _yes_and_no(start: Start) -> tuple[str, ...]:
    """Return the longest yes and no: shorter ones are hard to hear."""
    return tuple(max(words, key=len) for words in (start.yes, start.no) if words)
