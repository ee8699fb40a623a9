"""What a file has had so far, kept by the database, so that a long file needs no memory of ours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, select
from sqlalchemy.orm import Session

_TABLE = Table(
    "import_seen",
    MetaData(),
    Column("key", String(200), primary_key=True),
    Column("line", Integer, nullable=False),
    Column("times", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class Before:
    """How often a key stood in the file before, and in which line first."""

    times: int
    line: int


class Seen:
    """Counts keys of at most 200 characters while an import lasts; the session's transaction ends it too."""

    def __init__(self, session: Session) -> None:
        self._session = session
        _TABLE.create(session.connection())

    def close(self) -> None:
        """Forget everything."""
        _TABLE.drop(self._session.connection())

    def note(self, keys: Sequence[tuple[str, int]]) -> list[Before]:
        """Note keys with their lines, in order, and return for each what was noted before it."""
        known = self._known({key for key, _ in keys})
        counted = dict(known)
        before: list[Before] = []
        for key, line in keys:
            last = counted.get(key, Before(0, line))
            before.append(last)
            counted[key] = Before(last.times + 1, last.line)
        self._write(counted, known)
        return before

    def _known(self, keys: Iterable[str]) -> dict[str, Before]:
        rows = self._session.execute(select(_TABLE).where(_TABLE.c.key.in_(list(keys)))).all()
        return {row.key: Before(row.times, row.line) for row in rows}

    def _write(self, counted: Mapping[str, Before], known: Mapping[str, Before]) -> None:
        new = [{"key": k, "line": b.line, "times": b.times} for k, b in counted.items() if k not in known]
        more = [{"this": k, "times": b.times} for k, b in counted.items() if k in known and known[k] != b]
        if new:
            self._session.execute(_TABLE.insert(), new)
        if more:
            of_key = _TABLE.c.key == bindparam("this")
            self._session.execute(_TABLE.update().where(of_key).values(times=bindparam("times")), more)
