"""A passage in a document: our own voice is played from an address, the provider's is told the words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ivr.channels.markup import element
from ivr.channels.script import Passage
from ivr.channels.turn_token import TurnPassage, TurnTokens
from ivr.conversation import Answer

# A Hanzi is nine characters of a URL, of which a Say may have 4500.
LONGEST_SAY = 450
_SENTENCE = re.compile("[^。！？!?]*[。！？!?]*", re.DOTALL)


class Speaker(Protocol):
    """Makes the elements of a document that speak."""

    def speak(self, passage: Passage, answer: Answer, index: int) -> str:
        """Return the elements that speak a passage, the turn's first (0) or second (1); nothing for none."""
        ...


@dataclass(frozen=True, slots=True)
class ProvidersVoice:
    """Lets the provider's voice say the same Hanzi. It pauses where there is punctuation and has one pace."""

    def speak(self, passage: Passage, answer: Answer, index: int) -> str:
        """Return each line as Say, as several where it is longer than one may be."""
        return "".join(say(line.text) for line in passage.lines)


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """Plays a passage as one sound from our own doors below `public_url`, so that no gap is heard in it.

    `address` names the sound of a passage that is the same for everybody. The name is empty for what only
    one caller may hear, which gets an address of its own, and None for what none of our voices can say: the
    provider's does.
    """

    public_url: str
    address: Callable[[Passage], str | None]
    tokens: TurnTokens

    def speak(self, passage: Passage, answer: Answer, index: int) -> str:
        """Return the passage as Play."""
        if not passage.lines:
            return ""
        address = self.address(passage)
        if address is None:
            return self._opening(passage) + ProvidersVoice().speak(passage, answer, index)
        if not address:
            address = "turn/" + self.tokens.seal(TurnPassage(answer.conversation_id, answer.number, index))
        return element("Play", f"{self.public_url}/sound/{address}.wav")

    def _opening(self, passage: Passage) -> str:
        return element("Play", f"{self.public_url}/sound/silence/half.wav") if passage.opening else ""


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
