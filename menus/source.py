"""YAML files that remember their lines, so that every fault can be told as file:line and what would be right.

All scalars are read as text (so that `no` stays a word and 012 keeps its zero); the pydantic models of the
readers turn them into numbers, days and truth values. Equal keys are refused: plain YAML keeps the last one
silently.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Place = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a file: what is wrong and what would be right. Line 0 means the whole file."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


class SourceError(Exception):
    """One or more faults in files; the text is one fault a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Source:
    """A file's content as dicts, lists and texts, and the line of every place in it."""

    file: str
    data: Any
    lines: Mapping[Place, int]

    def line(self, place: Iterable[str | int]) -> int:
        """Return the line of a place, or of the nearest place around it that has one."""
        path = tuple(place)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, place: Iterable[str | int], what: str) -> Fault:
        """Return a fault at a place of this file."""
        return Fault(self.file, self.line(place), what)


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []

    def read(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*place, number)) for number, item in enumerate(node.value)]
        return node.value

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, key = key_node.start_mark.line + 1, str(key_node.value)
            if key in content:
                first = self.lines[(*place, key)]
                self.faults.append(
                    Fault(
                        self.file, line, f"'{key}' stands here a second time, first in line {first}; keep one"
                    )
                )
            self.lines.setdefault((*place, key), line)
            content[key] = self.read(value_node, (*place, key))
        return content


def parse(text: str, file: str) -> Source:
    """Return the content of one YAML text; SourceError names the line if it is not YAML or repeats a key."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        what = f"this is not YAML: {error.problem}; check indentation, colons and quotes"
        raise SourceError([Fault(file, mark.line + 1 if mark else 0, what)]) from error
    except yaml.YAMLError as error:
        raise SourceError([Fault(file, 0, "this is not a text file; save it as UTF-8")]) from error
    reader = _Reader(file)
    data = reader.read(node, ()) if node else {}
    if reader.faults:
        raise SourceError(reader.faults)
    return Source(file, data, reader.lines)


def read(path: Path, shown: str = "") -> Source:
    """Return the content of a file; `shown` is the name used in faults (default: the path itself)."""
    name = shown or str(path)
    try:
        return parse(path.read_text(encoding="utf-8"), name)
    except UnicodeDecodeError as error:
        raise SourceError([Fault(name, 0, "this is not UTF-8; save it as UTF-8")]) from error
    except OSError as error:
        what = f"the file cannot be read ({error.strerror}); is the folder right?"
        raise SourceError([Fault(name, 0, what)]) from error


def build(model: type[Model], source: Source, place: Place = ()) -> Model:
    """Return the model of a place in a source; SourceError lists every field that does not fit."""
    data = source.data
    for step in place:
        data = data[step]
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SourceError(faults_of(error, source, place)) from error


def faults_of(error: ValidationError, source: Source, place: Place = ()) -> list[Fault]:
    """Return what a model refused as faults with their lines."""
    return [
        source.fault((*place, *detail["loc"]), _sentence(detail["loc"], detail["type"], detail["msg"]))
        for detail in error.errors(include_url=False, include_input=False)
    ]


def _sentence(where: Place, kind: str, message: str) -> str:
    name = ".".join(str(step) for step in where) or "the file"
    if kind == "extra_forbidden":
        return f"'{name}' is not known here; check the spelling"
    if kind == "missing":
        return f"'{name}' is missing"
    return f"'{name}': {message.removeprefix('Value error, ')}"
