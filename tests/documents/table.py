"""The facts of the five documents and the ways in which the hotline keeps to them, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "coverage.md"
_TOPICS = {"who": "1", "bind": "2", "card": "3", "money": "4"}
_INTRODUCTION = """# What became of the five documents

Made by `python -m tests.documents` of `tests/documents/facts.yaml`; a test goes every way and finds the fact.
A call names the keys of a caller and what is heard then, after "go on" where there are several pages;
*verified* stands for the number and the PIN. What nobody vouches for is told as a former rule, with a person
offered.
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, by its number in the documents; `ways` by kind."""

    number: str
    what: str
    ways: Mapping[str, Any]


def facts() -> list[Fact]:
    """Return all of them, in the order of the documents."""
    written = yaml.safe_load((Path(__file__).parent / "facts.yaml").read_text(encoding="utf-8"))
    return [
        Fact(number, row["what"], {kind: way for kind, way in row.items() if kind != "what"})
        for number, row in written.items()
    ]


def markdown(listed: list[Fact]) -> str:
    """Return the table."""
    rows = [
        f"| {fact.number} | {fact.what} | {'; '.join(_said(*way) for way in fact.ways.items())} |"
        for fact in listed
    ]
    titles = ("| fact | what it says | where it is |", "| --- | --- | --- |")
    return "\n".join([_INTRODUCTION, *titles, *rows, ""])


def _said(kind: str, way: Any) -> str:
    match kind:
        case "call":
            keys = " ".join(way["keys"]) or "none"
            verified = ", verified" if way.get("verify") else ""
            return f"call, keys {keys}{verified}: “{way['hears']}”"
        case "text":
            return f"text “{way['writes']}”: “{way['reads']}”"
        case "page":
            return f"verified caller of {way['region']}, keys 4 1 {_TOPICS[way['topic']]}: “{way['says']}”"
        case "data":
            return f"`config/{way}`"
        case "test":
            return f"`{way}`"
        case _:
            return "never spoken"
