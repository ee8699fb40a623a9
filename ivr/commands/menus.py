"""hotline menus: check a config folder, publish it, list what was published, go back."""

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from rich import box
from rich.console import Console
from rich.table import Table

from ivr.app import utc_now
from ivr.commands.settings import connected, tells
from ivr.hotline import Hotline, region_faults
from ivr.regions import Regions
from ivr.services.context import CHINA
from ivr.services.register import CATALOGUE, TEMPLATES
from ivr.store import versions
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
    faults.extend(tried(lambda: faults_of(load_folder(folder, CATALOGUE), TEMPLATES)) or ())
    if hotline and regions:
        sentences = region_faults(hotline, regions.codes)
        faults.extend(Fault(str(file), 0, sentence.partition(": ")[2]) for sentence in sentences)
    return sorted(set(faults))


@menus.command(short_help="List every fault of a config folder.")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def check(folder: Path | None) -> None:
    """Check a config FOLDER (default: HOTLINE_CONFIG); every fault as file:line and what would be right."""
    faults = all_faults(_folder(folder))
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise SystemExit(1)
    click.echo(f"{_folder(folder)}: no faults.")


@menus.command(short_help="Let new calls begin with a config folder.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--reason", default="", help="Why, for the history.")
@tells
def publish(folder: Path, reason: str) -> None:
    """Check FOLDER and make it the version that new calls begin with; running calls keep theirs."""
    if faults := all_faults(folder):
        raise SourceError(faults)
    with connected() as engine, engine.begin() as connection:
        before = versions.newest(connection)
        digest = versions.publish(connection, read_files(folder), _operator(), reason, utc_now())
    if digest == before:
        click.echo(f"New calls begin with {digest[:12]} already; nothing was changed.")
    else:
        click.echo(f"Published: new calls begin with {digest[:12]}.")


@menus.command("versions", short_help="List what was published, the newest first.")
@tells
def list_versions() -> None:
    """List what was published, the newest first: with that one new calls begin."""
    table = Table("version", "published", "by", "reason", box=box.SIMPLE_HEAD, pad_edge=False)
    with connected() as engine, engine.connect() as connection:
        found = versions.listed(connection)
    for version in found:
        at = version.published_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        table.add_row(version.digest[:12], at, version.author, version.reason)
    if found:
        Console().print(table)
    else:
        click.echo("Nothing was published yet; hotline serve publishes its config when it first starts.")


@menus.command(short_help="Go back to the version before the newest.")
@tells
def rollback() -> None:
    """Let new calls begin with the version before the newest again; once more undoes that."""
    with connected() as engine, engine.begin() as connection:
        before = [version.digest for version in versions.listed(connection)][1:2]
        if not before:
            raise click.ClickException("there is no version before the newest to go back to")
        files = versions.files_of(connection, before[0])
        versions.publish(connection, files, _operator(), "rollback", utc_now())
    click.echo(f"New calls begin with {before[0][:12]} again.")


def _operator() -> str:
    """Return who is at the keyboard; in a container there may be no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
