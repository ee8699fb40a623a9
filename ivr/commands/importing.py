"""hotline import: people, their ledgers and their bindings from files of the authority."""

from pathlib import Path
from typing import cast

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.orm import Session

from ivr.app import utc_now
from ivr.commands.settings import read_settings, tells
from ivr.hotline import Hotline, allowed_mobiles
from ivr.services.pin_hasher import PinHasher, load_or_create_pepper
from ivr.settings import Settings
from ivr.store import schema
from ivr.store.engine import connect
from ivr.store.sealed import Vault
from ivr.tools.importing import KINDS, Importing, Kind, Report, import_file


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only check and count; change nothing.")
@tells
def import_(kind: str, file: Path, dry_run: bool) -> None:
    """Import people, ledger or bindings from FILE (CSV in UTF-8, or XLSX): all rows of it or none.

    Every fault is told as file:line and what would be right; then nothing was changed and the exit code
    is 1. Import people first, then the ledger and the bindings. Repeating an import changes nothing.
    On SQLite calls wait while an import runs, so run long ones at night.
    """
    report = _imported(cast("Kind", kind), file, dry_run)
    for fault in report.faults:
        click.echo(str(fault))
    if report.faults:
        click.echo(f"Nothing was changed: {len(report.faults)} faults in {report.rows} rows.")
        raise SystemExit(1)
    would = " (a dry run: nothing was changed)" if dry_run else ""
    click.echo(
        f"{report.rows} rows: {report.added} added, {report.changed} changed, "
        f"{report.unchanged} already there{would}."
    )


def _imported(kind: Kind, file: Path, dry_run: bool) -> Report:
    settings = read_settings()
    engine = connect(settings.database_url)
    schema.check(engine)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"Reading {file.name}")
        with Session(engine) as session, session.begin():
            return import_file(
                kind,
                file,
                session,
                _tools(settings, session),
                lambda done, total: bar.update(task, completed=done, total=total),
                dry_run,
            )


def _tools(settings: Settings, session: Session) -> Importing:
    vault = Vault(settings.secret_key)
    hotline = Hotline.load(settings.config / "hotline.yaml")
    pins = PinHasher(load_or_create_pepper(session, vault))
    return Importing(vault, pins, allowed_mobiles(hotline, settings), utc_now())
