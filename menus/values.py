"""What can be said: typed values. A voice reads them and a text writes them; they are never bare strings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

KindOfDigits = Literal["phone", "code", "tail"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in fen; negative only in a ledger."""

    fen: int


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day in China."""

    day: date


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, 1 to 12."""

    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, with its zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits that are read one by one; `kind` decides how they are grouped."""

    text: str
    kind: KindOfDigits


@dataclass(frozen=True, slots=True)
class Name:
    """A masked name, such as 陈*英; a full name is never a value."""

    masked: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many; the measure word stands in the prompt."""

    number: int


@dataclass(frozen=True, slots=True)
class Word:
    """Words from data: how they are spoken (Hanzi only) and, where it differs, how they are written."""

    spoken: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A row of ours that a service chose; it is passed back to services and never said."""

    id: int


@dataclass(frozen=True, slots=True)
class Secret:
    """Keys that nobody may store: a number, a PIN, a code. Records keep only the length."""

    keys: str

    def __repr__(self) -> str:
        return f"Secret({len(self.keys)} keys)"


@dataclass(frozen=True, slots=True)
class Items:
    """A list whose items are each said with the same prompt or offered for choice."""

    items: tuple[Mapping[str, "Value"], ...]


Value = Money | Day | Month | Moment | Digits | Name | Count | Word | Reference | Secret | Items
Values = Mapping[str, Value]


_TO_JSON: Mapping[type, Any] = {
    Money: lambda value: {"money": value.fen},
    Day: lambda value: {"day": value.day.isoformat()},
    Month: lambda value: {"month": [value.year, value.month]},
    Moment: lambda value: {"moment": value.at.isoformat()},
    Digits: lambda value: {"digits": [value.text, value.kind]},
    Name: lambda value: {"name": value.masked},
    Count: lambda value: {"count": value.number},
    Word: lambda value: {"word": [value.spoken, value.written]},
    Reference: lambda value: {"reference": value.id},
    Secret: lambda value: {"secret": len(value.keys)},
    Items: lambda value: {"items": [values_to_json(item) for item in value.items]},
}


def to_json(value: Value) -> dict[str, Any]:
    """Return the value as JSON: one key that names its type. A secret leaves only its length behind."""
    data: dict[str, Any] = _TO_JSON[type(value)](value)
    return data


_FROM_JSON: Mapping[str, Any] = {
    "money": Money,
    "day": lambda text: Day(date.fromisoformat(text)),
    "month": lambda pair: Month(*pair),
    "moment": lambda text: Moment(datetime.fromisoformat(text)),
    "digits": lambda pair: Digits(*pair),
    "name": Name,
    "count": Count,
    "word": lambda pair: Word(*pair),
    "reference": Reference,
    "secret": lambda length: Secret("?" * length),
    "items": lambda items: Items(tuple(values_from_json(item) for item in items)),
}


def from_json(data: Mapping[str, Any]) -> Value:
    """Return the value that `to_json` wrote; of a secret, question marks of its length."""
    ((kind, content),) = data.items()
    value: Value = _FROM_JSON[kind](content)
    return value


def values_to_json(values: Values) -> dict[str, Any]:
    """Return a mapping of values as JSON."""
    return {name: to_json(value) for name, value in values.items()}


def values_from_json(data: Mapping[str, Any]) -> dict[str, Value]:
    """Return the mapping that `values_to_json` wrote."""
    return {name: from_json(value) for name, value in data.items()}
