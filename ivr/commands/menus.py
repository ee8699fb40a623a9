"""hotline menus: check a config folder, publish it, list what was published, go back."""

import getpass
import os
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from ivr.app import utc_now
from ivr.commands.settings import read_settings, tells
from ivr.hotline import Hotline
from ivr.regions import Regions
from ivr.services.context import CHINA
from ivr.services.register import CATALOGUE
from ivr.store import schema, versions
from ivr.store.engine import connect
from menus.check import check as faults_of
from menus.load import load_folder, read_files
from menus.source import Fault, SourceError


@click.group()
def menus() -> None:
    """Menus and wording: check, publish, versions, rollback."""


def _folder(given: Path | None) -> Path:
    return given or Path(os.environ.get("HOTLINE_CONFIG", "config"))


def all_faults(folder: Path) -> list[Fault]:
    """Return every fault of a config folder: hotline.yaml, regions, menus and wording."""
    faults: list[Fault] = []
    for read in (
        lambda: Hotline.load(folder / "hotline.yaml"),
        lambda: Regions.load(folder / "regions"),
        lambda: faults.extend(faults_of(load_folder(folder, CATALOGUE))),
    ):
        try:
            read()
        except SourceError as error:
            faults.extend(error.faults)
    return sorted(set(faults))


@menus.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
def check(folder: Path | None) -> None:
    """Check a config FOLDER (default: HOTLINE_CONFIG); every fault as file:line and what would be right."""
    faults = all_faults(_folder(folder))
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise SystemExit(1)
    click.echo(f"{_folder(folder)}: no faults.")


@menus.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--reason", default="", help="Why, for the history.")
@tells
def publish(folder: Path, reason: str) -> None:
    """Check FOLDER and make it the version that new calls begin with; running calls keep theirs."""
    if faults := all_faults(folder):
        raise SourceError(faults)
    engine = _engine()
    with engine.begin() as connection:
        digest = versions.publish(connection, read_files(folder), getpass.getuser(), reason, utc_now())
    click.echo(f"Published {digest[:12]}.")


@menus.command("versions")
@tells
def list_versions() -> None:
    """List what was published, the newest first."""
    table = Table("version", "published", "by", "reason")
    with _engine().connect() as connection:
        for version in versions.listed(connection):
            at = version.published_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
            table.add_row(version.digest[:12], at, version.author, version.reason)
    Console().print(table)


@menus.command()
@tells
def rollback() -> None:
    """Let new calls begin with the version before the newest again."""
    with _engine().begin() as connection:
        before = [version.digest for version in versions.listed(connection)][1:2]
        if not before:
            raise click.ClickException("there is no version before the newest to go back to")
        files = versions.files_of(connection, before[0])
        versions.publish(connection, files, getpass.getuser(), "rollback", utc_now())
    click.echo(f"New calls begin with {before[0][:12]} again.")


def _engine() -> Engine:
    engine = connect(read_settings().database_url)
    schema.check(engine)
    return engine
