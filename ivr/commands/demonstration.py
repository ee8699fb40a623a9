"""A hotline of its own for a while: a folder that is thrown away, made-up keys, demo people."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ivr.app import Assembly, assemble, utc_now
from ivr.settings import Settings
from ivr.store import schema
from ivr.store.engine import connect
from ivr.tools.demo_people import fill


@contextmanager
def demonstration(
    console: Console, changes: Mapping[str, str], clock: Callable[[], datetime] = utc_now
) -> Iterator[Assembly]:
    """Give a demo hotline with its people in it, and forget everything at the end.

    `changes` are settings on top of the environment's; where its data are and what it is are the demo's own.
    """
    owner = os.getpid()
    folder = Path(tempfile.mkdtemp(prefix="hotline-demo-"))
    try:
        settings = Settings.read(
            {
                **os.environ,
                "HOTLINE_ENV": "demo",
                "HOTLINE_DATABASE_URL": f"sqlite:///{folder}/hotline.db",
                "HOTLINE_TEXTS": f"file:{folder}/texts.jsonl",
                **changes,
            }
        )
        engine = connect(settings.database_url)
        schema.upgrade(engine)
        engine.dispose()
        built = assemble(settings, clock)
        with progress_bar(console) as progress:
            people = progress.add_task("Making demo people")
            fill(built, lambda done, total: progress.update(people, completed=done, total=total))
        yield built
    finally:
        if os.getpid() == owner:  # a forked server that ends comes by here as well
            shutil.rmtree(folder, ignore_errors=True)


def progress_bar(console: Console) -> Progress:
    """Return a bar with what is done and how many there are."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    return Progress(*columns, console=console)
