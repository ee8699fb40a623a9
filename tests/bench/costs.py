"""Where the time of a turn goes: own time under the profiler, added up by library and by module of ours.

What the interpreter does in C counts for the module that asked for it; SQLite stands by itself. A profiler
slows Python down more than C, so shares are what to read, not times.
"""

import cProfile
import pstats
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.hotlines import answer, hotline, settings_in
from tests.bench.walk import Provider, interleaved

_ROOT = Path(__file__).parents[2]
_PACKAGES = Path(sysconfig.get_path("purelib"))
_LIBRARY = Path(sysconfig.get_path("stdlib"))
_TOGETHER = {"flask": "Flask and Werkzeug", "werkzeug": "Flask and Werkzeug", "sqlalchemy": "SQLAlchemy"}

Function = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Cost:
    """Something that takes time: its share of a turn, from 0 to 1."""

    what: str
    share: float


def costs(prompts: str, calls: int) -> list[Cost]:
    """Return what takes the time of mid-call turns, without a server, the greatest first."""
    with tempfile.TemporaryDirectory() as name:
        variables = settings_in(Path(name), prompts)
        provider = Provider(variables["HOTLINE_PUBLIC_URL"], variables["TWILIO_AUTH_TOKEN"])
        app = hotline(variables)
        walks = provider.calls(calls)
        for call in walks:
            answer(app, call.greeting)
        turns = list(interleaved(walks))
        answer(app, turns[0])
        profile = cProfile.Profile()
        profile.enable()
        for turn in turns[1:]:
            answer(app, turn)
        profile.disable()
    spent: Counter[str] = Counter()
    for what, seconds in _own_times(profile):
        spent[what] += seconds  # type: ignore[assignment] # a Counter of seconds
    whole = sum(spent.values())
    return [Cost(what, seconds / whole) for what, seconds in spent.most_common()]


def _own_times(profile: cProfile.Profile) -> Iterator[tuple[str, float]]:
    stats: dict[Function, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined] # untyped there
    for function, (_, _, own, _, callers) in stats.items():
        if function[0] != "~" or "sqlite3" in function[2]:
            yield _named(function), own
            continue
        yield from ((_named(caller), times[2]) for caller, times in callers.items())


def _named(function: Function) -> str:
    file, _, name = function
    if file == "~":
        return "SQLite" if "sqlite3" in name else "Python itself"
    path = Path(file)
    if path.is_relative_to(_PACKAGES):
        package = path.relative_to(_PACKAGES).parts[0].removesuffix(".py")
        return _TOGETHER.get(package, package)
    if path.is_relative_to(_ROOT):
        return path.relative_to(_ROOT).as_posix()
    if path.is_relative_to(_LIBRARY):
        return f"Python's {path.relative_to(_LIBRARY).parts[0].removesuffix('.py')}"
    return "Python itself"
