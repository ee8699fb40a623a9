"""The first row of a file: which columns it names, and what is wrong with them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a kind of file."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """Return all of them."""
        return self.required + self.optional

    def faults(self, names: Sequence[str]) -> Iterator[str]:
        """Return a sentence for everything wrong with a first row.

        What stands there is not repeated: without a header it is somebody's data.
        """
        if not set(names) & set(self.known):
            yield f"the first line must name the columns{_separated(names)}: {','.join(self.required)}"
            return
        for place, name in enumerate(names, 1):
            if name not in self.known:
                yield f"column {place} is not known; {_meant(name, self.known)}"
        for name, times in Counter(names).items():
            if name in self.known and times > 1:
                yield f"column {name} stands {times} times; leave one of them"
        missing = [name for name in self.required if name not in names]
        if missing:
            yield f"there is no column {' and no column '.join(missing)}; add it to the first line"


def _separated(names: Sequence[str]) -> str:
    found = next((word for sign, word in _SEPARATORS.items() if any(sign in name for name in names)), "")
    return f", separated by commas instead of {found}" if found else ""


def _meant(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name.lower(), known, 1)
    return f"did you mean {near[0]}?" if near else "take it away"
