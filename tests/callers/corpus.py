"""What test callers say: sentences that mean an answer of a question, sentences and noises that mean none.

All shipped phrases are among them. Who says a sentence, and how fast, is drawn by its digest and a seed: the
same for every run, and no matter which other sentences there are.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from menus.answers import normal
from menus.menu import Menu, Menus
from menus.pronunciation import sounds
from menus.question import own_phrases, phrases
from speech.voices.kokoro_files import SPEAKERS

PACES = (0.85, 1.05, 1.3)
"""How fast callers speak: 150, 190 and 230 Hanzi a minute within a sentence."""
PHRASE, SENTENCE, REFUSED, NOISE = "phrase", "sentence", "refused", "noise"
TAKES = 5
"""How often each noise is heard, always another of its kind."""
_HERE = Path(__file__).parent

Asked = Mapping[str, Mapping[str, Sequence[str]]]
"""By menu, by answer: what is said."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one caller says to the question of a menu.

    `answer` is what they mean, "" for none. A `kind` with an answer is a phrase of the menus, word for word,
    or a sentence. `held_out` sentences are never looked at to make anything better. The `words` of a noise
    are its name and its number.
    """

    menu: str
    words: str
    answer: str
    kind: str
    held_out: bool
    speaker: str
    pace: float

    @property
    def is_noise(self) -> bool:
        """Whether nobody speaks."""
        return self.kind == NOISE


@dataclass(frozen=True, slots=True)
class Draw:
    """Who may speak, and the seed that draws who says what to whom."""

    seed: int = 1
    speakers: Sequence[str] = tuple(sorted(SPEAKERS))

    def utterance(self, menu: str, words: str, answer: str, kind: str, number: int) -> Utterance:
        """Give words to a caller; every second is held out."""
        chance = self.chance(f"{menu}/{words}")
        speaker, pace = chance.choice(self.speakers), chance.choice(PACES)
        return Utterance(menu, words, answer, kind, number % 2 == 1, speaker, pace)

    def chance(self, words: str) -> random.Random:
        """Return what draws for these words."""
        return random.Random(f"{self.seed}/{words}")


def utterances(menus: Menus, draw: Draw) -> list[Utterance]:
    """Return all that is said, first what means an answer, in the order of the files."""
    return [*_asked(menus, draw), *_unasked(menus, draw)]


def shortened(listed: Sequence[Utterance], asked: int, unasked: int) -> list[Utterance]:
    """Return so many of both, evenly from all parts of the list, as many held out as not."""
    some = [each for each in listed if each.answer]
    none = [each for each in listed if not each.answer]
    chosen = {*_halves(some, asked), *_halves(none, unasked)}
    return [each for each in listed if each in chosen]


def talk(draw: Draw) -> list[tuple[str, str, float]]:
    """Return of what a room full of people is made: speaker, words and pace of each sentence."""
    listed = read("unasked.yaml")["television"]
    return [(draw.speakers[number % len(draw.speakers)], words, 1.05) for number, words in enumerate(listed)]


def read(name: str) -> Any:
    """Return what is written in a file of this folder."""
    return yaml.safe_load((_HERE / name).read_text(encoding="utf-8"))


def questions(menus: Menus) -> dict[str, Menu]:
    """Return the menus that listen for phrases of their own; of those with the same only the first."""
    found: dict[str, Menu] = {}
    for name, menu in menus.menus.items():
        own = own_phrases(menu)
        if any(own.values()) and not menu.keys_only and own not in map(own_phrases, found.values()):
            found[name] = menu
    return found


def _halves(listed: Sequence[Utterance], number: int) -> Iterator[Utterance]:
    yield from _evenly([each for each in listed if not each.held_out], (number + 1) // 2)
    yield from _evenly([each for each in listed if each.held_out], number // 2)


def _evenly(listed: Sequence[Utterance], number: int) -> list[Utterance]:
    number = min(number, len(listed))
    return [listed[place * len(listed) // number] for place in range(number)]


def _asked(menus: Menus, draw: Draw) -> Iterator[Utterance]:
    written: Asked = read("asked.yaml")
    asked = questions(menus)
    for menu in dict.fromkeys((*written, *asked)):
        known = phrases(menus.start, menus.menus[menu])
        for answer in known:
            listed = list(written.get(menu, {}).get(answer, ()))
            if menu in asked:
                listed += _unwritten(own_phrases(asked[menu]).get(answer, ()), listed)
            plain = set(map(normal, known[answer]))
            for number, words in enumerate(listed):
                kind = PHRASE if normal(words) in plain else SENTENCE
                yield draw.utterance(menu, words, answer, kind, number)


def _unwritten(shipped: Sequence[str], written: Sequence[str]) -> list[str]:
    """Return the phrases that nobody wrote down; of one syllable none, for keys are for those."""
    known = set(map(normal, written))
    return [phrase for phrase in shipped if len(sounds(phrase)) > 1 and normal(phrase) not in known]


def _unasked(menus: Menus, draw: Draw) -> Iterator[Utterance]:
    open_to = [name for name, menu in questions(menus).items() if not menu.yes_no]
    for kind, listed in read("unasked.yaml").items():
        for number, (menu, words) in enumerate(_said(kind, listed, open_to, draw)):
            yield draw.utterance(menu, words, "", kind, number)


def _said(kind: str, listed: Any, menus: Sequence[str], draw: Draw) -> Iterator[tuple[str, str]]:
    """Yield menus and what is said to them."""
    if kind == REFUSED:
        yield from ((menu, words) for menu, several in listed.items() for words in several)
        return
    if kind == NOISE:
        listed = [f"{name} {take}" for name in listed for take in range(TAKES)]
    yield from ((draw.chance(words).choice(menus), words) for words in listed)
