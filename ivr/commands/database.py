"""hotline db: migrations."""

import click

from ivr.commands.settings import connected, tells
from ivr.store import schema


@click.group("db")
def database() -> None:
    """Bring the database up to date, or see whether it is. Needs HOTLINE_DATABASE_URL only."""


@database.command(short_help="Bring the database to the newest migration.")
@tells
def upgrade() -> None:
    """Bring the database to the newest migration; harmless to repeat."""
    with connected(up_to_date=False) as engine:
        schema.upgrade(engine)
    click.echo(f"The database is at migration {schema.newest()}.")


@database.command(short_help="Exit 1 unless the database is at the newest migration.")
@tells
def check() -> None:
    """Exit 0 if the database is at the newest migration, else 1 and say what to run."""
    with connected():
        click.echo(f"The database is at migration {schema.newest()}.")
