"""What every command does first and last: read the settings, and tell what to mend without a traceback."""

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from ivr.settings import Settings, SettingsError, database_url
from ivr.settings_table import misspelled
from ivr.store import schema
from ivr.store.engine import DatabaseUrlError, connect
from ivr.store.schema import SchemaError
from ivr.store.sealed import SealError
from menus.source import SourceError

Command = TypeVar("Command", bound=Callable[..., Any])

# What an operator can mend; each already says how in its own words.
MENDABLE = (SettingsError, DatabaseUrlError, SchemaError, SealError, SourceError)

# Of what a database refuses, these are our mistakes: they keep their traceback.
_OURS = (DataError, IntegrityError, ProgrammingError)
# PostgreSQL: this user may not do that; this user has no schema to put tables into.
_NOT_ALLOWED = ("42501", "3F000")


def read_settings() -> Settings:
    """Return the settings of this environment; variables that look like ours and are none are told of."""
    for sentence in misspelled(os.environ):
        click.echo(f"Warning: {sentence}", err=True)
    return Settings.read(os.environ)


@contextmanager
def connected(*, up_to_date: bool = True) -> Iterator[Engine]:
    """Give the database of this environment, which no other setting is needed for.

    SchemaError unless it is at the newest migration, where it has to be.
    """
    engine = connect(database_url(os.environ))
    try:
        if up_to_date:
            schema.check(engine)
        yield engine
    finally:
        engine.dispose()


def tells(command: Command) -> Command:
    """Turn what an operator can mend into its sentences and exit code 1."""

    @functools.wraps(command)
    def told(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except MENDABLE as error:
            raise _mended_by(str(error)) from error
        except DBAPIError as error:
            if isinstance(error, _OURS) and getattr(error.orig, "sqlstate", "") not in _NOT_ALLOWED:
                raise
            raise _mended_by(_refused(error)) from error

    return told  # type: ignore[return-value]


def _mended_by(sentences: str) -> click.ClickException:
    """Return what click shows: several sentences below each other, so that file:line can be clicked."""
    lines = sentences.splitlines()
    return click.ClickException(
        f"{len(lines)} things have to be mended:\n{sentences}" if lines[1:] else sentences
    )


def _refused(error: DBAPIError) -> str:
    reason = str(error.orig).strip().partition("\n")[0]
    return f"the database cannot be used ({reason}); does it run, and is HOTLINE_DATABASE_URL right?"
