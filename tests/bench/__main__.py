"""`make bench`: measure everything once, from scratch, and write docs/bench."""

import os
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from ivr.commands.ears import ear_settings
from ivr.services.register import CATALOGUE
from ivr.settings import models_folder
from menus.load import load_folder
from tests.bench import (
    core,
    costs,
    first_answer,
    frames,
    gate,
    hearing,
    proofs,
    report,
    speaking,
    stream_report,
    streams,
    turns,
)
from tests.bench.hotlines import CONFIG
from tests.bench.turns import Size

_FOLDER = Path(__file__).parents[2] / "docs" / "bench"


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: rounds, calls of a round, and repetitions of everything else."""

    size: Size
    prompts: tuple[str, ...]
    calls: int
    times: int
    tries: int


_FULL = Effort(Size(pairs=11, calls=50), ("say", "play"), calls=500, times=2000, tries=25)
_QUICK = Effort(Size(pairs=1, calls=2), ("say",), calls=2, times=2, tries=1)


def measure(effort: Effort, console: Console) -> report.Figures:
    """Return the figures of one run, telling the console what is being measured."""
    load_before = os.getloadavg()[0]
    console.print("menus: loading and checking")
    load, check = core.loading(CONFIG, min(effort.times, 5))
    menus = load_folder(CONFIG, CATALOGUE).menus
    console.print("step alone")
    alone = core.steps_per_second(menus, effort.calls)
    through = core.steps_per_second(menus, effort.calls, core.through_json)
    console.print("signatures, sealing, PINs")
    signature = proofs.signature_microseconds(effort.times)
    keeping = proofs.keeping_microseconds(menus, effort.times)
    pins = proofs.pin_milliseconds(effort.tries)
    rows = []
    for prompts in effort.prompts:
        console.print(f"turns beside a bare view, prompts: {prompts}")
        rows += turns.compare(prompts, effort.size)
    console.print("profile")
    spent = costs.costs("say", effort.calls)
    return report.Figures(
        effort.size, load_before, rows, alone, through, load, check, pins, signature, keeping, spent
    )


@click.command()
@click.option(
    "--quick", is_flag=True, help="Prove that everything can be measured; the figures mean nothing."
)
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), default=_FOLDER, help="Where to write."
)
@click.option(
    "--peers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The Python of an environment with tests/bench/peers.txt, which ours is measured beside.",
)
def bench(quick: bool, folder: Path, peers: Path | None) -> None:
    """Measure a turn beside a bare view, the core, PINs, signatures and waiting; takes some minutes."""
    console = Console(stderr=True)
    figures = measure(_QUICK if quick else _FULL, console)
    click.echo(report.write(figures, folder))
    console.print("frames of a stream, and listening to them")
    listening = gate.measure(quick=quick)
    beside = frames.beside(peers, quick=quick) if peers else []
    click.echo(frames.write([*frames.measure(quick=quick), *beside], folder, listening[0].typical))
    click.echo(gate.write(listening, folder))
    models = models_folder(os.environ)
    console.print("hearing")
    click.echo(hearing.write(hearing.measure(ear_settings(os.environ), quick=quick), folder))
    console.print("speaking")
    click.echo(speaking.write(speaking.measure(models, quick=quick), folder))
    console.print("waiting for the first answer")
    click.echo(first_answer.write(first_answer.measure(models, quick=quick), folder))
    if lost := called(streams.QUICK if quick else streams.FULL, folder, peers, console):
        raise click.ClickException(f"{lost} calls were lost when their processes were killed")


def called(size: streams.Size, folder: Path, peers: Path | None, console: Console) -> int:
    """Measure calls over sockets with a progress bar, write docs/bench/streams; return how many were lost."""
    load_before = os.getloadavg()[0]
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("calls over sockets", total=size.seconds)
        figures = streams.measure(size, lambda seconds: progress.advance(task, seconds), peers)
    click.echo(stream_report.write(figures, folder, load_before))
    return sum(found.lost for found in figures.killed)


if __name__ == "__main__":
    bench()
