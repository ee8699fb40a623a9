"""hotline menus: check a config folder, publish it, list what was published, go back."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console

from ivr.commands.ears import ear_settings
from ivr.commands.publishing import Publication, published, rolled_back, table_of_versions
from ivr.commands.settings import connected, tells
from ivr.commands.timing import too_long
from ivr.ears import unknown_words
from ivr.hotline import Hotline, region_faults
from ivr.regions import Regions
from ivr.services.register import CATALOGUE, TEMPLATES
from menus.check import check as faults_of
from menus.load import load_folder, read_files
from menus.source import Fault, SourceError

Found = TypeVar("Found")


@click.group()
def menus() -> None:
    """Check and publish menus and wording, or go back."""


def _folder(given: Path | None) -> Path:
    return given or Path(os.environ.get("HOTLINE_CONFIG", "config"))


def all_faults(folder: Path) -> list[Fault]:
    """Return every fault of a config folder: hotline.yaml, regions, menus and wording."""
    if not folder.is_dir():
        return [Fault(str(folder), 0, "there is no such folder; name a config folder")]
    faults: list[Fault] = []

    def tried(read: Callable[[], Found]) -> Found | None:
        try:
            return read()
        except SourceError as error:
            faults.extend(error.faults)
            return None

    file = folder / "hotline.yaml"
    hotline = tried(lambda: Hotline.load(file))
    regions = tried(lambda: Regions.load(folder / "regions"))
    faults.extend(tried(lambda: _menu_faults(folder)) or ())
    if hotline and regions:
        sentences = region_faults(hotline, regions.codes)
        faults.extend(Fault(str(file), 0, sentence.partition(": ")[2]) for sentence in sentences)
    return sorted(set(faults))


def _menu_faults(folder: Path) -> list[Fault]:
    """Return the faults of menus and wording, told by this machine's ear too; SourceError if not readable."""
    loaded = load_folder(folder, CATALOGUE)
    return faults_of(loaded, TEMPLATES, unknown_words(ear_settings(os.environ)))


@menus.command(short_help="List every fault of a config folder.")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@tells
def check(folder: Path | None) -> None:
    """Check a config FOLDER (default: HOTLINE_CONFIG); every fault as file:line and what would be right.

    When nothing else is wrong, prompts are timed by their sound, which is kept in HOTLINE_SOUNDS.
    """
    place = _folder(folder)
    faults, timed = all_faults(place), ""
    if not faults:
        faults, timed = too_long(place)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        click.echo(timed, nl=bool(timed), err=True)
        raise SystemExit(1)
    click.echo(f"{place}: no faults. {timed}")


@menus.command(short_help="Let new calls begin with a config folder.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--reason", default="", help="Why, for the history.")
@click.option("--now", is_flag=True, help="Do not wait until our voice has spoken it.")
@tells
def publish(folder: Path, reason: str, now: bool) -> None:
    """Check FOLDER and publish it: new calls begin with it once it is spoken; running calls keep theirs."""
    if faults := all_faults(folder) or too_long(folder)[0]:
        raise SourceError(faults)
    with connected() as engine:
        click.echo(published(engine, Publication(read_files(folder), reason, now)))


@menus.command("versions", short_help="List what was published, the newest first.")
@tells
def list_versions() -> None:
    """List what was published, the newest first: what is live, and what waits to be spoken."""
    with connected() as engine, engine.connect() as connection:
        table = table_of_versions(connection)
    if table:
        console = Console()
        console.width = console.width if console.is_terminal else 120  # nothing is cut off in a file
        console.print(table)
    else:
        click.echo("Nothing was published yet; hotline serve publishes its config when it first starts.")


@menus.command(short_help="Go back to the version before the newest.")
@tells
def rollback() -> None:
    """Let new calls begin with the version callers heard before the newest; once more undoes that."""
    with connected() as engine:
        told = rolled_back(engine)
    if told is None:
        raise click.ClickException("there is no version before the newest to go back to")
    click.echo(told)
