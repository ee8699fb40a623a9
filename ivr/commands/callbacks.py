"""hotline callbacks: who wants to be called back, and what became of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from ivr import callbacks as requests
from ivr.app import utc_now
from ivr.callbacks import MOST_TRIES, CallBack, NoSuchRequest, Tried
from ivr.commands.settings import read_settings, tells
from ivr.desk_hours import DeskHours
from ivr.hotline import Hotline
from ivr.hotline_parts import CHINA
from ivr.store import schema
from ivr.store.engine import connect
from ivr.store.sealed import Vault


@dataclass(frozen=True)
class _Desk:
    """What the work needs: one transaction, the keys, and the desk's hours."""

    session: Session
    vault: Vault
    hours: DeskHours


@click.group(invoke_without_command=True, subcommand_metavar="[COMMAND]")
@click.option("--number", "request", type=int, metavar="ID", help="Show the whole number of one, to dial it.")
@click.pass_context
@tells
def callbacks(context: click.Context, request: int | None) -> None:
    """List who wants to be called back, with masked numbers; those whose time comes first are at the top.

    Whoever calls back never asks for a PIN or a code.
    """
    if context.invoked_subcommand:
        return
    with _desk() as desk:
        if request is not None:
            click.echo(requests.number_of(desk.session, desk.vault, request))
            return
        found = requests.waiting(desk.session, desk.vault)
    if not found:
        click.echo("Nobody waits to be called back.")
        return
    console = Console()
    console.width = console.width if console.is_terminal else 120  # nothing is cut off in a file
    console.print(_table(found))


@callbacks.command(short_help="Close a request: the caller was reached.")
@click.argument("request", type=int, metavar="ID")
@tells
def done(request: int) -> None:
    """Close the request ID: the caller was reached."""
    with _desk() as desk:
        requests.done(desk.session, request, utc_now())
    click.echo(f"Call-back {request} is done.")


@callbacks.command(short_help="Note that nobody was reached.")
@click.argument("request", type=int, metavar="ID")
@click.option("--reason", default="", help="Why, such as: 没人接. Write no name and no number.")
@tells
def failed(request: int, reason: str) -> None:
    """Note that nobody was reached: request ID waits for the next half day, and is closed the third time."""
    with _desk() as desk:
        tried = requests.failed(desk.session, request, utc_now(), desk.hours, reason)
    click.echo(_told(request, tried))


@contextmanager
def _desk() -> Iterator[_Desk]:
    """Give the desk one transaction; what is asked of a request that is not open is told in a sentence."""
    settings = read_settings()
    hotline = Hotline.load(settings.config / "hotline.yaml")
    engine = connect(settings.database_url)
    try:
        schema.check(engine)
        with Session(engine) as session, session.begin():
            yield _Desk(session, Vault(settings.secret_key), hotline.desk)
    except NoSuchRequest as error:
        raise click.ClickException(str(error)) from error
    finally:
        engine.dispose()


def _told(request: int, tried: Tried) -> str:
    count = f"try {tried.tries} of {MOST_TRIES}"
    if not tried.is_open:
        return f"Call-back {request} is closed: nobody was reached ({count})."
    return f"Call-back {request} waits: {_window(tried.begins, tried.ends)} ({count})."


def _table(found: Sequence[CallBack]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("ID", "Call", "Number", "Name", "Asked", "Tries"):
        table.add_column(name, justify="right" if name in ("ID", "Tries") else "left", no_wrap=True)
    for each in found:
        asked = f"{each.asked_at.astimezone(CHINA):%m-%d %H:%M}"
        when = _window(each.begins, each.ends)
        table.add_row(str(each.id), when, each.number, each.name or "-", asked, str(each.tries))
    return table


def _window(begins: datetime | None, ends: datetime | None) -> str:
    """Return a window in China's time: 2026-11-23 13:00-17:00."""
    if begins is None or ends is None:
        return "any time"
    return f"{begins.astimezone(CHINA):%Y-%m-%d %H:%M}-{ends.astimezone(CHINA):%H:%M}"
