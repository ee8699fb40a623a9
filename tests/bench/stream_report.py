"""The figures of calls over sockets, as JSON for machines and as Markdown for people."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench.report import machine, rounded, table
from tests.bench.stream_survival import Survival
from tests.bench.streams import GAP, Figures, Row, Waits

MOST_KEY, MOST_DECISION, MOST_SILENCED = 60.0, 900.0, 200.0
"""Milliseconds that 95 of 100 keys, ends and beginnings of speech may take on the machine of docs/bench."""


def write(figures: Figures, folder: Path, load_before: float) -> str:
    """Write streams.json and streams.md into a folder; return the Markdown.

    `load_before` is what the system said before the run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = {"machine": machine(), "load_before": load_before, **asdict(figures)}
    (folder / "streams.json").write_text(json.dumps(rounded(data), indent=2, ensure_ascii=False) + "\n")
    text = markdown(figures, load_before)
    (folder / "streams.md").write_text(text)
    return text


def markdown(figures: Figures, load_before: float) -> str:
    """Return the figures as tables, with their goals."""
    cores = os.cpu_count() or 1
    left_out = "".join(f"\nLeft out: {what}.\n" for what in figures.left_out)
    return f"""# What calls over sockets wait for

Written by `make bench`. Processes of `hotline serve` as production starts them, and callers in a process of
their own on the same {cores} cores (load before the run: {load_before:.1f}). Every call sends a frame of line
noise each 20 ms, sends marks back when they would have been played, and interrupts each prompt after half a
second to two. Times are the callers': network and their own process count against us. The ear is one that
answers at once.

- key: from a key until the first sound of its answer. Goal: 95 of 100 within {MOST_KEY:.0f} ms with 10 calls.
- decision: from the end of the last word until the ear is asked for it, the silence that ends an answer
  (700 ms) among it. Goal: 95 of 100 within {MOST_DECISION:.0f} ms with 10 calls.
- reply: from there until the first sound of the answer.
- silenced: from the first sound of words that interrupt a prompt until it stops. Goal: within
  {MOST_SILENCED:.0f} ms.
- gaps: how often sound ran out for more than {GAP * 1000:.0f} ms in the middle of an answer, and the longest
  silence there. Goal: none with 50 calls.
- failed: keys and words without an answer within five seconds, and sockets that closed by themselves.

{_runs(figures.rows)}
{left_out}
## Processes killed in the middle

At the end of a run all its processes are killed at once (SIGKILL), and started again. A call is lost unless
the Redirect behind its stream is answered to the letter as the same keys are in a call by key, and its next
key too. Goal: none.

{_survivals(figures.killed)}
{_stranger(figures)}"""


def _runs(rows: Sequence[Row]) -> str:
    titles = (
        *("database", "calls", "keys", "key, median", "95 of 100", "most"),
        *("words", "decision, median", "95 of 100", "reply, 95 of 100"),
        *("silenced, median", "95 of 100"),
        *("gaps", "failed", "server, cores", "callers, cores"),
    )
    return table(titles, list(map(_run, rows)))


def _run(row: Row) -> list[str]:
    return [
        row.database,
        str(row.calls),
        *_waits(row.key),
        f"{row.key.most:.0f} ms",
        *_waits(row.decision),
        f"{row.reply.p95:.0f} ms" if row.reply.count else "",
        *_waits(row.silenced)[1:],
        f"{row.gaps} ({row.longest_gap:.0f} ms)",
        str(row.missed + row.closed),
        f"{row.server_cores:.2f}",
        f"{row.callers_cores:.2f}",
    ]


def _waits(waits: Waits) -> list[str]:
    if not waits.count:
        return ["0", "", ""]
    return [str(waits.count), f"{waits.median:.0f} ms", f"**{waits.p95:.0f} ms**"]


def _survivals(found: Sequence[Survival]) -> str:
    rows = [
        [each.database, str(each.calls), str(each.answers), f"**{each.lost}**", f"{each.back_seconds:.1f} s"]
        for each in found
    ]
    return table(("database", "calls", "answers before", "lost", "first answer after the start"), rows)


def _stranger(figures: Figures) -> str:
    found = figures.stranger
    if not found:
        return ""
    failed = [*found["failed"], *found["violations"]]
    return f"""
## A client by somebody else

{found["name"]}, written after the provider's protocol, hears the notice out, interrupts the menu by a key
and hears the answer: {found["expected"] - len(found["failed"])} of {found["expected"]} expectations held,
{len(found["violations"])} violations of the protocol; the first sound came after {found["first_sound"]:.0f}
ms, and {found["seconds"]:.0f} seconds of sound in all.{" Failed: " + "; ".join(failed) if failed else ""}
"""
