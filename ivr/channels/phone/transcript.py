"""Conversations in files: who dials, hears, presses, writes and reads, checked against any Telephone.

A file is YAML, one or more documents:

    about: balance by PIN, from the registered mobile        # a sentence
    covers: [SEC-01]                                         # optional: requirements it shows
    channels: [core, keys, stream, page]                     # optional: where it runs; everywhere if left out
    given: {region: nanning}                                 # optional: anything the host understands
    steps:
      - dials: +8613800138000                                # or {from: .., to: ..}
      - hears: 查余额,请按一                              # a fragment; or {exactly: ..}, or {prompt: main}
      - presses: 1
      - stays_silent
      - hears_not: 密码
      - waits: 12                                            # seconds of the call
      - later: 10m                                           # the world's clock: 90s 10m 24h 7d
      - reads: {to: +8613800138000, fragment: 验证码, code: {as: c}}
      - presses: {c}                                         # the six digits of that text
      - writes: {from: +8613800138000, text: 余额}
      - reads_nothing
      - says: 查余额
      - agent_hears: 问余额                                  # what the desk was told before it was joined
      - is_hung_up                                           # the hotline ended the call
      - hangs_up

`from` of writes and `to` of reads default to the mobile that last dialled or wrote.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivr.channels.phone.steps import VERBS, Step, Transcript, TranscriptError, seconds

__all__ = ["Step", "Transcript", "TranscriptError", "load"]

_HEADS = ("about", "covers", "channels", "given", "steps")
_CAPTURE = re.compile(r"\{(\w+)\}")


def load(path: Path) -> tuple[Transcript, ...]:
    """Read a file of transcripts; raises TranscriptError with file:line and what would have been right."""
    try:
        nodes = list(yaml.compose_all(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise TranscriptError(f"{path.name}:{line}: not YAML: {problem.problem}") from problem
    many = len(nodes) > 1
    return tuple(
        _Reader(path.name).transcript(node, f"{path.stem}-{number}" if many else path.stem)
        for number, node in enumerate(nodes, start=1)
    )


class _Reader:
    """Reads the nodes of one document; YAML's own types are not used, so 0123 stays four digits."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._codes: set[str] = set()

    def transcript(self, node: Node, name: str) -> Transcript:
        heads = self._pairs(node, "a transcript")
        for word, value in heads.items():
            if word not in _HEADS:
                raise self._wrong(value, f"{word}: a transcript has {', '.join(_HEADS)}")
        if "steps" not in heads:
            raise self._wrong(node, "a transcript needs steps")
        return Transcript(
            name=name,
            about=self._scalar(heads["about"]) if "about" in heads else name,
            steps=tuple(self._step(step) for step in self._items(heads["steps"])),
            covers=self._words(heads.get("covers")),
            channels=self._words(heads.get("channels")),
            given={word: self._scalar(value) for word, value in self._pairs(heads["given"], "given").items()}
            if "given" in heads
            else {},
        )

    def _step(self, node: Node) -> Step:
        if isinstance(node, ScalarNode):
            verb, words = node.value, {}
        else:
            pairs = self._pairs(node, "a step")
            if len(pairs) != 1:
                raise self._wrong(node, "a step is one verb: begin each with a dash")
            verb, value = next(iter(pairs.items()))
            words = self._verb_words(verb, value)
        if verb not in VERBS:
            raise self._wrong(node, f"there is no step {verb!r}; there are {', '.join(VERBS)}")
        self._check(verb, words, node)
        return Step(verb, words, f"{self._file}:{node.start_mark.line + 1}")

    def _verb_words(self, verb: str, value: Node) -> dict[str, str]:
        main, others = VERBS.get(verb, (None, frozenset()))
        if isinstance(value, MappingNode) and not _is_capture(value):
            pairs = self._pairs(value, verb)
            for word, node in pairs.items():
                if word not in others | {main}:
                    known = ", ".join(sorted(others | {main or ""}))
                    raise self._wrong(
                        node, f"{verb} does not know {word!r}; it knows {known}; commas need quotes"
                    )
            return {word: self._named(word, node) for word, node in pairs.items()}
        text = self._scalar(value)
        return {main: text} if main and text else {}

    def _named(self, word: str, node: Node) -> str:
        """`code: {as: c}` is `code: c`; everything else is a plain value."""
        if word == "code" and isinstance(node, MappingNode):
            pairs = self._pairs(node, "code")
            node = pairs.get("as", node)
        return self._scalar(node)

    def _check(self, verb: str, words: dict[str, str], node: Node) -> None:
        missing = _missing(verb, words)
        if missing:
            raise self._wrong(node, f"{verb} needs {missing}")
        for name in _CAPTURE.findall(words.get("keys", "") + words.get("text", "")):
            if name not in self._codes:
                raise self._wrong(node, f"no text read before this line gave a code named {name}")
        if "code" in words:
            self._codes.add(words["code"])
        for word in ("seconds", "time"):
            if word in words:
                self._check_time(words[word], node)

    def _check_time(self, text: str, node: Node) -> None:
        try:
            seconds(text)
        except ValueError:
            raise self._wrong(node, f"{text!r} is no length of time: 90s, 10m, 24h, 7d") from None

    def _pairs(self, node: Node, what: str) -> dict[str, Node]:
        if not isinstance(node, MappingNode):
            raise self._wrong(node, f"{what} is written as word: value")
        pairs: dict[str, Node] = {}
        for key, value in node.value:
            word = self._scalar(key)
            if word in pairs:
                raise self._wrong(key, f"{word} stands here twice")
            pairs[word] = value
        return pairs

    def _items(self, node: Node) -> list[Node]:
        if not isinstance(node, SequenceNode):
            raise self._wrong(node, "a list is written with a dash before each item")
        return list(node.value)

    def _words(self, node: Node | None) -> tuple[str, ...]:
        return tuple(self._scalar(item) for item in self._items(node)) if node else ()

    def _scalar(self, node: Node) -> str:
        if isinstance(node, ScalarNode):
            return str(node.value)
        if isinstance(node, MappingNode) and _is_capture(node):
            return f"{{{node.value[0][0].value}}}"
        raise self._wrong(node, "a plain value is wanted here")

    def _wrong(self, node: Node, sentence: str) -> TranscriptError:
        return TranscriptError(f"{self._file}:{node.start_mark.line + 1}: {sentence}")


def _is_capture(node: MappingNode) -> bool:
    """Whether a mapping is really `{name}`, which YAML reads as a name without a value."""
    if len(node.value) != 1:
        return False
    key, value = node.value[0]
    return isinstance(key, ScalarNode) and isinstance(value, ScalarNode) and not value.value


def _missing(verb: str, words: Mapping[str, str]) -> str | None:
    """The word a step lacks, if any."""
    main, others = VERBS[verb]
    if main is None:
        return None
    # hears may name its sentence in other ways; reads may only take a code; all else needs its main word.
    enough = {main} | (others if "hears" in verb else {"code"})
    return main if enough.isdisjoint(words) else None
