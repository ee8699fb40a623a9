"""The demo people in the database, through the same door as real ones, and who of them can be called as."""

import tempfile
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from ivr.app import Assembly
from ivr.channels.phone.demo import Caller
from ivr.hotline import allowed_mobiles
from ivr.store.tables import SchemaNote
from ivr.tools.demo_files import files
from ivr.tools.demo_persons import CALLERS
from ivr.tools.importing import Importing, import_file
from ivr.tools.report import Progress, nothing

# The note that says which day's demo people are in the database.
_NOTE = "demo_people"


class DemoError(Exception):
    """The demo people cannot be imported; the text is one fault a line."""


def demo_callers() -> tuple[Caller, ...]:
    """Return the demo people with something to try, the one who shows most first."""
    return tuple(
        Caller(
            name=person.name,
            number=person.mobile or person.calls_from,
            identity_number=person.identity_number,
            pin=person.pin,
            shows=person.shows,
        )
        for person in CALLERS.values()
    )


def fill(built: Assembly, progress: Progress = nothing) -> None:
    """Fill the empty database of a demo; harmless to repeat. `progress` is told of files."""
    mobiles = allowed_mobiles(built.hotline, built.settings)
    tools = Importing(built.vault, built.consulting.pins, mobiles, built.clock())
    with built.sessions.begin() as session:
        fill_session(session, tools, tools.today, progress)


def fill_session(session: Session, tools: Importing, today: date, progress: Progress = nothing) -> None:
    """Import the demo people as they are on a day, unless they are there already; the caller commits."""
    if session.get(SchemaNote, _NOTE) is not None:
        return
    texts = list(files(today))
    with tempfile.TemporaryDirectory(prefix="hotline-people-") as folder:
        for done, (kind, text) in enumerate(texts):
            progress(done, len(texts))
            path = Path(folder) / f"{kind}.csv"
            path.write_text(text, encoding="utf-8", newline="")
            report = import_file(kind, path, session, tools)
            if report.faults:
                raise DemoError("\n".join(map(str, report.faults)))
    session.add(SchemaNote(name=_NOTE, value=today.isoformat()))
    session.flush()
    progress(len(texts), len(texts))
