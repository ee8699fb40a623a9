"""The figures of one run: ears.md for people, ears.json for machines. They name no machine and no folder."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.callers import lines
from tests.callers.calls import Outcome
from tests.callers.figures import (
    AskedRow,
    NoiseRow,
    TimeRow,
    UnaskedRow,
    asked_rows,
    noise_rows,
    speaker_rows,
    time_rows,
    unasked_rows,
    worst,
)
from tests.callers.goals import RIGHT, Goal, goals
from tests.ear.report import table

_NAMED = 25


@dataclass(frozen=True, slots=True)
class Run:
    """All calls of a run, the ears by name with their versions, the seed, minutes, and the load before it."""

    outcomes: Sequence[Outcome]
    ears: Mapping[str, str]
    seed: int
    minutes: int
    load: float


def facts(run: Run) -> Mapping[str, str | int | float]:
    """Return what the figures depend on."""
    return {
        "measured": date.today().isoformat(),  # noqa: DTZ011 - the day here, for people to read
        **{f"ear {name}": known for name, known in run.ears.items()},
        "lines": f"revision {lines.REVISION}",
        "kokoro-onnx": version("kokoro-onnx"),
        "python": platform.python_version(),
        "cores": os.cpu_count() or 1,
        "work waiting for a core before the run": run.load,
        "seed of the callers": run.seed,
        "calls in this run": len(run.outcomes),
        "minutes for this run (what was heard before is not heard again)": run.minutes,
    }


def write(run: Run, folder: Path) -> str:
    """Write ears.json and ears.md into a folder; return the Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "callers": "synthetic",
        "facts": facts(run),
        "goals": [
            {**asdict(each), "met": each.is_met, "met by both halves": each.is_met_by_both_halves}
            for each in goals(run.outcomes)
        ],
        "asked": [asdict(row) for row in asked_rows(run.outcomes)],
        "speakers": [asdict(row) for row in speaker_rows(run.outcomes)],
        "unasked": [asdict(row) for row in unasked_rows(run.outcomes)],
        "noises": [asdict(row) for row in noise_rows(run.outcomes)],
        "times": [asdict(row) for row in time_rows(run.outcomes)],
    }
    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    (folder / "ears.json").write_text(text, encoding="utf-8")
    text = markdown(run)
    (folder / "ears.md").write_text(text, encoding="utf-8")
    return text


def markdown(run: Run) -> str:
    """Return tables of who was understood, and the worst of it."""
    known = "\n".join(f"- {name}: {value}" for name, value in facts(run).items())
    outcomes = run.outcomes
    return f"""# Who is understood

Written by `make ears`. **All callers here are synthetic**: sentences written by us, said by the eight
Mandarin speakers of the Kokoro voice at three speeds. Nobody old, nobody with a dialect and no real telephone
is among them, so these figures say what the program makes of clear Mandarin, and no more.

Each sentence is said once, over a telephone line (300-3400 Hz, 8 kHz, mu-law), to the question of a menu: our
listener cuts it out of the line, an ear writes it down, the core decides, asks back if in doubt, and then the
caller says yes or no. All phrases of the shipped menus are said, and sentences around them; out-of-grammar
sentences and noises must choose nothing. 20, 10 and 5 dB: the words are so much louder than a room full of
people. A bad line hisses, hums and crackles, {lines.CONDITIONS["bad line"].weaker:.0f} dB below the words.
Every second sentence is held out: nobody looked at those to make anything better.

{known}

## Goals

{table(_GOALS, list(map(_goal, goals(outcomes))))}

The half held out is the fairer figure, and a small one: a caller of it is a percent, or four.

## Callers who want something

Asking back once and then choosing right counts as right. Whoever is not understood is asked to press a key.

{_asked(asked_rows(outcomes))}

By the voice that speaks: some of them say short words badly, which no ear can make good.

{_asked(speaker_rows(outcomes))}

## Out of grammar

Idle talk, other services, a television, sentences that refuse what they name, hesitation.

{_unasked(unasked_rows(outcomes))}

## Noises

Coughs, knocks, tones, keys, hiss, hum, music and silence while nothing of ours is played, when the listener
hears most: what it told as speech would have stopped a prompt.

{_noises(noise_rows(outcomes))}

## Seconds from the end of the words to the decision

The end of the words is where they fall 30 dB below their loudest; who is told to have ended before that is
cut off. The ear's own time is that of this machine when it heard these callers, with all else it had to do
then; a call would not have waited for more than 6 seconds.

{_times(time_rows(outcomes))}

## The worst that may be looked at

{_worst(outcomes)}
"""


_GOALS = ("ear", "figure", "condition", "goal", "all", "tuned", "held out", "met by all", "by both halves")


def _goal(each: Goal) -> list[str]:
    sign = "at least" if each.figure == RIGHT else "at most"
    shares = (each.everybody, each.tuned, each.held_out)
    figures = ["-" if share is None else f"{share:.1%}" for share in shares]
    met = ["yes" if met else "**no**" for met in (each.is_met, each.is_met_by_both_halves)]
    return [each.ear, each.figure, each.condition, f"{sign} {each.goal:.1%}", *figures, *met]


def _asked(rows: Iterable[AskedRow]) -> str:
    titles = ("ear", "condition", "sentences", "callers", "right", "of them asked back")
    more = ("asked back in vain", "not understood", "nothing heard", "**wrong**")
    shares = ("right", "asked", "asked_in_vain", "not_understood", "unheard", "wrong")
    return _table((*titles, *more), rows, ("ear", "condition", "of", "callers"), shares)


def _unasked(rows: Iterable[UnaskedRow]) -> str:
    titles = ("ear", "condition", "sentences", "callers", "**accepted**", "asked back")
    return _table(titles, rows, ("ear", "condition", "of", "callers"), ("accepted", "asked"))


def _noises(rows: Iterable[NoiseRow]) -> str:
    titles = ("ear", "condition", "noises", "told as speech", "given words", "accepted")
    return _table(titles, rows, ("ear", "condition", "noises"), ("told_as_speech", "with_words", "accepted"))


def _times(rows: Iterable[TimeRow]) -> str:
    titles = ("ear", "condition", "decisions", "median", "p95", "median with ear", "p95 with ear", "cut off")
    times = ("median", "p95", "median_with_ear", "p95_with_ear")
    return _table(titles, rows, ("ear", "condition", "decisions", *times), ("cut_off",))


def _table(titles: Sequence[str], rows: Iterable[object], plain: Sequence[str], shares: Sequence[str]) -> str:
    cells = [
        [
            *(str(getattr(row, name)) for name in plain),
            *(f"{getattr(row, name):.1%}" for name in shares),
        ]
        for row in rows
    ]
    return table(titles, cells)


def _worst(outcomes: Sequence[Outcome]) -> str:
    found = [line(each) for each in worst(outcomes, _NAMED)]
    return (
        table(("verdict", "ear", "condition", "menu", "said", "heard", "chosen"), found) if found else "None."
    )


def line(each: Outcome) -> list[str]:
    """Return what happened in words, for a table."""
    said = each.utterance
    heard = " / ".join(each.heard) or "-"
    return [each.verdict, each.ear, each.condition, said.menu, said.words, heard, each.chosen or "-"]
