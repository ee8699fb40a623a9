"""The figures of one run, as JSON for machines and as Markdown for people."""

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.bench.costs import Cost
from tests.bench.turns import LANES, Row, Size

GOAL_RATIO = 0.33
GOAL_STEPS = 20_000
GOAL_PIN_SPREAD = 50.0  # milliseconds, SEC-01
_LIBRARIES = ("flask", "gunicorn", "sqlalchemy", "cryptography", "pydantic")


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything one run measured; names carry their units."""

    size: Size
    load_before: float
    turns: Sequence[Row]
    steps_per_second: float
    steps_per_second_through_json: float
    load_milliseconds: float
    check_milliseconds: float
    pin_milliseconds: Mapping[str, float]
    signature_microseconds: Mapping[str, float]
    keeping_microseconds: Mapping[str, float]
    costs: Sequence[Cost]

    @property
    def pin_spread(self) -> float:
        """How far the medians of unknown, wrong and locked lie apart, in milliseconds."""
        times = self.pin_milliseconds.values()
        return max(times) - min(times)


def machine() -> dict[str, str | int]:
    """Return what the figures depend on and what tells nothing of whose machine it is."""
    return {
        "measured": date.today().isoformat(),  # noqa: DTZ011 - the day here, for people to read
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in _LIBRARIES},
    }


def write(figures: Figures, folder: Path) -> str:
    """Write turns.json and turns.md into a folder; return the Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {"machine": machine(), **asdict(figures)}
    (folder / "turns.json").write_text(json.dumps(rounded(data), indent=2, ensure_ascii=False) + "\n")
    text = markdown(figures)
    (folder / "turns.md").write_text(text)
    return text


def markdown(figures: Figures) -> str:
    """Return the figures as tables, with their goals."""
    parts = (_turns(figures), _core(figures), _proofs(figures), _costs(figures))
    facts = "\n".join(f"- {name}: {value}" for name, value in machine().items())
    head = f"""# What a turn costs

Written by `make bench`; one run from scratch.

{facts}
- load before the run: {figures.load_before:.1f} (where it is above the number of cores, every figure suffers)
"""
    return "\n".join((head, *parts))


def _turns(figures: Figures) -> str:
    size = figures.size
    rows = [
        [
            row.where,
            row.prompts,
            f"{row.hotline.microseconds:.0f} µs",
            f"{row.bare.microseconds:.0f} µs",
            f"**{row.ratio:.2f}** ({row.lowest:.2f} to {row.highest:.2f})",
            f"{row.hotline.per_second:.0f}/s",
            f"{row.bare.per_second:.0f}/s",
        ]
        for row in figures.turns
    ]
    titles = ("where", "prompts", "turn, CPU", "bare view, CPU", "ratio", "turns", "bare view")
    return f"""## A keypad turn beside a bare Flask view

A turn in the middle of a call, through the door: signature, SQLite (WAL, a file), step, commit, TwiML. The
bare view returns as many bytes as a constant. Server: gunicorn, one worker with threads on one core, {LANES}
connections that are kept; processor time of the worker alone. In process: the WSGI callable asked directly.
Medians of {size.pairs} pairs of alternating rounds of {size.calls} calls, and the least and greatest ratio;
every turn is checked to lead to the next. Goal behind the server: a ratio of {GOAL_RATIO} or more.

{table(titles, rows)}
"""


def _core(figures: Figures) -> str:
    rows = [
        ["`step` alone, one core", f"{figures.steps_per_second:,.0f} turns/s", f"{GOAL_STEPS:,} or more"],
        ["`step`, state through JSON", f"{figures.steps_per_second_through_json:,.0f} turns/s", ""],
        ["loading the shipped config", f"{figures.load_milliseconds:.0f} ms", ""],
        ["checking it", f"{figures.check_milliseconds:.0f} ms", ""],
    ]
    return f"## The core\n\n{table(('what', 'measured', 'goal'), rows)}\n"


def _proofs(figures: Figures) -> str:
    pins, signature, keeping = (
        figures.pin_milliseconds,
        figures.signature_microseconds,
        figures.keeping_microseconds,
    )
    rows = [
        *([f"a wrong PIN, {kind}", f"{value:.1f} ms", ""] for kind, value in _said(pins)),
        ["furthest apart", f"{figures.pin_spread:.1f} ms", f"less than {GOAL_PIN_SPREAD:.0f} ms (SEC-01)"],
        ["checking a signature, ours", f"{signature['ours']:.1f} µs", ""],
        ["the same by the provider's library", f"{signature['library']:.1f} µs", ""],
        ["a record to JSON, sealed", f"{keeping['write']:.1f} µs", ""],
        ["opened and read again", f"{keeping['read']:.1f} µs", ""],
    ]
    return f"## Proofs and secrets\n\n{table(('what', 'measured', 'goal'), rows)}\n"


def _said(pins: Mapping[str, float]) -> list[tuple[str, float]]:
    names = {"unknown": "nobody has the number", "wrong": "somebody has it", "locked": "and is locked"}
    return [(names[kind], value) for kind, value in pins.items()]


def _costs(figures: Figures) -> str:
    rows = [[cost.what, f"{cost.share:.0%}"] for cost in figures.costs[:10]]
    first = ", ".join(f"{cost.what} ({cost.share:.0%})" for cost in figures.costs[:3])
    return f"""## Where a turn's time goes

Own time under a profiler, in process, prompts by the provider's voice. The top three: {first}.

{table(("what", "share"), rows)}
"""


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = (titles, ["---"] * len(titles), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rounded(data: object) -> object:
    """Return data for JSON with every figure to four places."""
    match data:
        case float():
            return float(f"{data:.4g}")
        case dict():
            return {key: rounded(value) for key, value in data.items()}
        case list() | tuple():
            return [rounded(value) for value in data]
        case _:
            return data
