"""`make ears`: let test callers say what they want, and write docs/bench/ears.md: who was understood."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ivr.commands.ears import ear_settings
from ivr.ears import ladder
from speech.ears import Ear, EarError
from speech.ears.whisper_pool import WhisperPool
from speech.listening.silero import SpeechModel
from speech.voices import VoiceError
from speech.voices.kokoro_files import SPEAKERS
from tests.callers import page, report
from tests.callers.calls import Calls, Outcome
from tests.callers.corpus import Draw, Utterance, shortened, talk, utterances
from tests.callers.hearing import KeptEar
from tests.callers.lines import CLEAN, CONDITIONS
from tests.callers.speaking import rendered, said
from tests.callers.talks import shipped

_ROOT = Path(__file__).parents[2]
_BENCH = _ROOT / "docs" / "bench"
_SOUNDS = _ROOT / "sounds" / "ears"
_FOLDER = click.Path(file_okay=False, path_type=Path)
_ALL = 100_000
_PATIENCE = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a run lets call under which conditions; where there is noise, only so many `fewer` of both."""

    draw: Draw
    conditions: Sequence[str]
    asked: int
    unasked: int
    fewer: tuple[int, int]

    def calls(self) -> list[tuple[Utterance, str]]:
        """Return who calls under which condition."""
        listed = shortened(utterances(shipped(), self.draw), self.asked, self.unasked)
        some = shortened(listed, *self.fewer)
        return [
            (each, condition)
            for condition in self.conditions
            for each in (listed if condition == CLEAN else some)
        ]


def ears(kept: Path, console: Console) -> list[KeptEar]:
    """Return the ears of this machine; EarMissing if it has none."""
    settings = ear_settings(os.environ)
    found = []
    for name, ear in ladder(settings):
        if isinstance(ear, EarError):
            console.print(f"{name} is left out: {ear}")
        else:
            found.append(KeptEar(_patient(ear), kept / f"heard-{name}.jsonl"))
    return found


def _patient(ear: Ear) -> Ear:
    """Return the ear, and let Whisper take its time: how long that is stands in the report."""
    return ear.with_patience(_PATIENCE) if isinstance(ear, WhisperPool) else ear


def led(wanted: Wanted, kept: Path, console: Console) -> report.Run:
    """Lead all calls, with a bar that shows how far they are."""
    began, load = time.monotonic(), os.getloadavg()[0]
    listed, listening = wanted.calls(), ears(kept, console)
    if not listening:
        raise click.ClickException("no ear can be used here; hotline ears says what each of them needs")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        talked = talk(wanted.draw) if any(condition != CLEAN for _, condition in listed) else []
        spoken = list(dict.fromkeys([*talked, *said(each for each, _ in listed)]))
        rendering = progress.add_task("rendering", total=len(spoken))
        sounds = rendered(spoken, kept / "said", lambda done: progress.update(rendering, completed=done))
        calls = Calls(sounds, [sounds[each] for each in talked], SpeechModel.installed())
        total = len(listed) * len(listening)
        outcomes = list(progress.track(_led(calls, listed, listening), total, description="calling"))
    known = {ear.name: ear.version for ear in listening}
    minutes = round((time.monotonic() - began) / 60)
    return report.Run(outcomes, known, wanted.draw.seed, minutes, round(load, 1))


def _led(
    calls: Calls, listed: Sequence[tuple[Utterance, str]], listening: Sequence[KeptEar]
) -> Iterator[Outcome]:
    for ear in listening:
        for utterance, condition in listed:
            yield calls.lead(utterance, condition, ear)


@click.command()
@click.option("--asked", default=_ALL, help="Only so many callers who want something.")
@click.option("--unasked", default=_ALL, help="Only so many who want nothing, and noises.")
@click.option(
    "--fewer", type=(int, int), default=(200, 80), show_default=True, help="Both, where there is noise."
)
@click.option("--seed", default=1, show_default=True)
@click.option("--speakers", multiple=True, type=click.Choice(sorted(SPEAKERS)), default=sorted(SPEAKERS))
@click.option("--conditions", multiple=True, type=click.Choice(list(CONDITIONS)), default=list(CONDITIONS))
@click.option("--folder", type=_FOLDER, default=_BENCH, help="Where the table is written.")
@click.option("--sounds", type=_FOLDER, default=_SOUNDS, help="Where sounds and hearings are kept.")
def callers(
    *,
    asked: int,
    unasked: int,
    fewer: tuple[int, int],
    seed: int,
    speakers: tuple[str, ...],
    conditions: tuple[str, ...],
    folder: Path,
    sounds: Path,
) -> None:
    """Let test callers say phrases, sentences and noise, and print the tables. A stopped run goes on."""
    console = Console(stderr=True)
    wanted = Wanted(Draw(seed, speakers), conditions, asked, unasked, fewer)
    try:
        run = led(wanted, sounds, console)
    except (EarError, VoiceError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(report.write(run, folder))
    console.print(f"The worst, to be played: {page.write(run, sounds / 'page')}")


if __name__ == "__main__":
    callers()
