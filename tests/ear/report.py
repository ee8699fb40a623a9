"""The figures of one run: ear.md for people, ear.json for machines. They name no machine and no folder."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from speech.ears.whisper import fingerprint
from tests.ear.conditions import LOSS, LOSS_FROM, NOISE_RATIO, PLAIN, REVISION
from tests.ear.scores import (
    TOO_MUCH,
    AmountRow,
    PromptRow,
    Score,
    amount_rows,
    grouped,
    prompt_rows,
    worst,
)


@dataclass(frozen=True, slots=True)
class Run:
    """All that was heard in one run, the seed of its amounts, and how many seconds it took."""

    scores: Sequence[Score]
    seed: int
    seconds: float


def facts(run: Run) -> Mapping[str, str | int]:
    """Return what the figures depend on."""
    return {
        "measured": date.today().isoformat(),  # noqa: DTZ011 - the day here, for people to read
        "ear": fingerprint(),
        "conditions": f"revision {REVISION}",
        "kokoro-onnx": version("kokoro-onnx"),
        "python": platform.python_version(),
        "cores": os.cpu_count() or 1,
        "seed of the amounts": run.seed,
        "minutes for this run": round(run.seconds / 60),
    }


def write(run: Run, folder: Path) -> str:
    """Write ear.json and ear.md into a folder; return the Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "facts": facts(run),
        "amounts": [asdict(row) for row in amount_rows(run.scores)],
        "prompts": [asdict(row) for row in prompt_rows(run.scores)],
    }
    (folder / "ear.json").write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    text = markdown(run)
    (folder / "ear.md").write_text(text)
    return text


def markdown(run: Run) -> str:
    """Return tables of what was heard, and the worst of it."""
    known = "\n".join(f"- {name}: {value}" for name, value in facts(run).items())
    head = f"""# What an outside ear hears

Written by `make ear`. An ear that belongs to no voice (Whisper base, multilingual) writes down what each
voice says over a telephone line (300-3400 Hz, 8 kHz, mu-law): plain, with hearing loss ({LOSS:.0f} dB less
above {LOSS_FROM / 1000:.0f} kHz) and beside a television {NOISE_RATIO:.0f} dB weaker than the speech.
The ear is a limit too, and no old person: compare figures with each other.

{known}
"""
    sections = [head]
    if rows := amount_rows(run.scores):
        sections.append(_amounts(rows))
    if prompts := prompt_rows(run.scores):
        sections.append(_prompts(prompts))
    return "\n".join([*sections, _worst(run.scores)])


def _amounts(rows: Sequence[AmountRow]) -> str:
    titles = ("voice", "pace", "condition", "turns", "first right", "second right", "one or both right")
    more = ("both right", "another amount in the first", "**another amount in both**")
    lines = [
        [
            *_place(row),
            str(row.turns),
            *(f"{value:.1%}" for value in (row.first_right, row.second_right, row.one_right)),
            *(f"{value:.1%}" for value in (row.both_right, row.other_in_first, row.other_in_both)),
        ]
        for row in rows
    ]
    return f"""## Amounts

Random amounts of 0.01 to 99,999.99 yuan, each said twice in a turn. The ear may not write figures, in which
it drops and doubles digits that it hears. A reading is right when its value is, in whatever homophones (亿元
is 一元), or when all its syllables are; otherwise it is another amount, or none. Both readings are played to
the ear apart, because it likes to write a second one as it wrote the first. `in one go` is the same sentence
spoken whole by the same voice, which joined clips are measured against.

{table((*titles, *more), lines)}
"""


def _prompts(rows: Sequence[PromptRow]) -> str:
    titles = ("voice", "pace", "condition", "prompts", "mean error", "largest", f"over {TOO_MUCH:.0%}")
    lines = [
        [
            *_place(row),
            str(row.prompts),
            *(f"{value:.1%}" for value in (row.mean, row.largest, row.share_over)),
        ]
        for row in rows
    ]
    return f"""## Prompts

Character error by pinyin: syllables without tone that were heard wrong, left out or added, as a share of
those said. Goal: {TOO_MUCH:.0%} at most for every prompt, 4% in the mean.

{table(titles, lines)}
"""


def _worst(scores: Sequence[Score]) -> str:
    parts = ["## The worst ten of each voice, plain\n"]
    for (voice, pace, condition), of_group in grouped(scores).items():
        if condition != PLAIN:  # the page has the worst of all
            continue
        for kind, chosen in split(of_group).items():
            if lines := [line(each) for each in worst(chosen)]:
                parts.append(
                    f"{voice}, pace {pace:g}, {kind}\n\n{table(('what', 'said', 'heard', 'error'), lines)}\n"
                )
    return "\n".join(parts)


def split(scores: Sequence[Score]) -> dict[str, list[Score]]:
    """Part the turns with amounts from the prompts."""
    return {
        "amounts": [each for each in scores if each.judgements],
        "prompts": [each for each in scores if not each.judgements],
    }


def line(each: Score) -> list[str]:
    """Return name, words said, words heard and what is wrong, for a table."""
    fault = ", ".join(each.judgements) or f"{each.error:.0%}"
    return [each.hearing.case.name, each.hearing.case.text, " / ".join(each.hearing.texts), fault]


def table(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    rows = (titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in line] for line in lines))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _place(row: AmountRow | PromptRow) -> tuple[str, str, str]:
    return row.voice, f"{row.pace:g}", row.condition
