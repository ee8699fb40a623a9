"""Faults of wording itself: what must not be said or written, and what texts services cannot do without."""

import re
from collections.abc import Iterator, Mapping, Set

from menus.load import CONSTANTS, Loaded, names_in
from menus.source import Fault, Source

# Text template id -> names of the values a service gives it.
Templates = Mapping[str, frozenset[str]]

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_NOT_SPOKEN = re.compile(r"[0-9A-Za-z*#@/]")
_LINK = re.compile(r"https?:|www\.|\.(?:com|cn|net|org)\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"[0-9]{6,}[0-9Xx]?")


def wording_faults(loaded: Loaded, templates: Templates, known: Set[str]) -> Iterator[Fault]:
    """Yield them in no order; `known` are the names that values can have."""
    for file, source in loaded.sources.items():
        part = file.partition("/")[0]
        if part not in ("prompts", "texts"):
            continue
        for name, wording in source.data.items():
            faults = _prompt_faults(wording) if part == "prompts" else _text_faults(wording)
            yield from (source.fault((name,), f"'{name}' {what}") for what in faults)
            for value in names_in(wording):
                if value not in known | CONSTANTS and name not in templates:
                    yield source.fault((name,), f"'{name}' wants {{{value}}}, which nothing gives")
        if part == "texts":
            yield from _template_faults(source, templates)


def not_spoken(wording: str) -> str:
    """Return what a voice does not say well of some words, the first sign of it; empty if it says all."""
    found = _NOT_SPOKEN.search(wording)
    return found.group() if found else ""


def _prompt_faults(wording: str) -> Iterator[str]:
    if sign := not_spoken(_PLACEHOLDER.sub("", wording)):
        yield f"has '{sign}', which no voice says well; write it in Hanzi"


def _text_faults(wording: str) -> Iterator[str]:
    bare = _PLACEHOLDER.sub("", wording)
    if _LINK.search(bare):
        yield "has a link; texts never carry links (SEC-23)"
    if _LONG_NUMBER.search(bare):
        yield "has a number of six digits or more; whose is it? Numbers come from values"


def _template_faults(source: Source, templates: Templates) -> Iterator[Fault]:
    for name, given in templates.items():
        if name not in source.data:
            yield source.fault((), f"'{name}' is missing; a service writes this text")
            continue
        for value in names_in(source.data[name]):
            if value not in given:
                meant = ", ".join(sorted(given)) or "nothing"
                yield source.fault((name,), f"'{name}' wants {{{value}}}, but is given only: {meant}")
