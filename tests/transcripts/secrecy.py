"""What nobody may find in the database, the turns or the log after a conversation, and where it was found.

The file of HOTLINE_TEXTS is a provider's side and may hold codes and mobiles.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cast import PEOPLE
from house import House
from sqlalchemy import select

from ivr.channels.phone.steps import Transcript
from ivr.store.tables import Table, TurnRow
from speech.heard import digits as heard

# What stands in the open on purpose and is written like a PIN: the codes of regions.
_OPEN = frozenset({"450100", "440300", "110000", "460000", "999999"})
_SIX = re.compile(r"\d{6,}[X*]?")
# Six digits may stand by chance within a hash of hexadecimal digits.
_ALONE = re.compile(rb"(?<![0-9a-f])\d{6,}(?![0-9a-f])")


def leaks(house: House, transcript: Transcript, log: str) -> list[str]:
    """Return where something personal or secret of this conversation can be read."""
    places = {
        "log": log.encode(),
        "database": b"".join(_files(house)),
        "rows": "\n".join(_rows(house)).encode(),
        "turns": "\n".join(_strings_of_turns(house)).encode(),
    }
    personal = [each.encode() for each in (*_personal(), *_spoken(transcript))]
    digits = _digits(house, transcript)
    found = [(each, place) for place, text in places.items() for each in personal if each in text]
    for place, text in places.items():
        found += [(each, place) for each in digits.intersection(_ALONE.findall(text))]
    return [f"{each.decode()} in {place}" for each, place in found]


def _personal() -> list[str]:
    """Return names, numbers without their last character, mobiles without +86, digits of cards."""
    found = [member.name for member in PEOPLE] + [member.number[:17] for member in PEOPLE]
    found += [member.mobile[3:] for member in PEOPLE if member.mobile]
    return found + [member.card[1:] for member in PEOPLE if member.card]


def _spoken(transcript: Transcript) -> list[str]:
    """Return every long number that somebody said instead of keying it."""
    said = [step.words["words"] for step in transcript.steps if step.verb == "says"]
    return [words for words in said if len(heard(words).digits or "") >= 6]


def _digits(house: House, transcript: Transcript) -> set[bytes]:
    """Return every PIN and code there was, and every long number somebody keyed or wrote."""
    keyed = " ".join(step.words.get("keys", step.words.get("text", "")) for step in transcript.steps)
    pins = {member.pin for member in PEOPLE if member.pin}
    return {each.encode() for each in {*_SIX.findall(keyed), *house.codes(), *pins} - _OPEN}


def _files(house: House) -> Iterator[bytes]:
    """Yield SQLite's files as they are, deleted rows and the write-ahead log included.

    Another process reads them: closing a file drops all locks this process has on it, SQLite's among them,
    and the next connection to close would then take the log away from under the others
    (sqlite.org/howtocorrupt.html, 2.2).
    """
    path = house.built.engine.url.database or ""
    for file in (Path(path), Path(f"{path}-wal")):
        if house.url.startswith("sqlite") and file.exists():
            yield subprocess.run(["cat", file], capture_output=True, check=True).stdout


def _rows(house: House) -> Iterator[str]:
    with house.built.engine.connect() as connection:
        for table in Table.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                yield "\n".join(
                    value.decode("utf-8", errors="replace") if isinstance(value, bytes) else f" {value} "
                    for value in row
                )


def _strings_of_turns(house: House) -> Iterator[str]:
    with house.built.engine.connect() as connection:
        for sealed in connection.execute(select(TurnRow.record_sealed)).scalars():
            yield from _strings(json.loads(house.built.vault.open(sealed, "turns.record")))


def _strings(data: Any) -> Iterable[str]:
    """Yield every word of a record; an amount of six figures is no code.

    The number that called may stand in the sealed turn in which it was said back, and only under its name.
    """
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        return [
            text for key, value in data.items() if key != "caller_number" for text in (key, *_strings(value))
        ]
    return [text for value in data for text in _strings(value)] if isinstance(data, list) else []
