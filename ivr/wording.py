"""Prompts and texts with their values put in: the same typed value is said in Hanzi and written in figures.

A template names its values in braces, in Latin letters or Chinese ones. What the values of a turn lack is
looked for among the constants, such as the authority's name; in neither is a WordingError.

>>> from menus.values import Count, Money
>>> spoken("余额是,{amount}。", {"amount": Money(102251)}, {})
'余额是,一千零二十二元五角一分。'
>>> written("【{机构}】余额{amount}元。", {"amount": Money(102251)}, {"机构": "南宁医保"})
'【南宁医保】余额1022.51元。'
>>> spoken("家里有{count}位,这是第{count}位。", {"count": Count(2)}, {})
'家里有两位,这是第二位。'
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from menus.values import Count, Day, Digits, Moment, Money, Month, Name, Value, Values, Word
from speech import score
from speech.clips.kinds import KindOfClip
from speech.score import Piece
from speech.spoken import (
    UnspeakableError,
    assert_speakable,
    cardinal,
    count,
    date,
    digits,
    masked_name,
    money,
    month,
    speakable,
    time_of_day,
)

Constants = Mapping[str, Value | str]

_PLACEHOLDER = re.compile(r"\{([^\W\d]\w*)\}")
# After a number of things a lone 2 is 两; before any other word, and after 第, it stays 二.
_MEASURE = re.compile("[位次笔个人家条项张种遍份户件口名岁年天点周分]|小时")
_CHINA = ZoneInfo("Asia/Shanghai")


class WordingError(ValueError):
    """A template cannot be filled with these values. The sentence names the placeholder, never its value."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value goes; `counts` if a measure word follows, so that a 2 there is 两."""

    name: str
    counts: bool


@lru_cache(maxsize=4096)
def _parts(template: str) -> tuple[str | _Place, ...]:
    pieces = _PLACEHOLDER.split(template)
    if any("{" in text or "}" in text for text in pieces[::2]):
        raise WordingError("a brace in the wording has no partner or no name in it")
    parts: list[str | _Place] = [pieces[0]]
    for before, name, after in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
        counts = not before.endswith("第") and _MEASURE.match(after) is not None
        parts += [_Place(name, counts), after]
    return tuple(part for part in parts if part)


def placeholders(template: str) -> tuple[str, ...]:
    """Return the names in braces, each once, in their order; WordingError if a brace stands alone."""
    return tuple(dict.fromkeys(part.name for part in _parts(template) if isinstance(part, _Place)))


def spoken(template: str, values: Values, constants: Constants) -> str:
    """Return what a voice says: Hanzi and pauses only, else WordingError."""
    try:
        text = _filled(template, values, constants, _said)
        assert_speakable(text)
    except UnspeakableError as error:
        raise WordingError(f"this cannot be said: {error}") from error
    return text


def pieces(template: str, values: Values, constants: Constants) -> tuple[Piece, ...]:
    """Return what a voice says piece by piece: fixed text, words that change, values of one caller's own.

    The hotline's own names and what operators wrote belong to the fixed text. WordingError as `spoken`.
    """
    spoken(template, values, constants)  # refuses whatever a voice may not be given
    found: list[Piece] = []
    for part in _parts(template):
        if isinstance(part, str):
            found.append(part)
            continue
        value = values.get(part.name, constants.get(part.name))
        said = _said(value, part) if value is not None else ""
        kind = _CLIPS.get(type(value))
        if isinstance(value, Count) and value.number > MOST_COUNTED:
            kind = "count"
        if kind:
            found.append(score.Value(kind, said))
        else:
            found.append(score.Word(said) if part.name in values else said)
    return tuple(found)


def written(template: str, values: Values, constants: Constants) -> str:
    """Return what a text message says; names must be masked, the unit of an amount stands in the template."""
    return _filled(template, values, constants, _put)


def _filled(
    template: str, values: Values, constants: Constants, fill: Callable[[Value | str, _Place], str]
) -> str:
    text = ""
    for part in _parts(template):
        if isinstance(part, str):
            text += part
            continue
        value = values.get(part.name, constants.get(part.name))
        if value is None:
            raise WordingError(f"the wording asks for {{{part.name}}}, which has no value here")
        text += fill(value, part)
    return text


def _said(value: Value | str, place: _Place) -> str:
    if isinstance(value, Count):
        return count(value.number) if place.counts else cardinal(value.number)
    return _form(_SAID, value, place)


def _put(value: Value | str, place: _Place) -> str:
    return _form(_WRITTEN, value, place)


def _form(forms: Mapping[type, Callable[[Any], str]], value: Value | str, place: _Place) -> str:
    form = forms.get(type(value))
    if form is None:
        raise WordingError(f"{{{place.name}}} is a {type(value).__name__.lower()}: no words exist for it")
    return form(value)


@lru_cache(maxsize=256)
def _constant(text: str) -> str:
    return speakable(text)


def _said_moment(value: Moment) -> str:
    at = value.at.astimezone(_CHINA)
    return f"{cardinal(at.month)}月{cardinal(at.day)}日{time_of_day(at.time())}"


def _written_moment(value: Moment) -> str:
    at = value.at.astimezone(_CHINA)
    return f"{at.month}月{at.day}日{at.hour}点{at.minute:02d}分"


def _written_money(value: Money) -> str:
    yuan, fen = divmod(abs(value.fen), 100)
    return f"{'-' if value.fen < 0 else ''}{yuan}.{fen:02d}"


def _written_name(value: Name) -> str:
    if "*" not in value.masked:
        raise WordingError("only masked names are written: this one has no asterisk")
    return value.masked


MOST_COUNTED = 20
"""Up to here a number of things is spoken with its clause; more is a value joined from clips."""
_CLIPS: Mapping[type, KindOfClip] = {
    Money: "money",
    Day: "day",
    Month: "day",
    Moment: "day",
    Digits: "digits",
    Name: "name",
}
_SAID: Mapping[type, Callable[[Any], str]] = {
    str: _constant,
    Money: lambda value: money(value.fen),
    Day: lambda value: date(value.day),
    Month: lambda value: month(value.year, value.month),
    Moment: _said_moment,
    Digits: lambda value: digits(value.text, value.kind),
    Name: lambda value: masked_name(value.masked),
    Word: lambda value: value.spoken,
}
_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    str: lambda value: value,
    Money: _written_money,
    Day: lambda value: f"{value.day.month}月{value.day.day}日",
    Month: lambda value: f"{value.year}年{value.month}月",
    Moment: _written_moment,
    Digits: lambda value: value.text,
    Name: _written_name,
    Count: lambda value: str(value.number),
    Word: lambda value: value.written or value.spoken,
}
