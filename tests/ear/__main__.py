"""`make ear`: let an outside ear write down what the voices say, and write docs/bench/ear.md."""

import time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from speech.ears import EarError
from speech.voices import VoiceError
from tests.ear import page, report
from tests.ear.cases import MODELS, Kind, Wanted, cases, total
from tests.ear.conditions import CONDITIONS
from tests.ear.listening import Listeners
from tests.ear.scores import score

_ROOT = Path(__file__).parents[2]
_BENCH = _ROOT / "docs" / "bench"
_SOUNDS = _ROOT / "sounds" / "ear"
_FOLDER = click.Path(file_okay=False, path_type=Path)


def listened(wanted: Wanted, under: tuple[str, ...], kept: Path, console: Console) -> report.Run:
    """Say and hear everything, with a bar that shows how far it is."""
    began = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        Progress(*columns, console=console) as progress,
        Listeners(MODELS / "whisper-base", kept / "heard.jsonl") as listeners,
    ):
        rendering = progress.add_task("rendering")

        def rendered(done: int, total: int) -> None:
            progress.update(rendering, completed=done, total=total)

        hearings = listeners.hear(cases(wanted, kept / "said", rendered), under)
        tracked = progress.track(hearings, total=total(wanted, under), description="listening")
        scores = [score(hearing) for hearing in tracked]
    return report.Run(scores, wanted.seed, time.monotonic() - began)


@click.command()
@click.option("--amounts", default=200, show_default=True, help="How many random amounts.")
@click.option("--whole", default=200, show_default=True, help="How many of them in one go as well.")
@click.option("--seed", default=1, show_default=True)
@click.option(
    "--fewer", default=50, show_default=True, help="How many when it is harder, or by other voices."
)
@click.option("--prompts", type=int, help="Only the first so many prompts.")
@click.option("--voices", multiple=True, default=("kokoro", "pyttsx3"), show_default=True)
@click.option("--paces", multiple=True, type=float, default=(1.0, 0.78), show_default=True)
@click.option("--conditions", multiple=True, type=click.Choice(list(CONDITIONS)), default=tuple(CONDITIONS))
@click.option("--only", type=click.Choice(["amounts", "prompts"]), help="One kind of text alone.")
@click.option("--folder", type=_FOLDER, default=_BENCH, help="Where the table is written.")
@click.option("--sounds", type=_FOLDER, default=_SOUNDS, help="Where sounds and hearings are kept.")
def ear(only: Kind | None, conditions: tuple[str, ...], folder: Path, sounds: Path, **wanted: Any) -> None:
    """Say random amounts and all prompts, listen, and print the table. A stopped run goes on where it was."""
    console = Console(stderr=True)
    kinds: list[Kind] = [only] if only else ["amounts", "prompts"]
    try:
        run = listened(Wanted(kinds=kinds, **wanted), conditions, sounds, console)
    except (EarError, VoiceError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(report.write(run, folder))
    console.print(f"The worst, to be played: {page.write(run, sounds / 'page')}")


if __name__ == "__main__":
    ear()
