"""What `hotline menus publish`, `versions` and `rollback` do, and the sentences in which they say it."""

import getpass
import os
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from rich import box
from rich.table import Table
from sqlalchemy import Connection, Engine

from ivr.app import assemble, utc_now
from ivr.commands.settings import MENDABLE, read_settings
from ivr.rendering import left_to_speak
from ivr.services.context import CHINA
from ivr.services.register import CATALOGUE
from ivr.store import versions
from ivr.store.tables import MenusVersion
from menus.load import Files, digest_of, load

_SHOWN = 12


class Publication(NamedTuple):
    """What is published: the files, why, and whether it is to go live without waiting to be spoken."""

    files: Files
    reason: str
    now: bool = False


def published(engine: Engine, new: Publication) -> str:
    """Publish files that passed the check, and say when new calls begin with them."""
    left = 0 if new.now else _left_to_speak(engine, new.files)
    with engine.begin() as connection:
        before = versions.newest(connection), versions.waiting(connection)
        digest = versions.publish(connection, new.files, _operator(), new.reason, utc_now(), waits=left != 0)
        after = versions.newest(connection), versions.waiting(connection)
    name = digest[:_SHOWN]
    if digest in after[1:]:
        what = "what is new in it" if left is None else _counted(left)
        return f"{name} goes live when `hotline worker` has spoken {what}; until then calls begin as before."
    if after == before:
        return f"New calls begin with {name} already; nothing was changed."
    return f"{name} is live: new calls begin with it."


def rolled_back(engine: Engine) -> str | None:
    """Go back to the version callers heard before the newest; None if there is none."""
    with engine.begin() as connection:
        dropped, before = versions.waiting(connection), versions.before_newest(connection)
        if before is None:
            return None
        files = versions.files_of(connection, before)
        versions.publish(connection, files, _operator(), "rollback", utc_now())
    if dropped:
        return f"New calls go on with {before[:_SHOWN]}; {dropped[:_SHOWN]} will not go live."
    return f"New calls begin with {before[:_SHOWN]} again."


def table_of_versions(connection: Connection) -> Table | None:
    """Return all versions, the newest first, and which of them is live or waits; None if there are none."""
    found, live = versions.listed(connection), versions.newest(connection)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("version", "published", "state", "by"):
        table.add_column(column, no_wrap=True)
    table.add_column("reason")
    for version in found:
        state = _state(version, found, live)
        table.add_row(
            version.digest[:_SHOWN], _time(version.published_at), state, version.author, version.reason
        )
    return table if found else None


def _state(version: MenusVersion, found: Sequence[MenusVersion], live: str | None) -> str:
    if version.live_at is None:
        return "waiting" if version is found[0] else "never live"
    if version.digest == live:
        return f"live since {_time(version.live_at)}"
    return "was live"


def _left_to_speak(engine: Engine, files: Files) -> int | None:
    """Return how many sentences are to be spoken first; None where this environment cannot tell.

    The first version has nobody to wait for. In a demo, or where the provider's voice speaks, nothing waits.
    """
    if os.environ.get("HOTLINE_ENV") == "demo" or os.environ.get("HOTLINE_PROMPTS") == "say":
        return 0
    with engine.connect() as connection:
        if versions.newest(connection) in (None, digest_of(files)):
            return 0
    try:
        built = assemble(read_settings())
    except MENDABLE:  # whoever publishes needs the database only; the worker has all settings
        return None
    try:
        return left_to_speak(built, load(files, CATALOGUE).menus)
    finally:
        built.engine.dispose()


def _counted(sentences: int) -> str:
    return f"its {sentences} new sentence{'s' if sentences > 1 else ''}"


def _time(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def _operator() -> str:
    """Return who is at the keyboard; in a container there may be no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
