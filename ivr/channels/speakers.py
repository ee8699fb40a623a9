"""A line as part of a document: our own voice is played from an address, the provider's is told the words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.channels.markup import element
from ivr.channels.script import Line
from ivr.channels.turn_token import TurnLine, TurnTokens
from ivr.conversation import Answer

# A Hanzi is nine characters of a URL, of which a Say may have 4500.
LONGEST_SAY = 450
_SENTENCE = re.compile("[^。！？!?]*[。！？!?]*", re.DOTALL)


class Speaker(Protocol):
    """Makes the elements of a document that speak."""

    def speak(self, line: Line, answer: Answer, index: int) -> str:
        """Return the elements that speak one line, the line number `index` of the turn."""
        ...

    def opening(self, answer: Answer) -> str:
        """Return what stands before the first line of a turn: nothing, or a moment of silence."""
        ...


@dataclass(frozen=True, slots=True)
class ProvidersVoice:
    """Lets the provider's voice say the same Hanzi. It pauses where there is punctuation and has one pace."""

    def speak(self, line: Line, answer: Answer, index: int) -> str:
        """Return the line as Say, as several where it is longer than one may be."""
        return say(line.text)

    def opening(self, answer: Answer) -> str:
        """Return nothing: common to all engines is no way to be silent without a sound of ours."""
        return ""


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """Plays sounds from our own doors below `public_url`.

    `digest` names the sound of a text at a pace; what only one caller may hear gets an address of its own.
    `works` tells whether the voice can speak at present: while it cannot, only what is `rendered` is played
    and the provider's voice says the rest.
    """

    public_url: str
    digest: Callable[[str, float], str]
    tokens: TurnTokens
    works: Callable[[], bool] = lambda: True
    rendered: Callable[[str, float], bool] = lambda _text, _pace: False

    def speak(self, line: Line, answer: Answer, index: int) -> str:
        """Return the line as Play."""
        if not self.works() and not (line.fixed and self.rendered(line.text, line.pace)):
            return say(line.text)
        if line.fixed:
            return element("Play", f"{self.public_url}/sound/{self.digest(line.text, line.pace)}.wav")
        token = self.tokens.seal(TurnLine(answer.conversation_id, answer.number, index))
        return element("Play", f"{self.public_url}/sound/turn/{token}.wav")

    def opening(self, answer: Answer) -> str:
        """Return half a second of silence: who has just pressed a key takes the telephone back to the ear."""
        return element("Play", f"{self.public_url}/sound/silence/half.wav") if answer.number > 1 else ""


def say(text: str) -> str:
    """Return a text as Say, cut between sentences, and if need be within, so that none is too long."""
    return "".join(element("Say", part, language="zh-CN") for part in _parts(text))


def _parts(text: str) -> list[str]:
    parts = [""]
    for sentence in _SENTENCE.findall(text):
        if parts[-1] and len(parts[-1]) + len(sentence) > LONGEST_SAY:
            parts.append("")
        parts[-1] += sentence
    return [part[start : start + LONGEST_SAY] for part in parts for start in range(0, len(part), LONGEST_SAY)]
