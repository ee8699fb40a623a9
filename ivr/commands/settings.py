"""What every command does first and last: read the settings, and tell what to mend without a traceback."""

import functools
import logging
import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ivr.settings import Settings, SettingsError
from ivr.store.engine import DatabaseUrlError
from ivr.store.schema import SchemaError
from ivr.store.sealed import SealError
from menus.source import SourceError

Command = TypeVar("Command", bound=Callable[..., Any])

# What an operator can mend; each already says how in its own words.
MENDABLE = (SettingsError, DatabaseUrlError, SchemaError, SealError, SourceError)


def read_settings() -> Settings:
    """Return the settings of this environment."""
    return Settings.read(os.environ)


def tells(command: Command) -> Command:
    """Turn what an operator can mend into its sentences and exit code 1."""

    @functools.wraps(command)
    def told(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except MENDABLE as error:
            raise click.ClickException(str(error)) from error

    return told  # type: ignore[return-value]


def log_to_stderr() -> None:
    """Log times, levels and sentences, one line each, for a service manager to collect."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
