"""hotline db: migrations."""

import click

from ivr.commands.settings import read_settings, tells
from ivr.store import schema
from ivr.store.engine import connect


@click.group("db")
def database() -> None:
    """The database: migrations."""


@database.command()
@tells
def upgrade() -> None:
    """Bring the database to the newest migration; harmless to repeat."""
    schema.upgrade(connect(read_settings().database_url))
    click.echo(f"The database is at migration {schema.newest()}.")


@database.command()
@tells
def check() -> None:
    """Exit 0 if the database is at the newest migration, else 1 and say what to run."""
    schema.check(connect(read_settings().database_url))
    click.echo(f"The database is at migration {schema.newest()}.")
