"""The shipped questions: by menu, what each answer's phrases are."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

MENUS = Path(__file__).parents[2] / "config" / "menus"

Phrases = Mapping[str, list[str]]


def _questions() -> Iterator[tuple[str, Phrases]]:
    for file in sorted(MENUS.glob("*.yaml")):
        for name, menu in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            asked = menu.get("ask") or {} if isinstance(menu, dict) else {}
            phrases = {
                str(key): option["phrases"]
                for key, option in asked.items()
                if isinstance(option, dict) and option.get("phrases")
            }
            if phrases:
                yield name, phrases


QUESTIONS = dict(_questions())


def utterances(table: str) -> list[tuple[str, str, str]]:
    """Return menu, answer and words of each utterance of a table: a line is a menu, an answer and words."""
    lines = (line.split() for line in table.splitlines() if line)
    return [(menu, answer, words) for menu, answer, *listed in lines for words in listed]
