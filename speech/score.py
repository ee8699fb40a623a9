"""A sentence as it will sound: phrases spoken whole, clips that are joined, and the rests between them.

Rests are what makes numbers understood over a telephone: a second before an amount, more than half a second
between groups of digits, 0.4 s between two options, half a second after a key was pressed. They are written
here, once for all voices, and grow as the pace slows down.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from speech.clips.kinds import KINDS, KindOfClip
from speech.phrasing import HANZI, digit_groups
from speech.sound import Sound

NORMAL, SLOW = 1.0, 0.78
"""The two paces that are rendered: 160-180 and 120-140 Hanzi a minute."""
AFTER_KEY = 0.5
BEFORE_AMOUNT = 1.0
BETWEEN_GROUPS = 0.7
BETWEEN_SENTENCES = 0.4
BETWEEN_CLAUSES = 0.25
BESIDE_CLIPS = 0.08
SLOWER_THAN_SLOW = 0.56
"""The pace of the rests in a second reading at SLOW; clips that slow would drawl, and are not rendered."""

_STOPS = "。！？；.!?;\n"
_SENTENCE = re.compile(f"[^{_STOPS}]+[{_STOPS}]*")
_CLAUSE = re.compile(f"[^{_STOPS}，、：,:]+[{_STOPS}，、：,:]*")
_WORDS = re.compile(f"[{HANZI}].*", re.DOTALL)
_ENDS_SENTENCE = re.compile(f"[{_STOPS}][^{HANZI}]*\\Z")
_ENDS_CLAUSE = re.compile(f"[，、：,:][^{HANZI}]*\\Z")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that a voice speaks as they stand, with the punctuation that shapes them."""

    text: str
    pace: float


@dataclass(frozen=True, slots=True)
class Clip:
    """A word of a value, cut out of a carrier sentence of its kind."""

    kind: KindOfClip
    text: str
    pace: float


@dataclass(frozen=True, slots=True)
class Rest:
    """Seconds of silence."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Value:
    """A caller's own amount, day, digits, name or count within a sentence, in the words that say it."""

    kind: KindOfClip
    text: str


@dataclass(frozen=True, slots=True)
class Word:
    """Words that change, but are few enough to be rendered with the clause around them."""

    text: str


Piece = str | Word | Value
Sounding = Phrase | Clip
Part = Sounding | Rest | Sound
"""A Sound is a person's recording, which is played as it is."""
Score = tuple[Part, ...]


def score(pieces: Sequence[Piece], pace: float = NORMAL) -> Score:
    """Return the parts of a sentence or several; `pace` is NORMAL or SLOW.

    Text is spoken sentence by sentence, and clause by clause where it has words that change, so that what can
    be rendered ahead stays finite. An amount or a telephone number that comes again is said slower.
    """
    parts: list[Part] = []
    heard: set[str] = set()
    for is_value, run in groupby(pieces, lambda piece: isinstance(piece, Value)):
        if not is_value:
            _add_text(parts, [piece for piece in run if not isinstance(piece, Value)], pace)
            continue
        for value in run:
            if isinstance(value, Value):
                _add_value(parts, value, pace, again=value.text in heard)
                heard.add(value.text)
    while parts and isinstance(parts[-1], Rest):
        parts.pop()
    return tuple(parts)


def joined(scores: Iterable[Score], opening: float = 0.0) -> Score:
    """Return several sentences as one, a rest between any two, `opening` seconds of silence before all."""
    parts: list[Part] = [Rest(opening)] if opening else []
    for number, sentence in enumerate(filter(None, scores)):
        if number:
            _rest(parts, _before(sentence))
        parts.extend(sentence)
    return tuple(parts)


def phrases(text: str, pace: float = NORMAL) -> Iterator[Phrase]:
    """Yield what must be rendered for a text that never varies."""
    return (part for part in score((text,), pace) if isinstance(part, Phrase))


def _before(sentence: Score) -> float:
    """Return the rest that a sentence asks for after another, in seconds."""
    pace = next((part.pace for part in sentence if isinstance(part, Phrase | Clip)), NORMAL)
    first = sentence[0]
    is_amount = isinstance(first, Clip) and first.kind == "money"
    return (BEFORE_AMOUNT if is_amount else BETWEEN_SENTENCES) / pace


def _add_text(parts: list[Part], pieces: Sequence[str | Word], pace: float) -> None:
    """Add all text between two values; words that change part a sentence into clauses, but no other."""
    text = "".join(map(_text_of, pieces))
    changing = [isinstance(piece, Word) for piece in pieces for _ in _text_of(piece)]
    words = _WORDS.search(text)
    start = words.start() if words else len(text)
    _rest(parts, _after(text[:start]) / pace)
    for sentence in _SENTENCE.finditer(text, start):
        unit = _CLAUSE if any(changing[slice(*sentence.span())]) else _SENTENCE
        for place, group in enumerate(digit_groups(sentence.group())):
            if place:
                _rest(parts, BETWEEN_GROUPS / pace)
            _add_phrases(parts, unit.findall(group), pace)


def _add_phrases(parts: list[Part], texts: Iterable[str], pace: float) -> None:
    for text in texts:
        if words := _WORDS.search(text):
            parts.append(Phrase(words.group().strip(), pace))
        _rest(parts, _after(text) / pace)


def _text_of(piece: str | Word) -> str:
    return piece if isinstance(piece, str) else piece.text


def _add_value(parts: list[Part], value: Value, pace: float, again: bool) -> None:
    if value.kind == "money":
        _rest(parts, BEFORE_AMOUNT / pace)
    else:
        _rest(parts, BESIDE_CLIPS / pace)
    slower = again and value.kind in ("money", "digits")
    clip_pace = SLOW if slower else pace
    rest_pace = SLOWER_THAN_SLOW if slower and pace == SLOW else clip_pace
    kind = KINDS[value.kind]
    for place, group in enumerate(digit_groups(value.text)):
        if place:
            _rest(parts, BETWEEN_GROUPS / rest_pace)
        for number, clip in enumerate(kind.split(group)):
            if number:
                _rest(parts, kind.rest / rest_pace)
            parts.append(Clip(value.kind, clip, clip_pace))
    _rest(parts, BESIDE_CLIPS / pace)


def _rest(parts: list[Part], seconds: float) -> None:
    """Be silent for so long at least: rests that meet are one, as long as the longest; none at the start."""
    if not parts or seconds <= 0:
        return
    last = parts[-1]
    if isinstance(last, Rest):
        parts.pop()
        seconds = max(seconds, last.seconds)
    parts.append(Rest(round(seconds, 3)))


def _after(text: str) -> float:
    """Return the rest that punctuation asks for at the end of a text, in seconds at pace 1.0."""
    if _ENDS_SENTENCE.search(text):
        return BETWEEN_SENTENCES
    return BETWEEN_CLAUSES if _ENDS_CLAUSE.search(text) else 0.0
