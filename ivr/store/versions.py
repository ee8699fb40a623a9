"""Published versions of menus and wording, stored by the hash of their content.

A conversation keeps the version it began with, so that publishing never disturbs a call. A version may wait
until a voice has spoken it: then calls begin with the one before, and when a newer one is published first, it
never goes live.
"""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from ivr.store.tables import Conversation, MenusVersion
from menus.catalogue import Catalogue
from menus.load import Files, digest_of, load
from menus.menu import Menus

_NEWEST_FIRST = MenusVersion.published_at.desc()


def publish(
    connection: Connection, files: Files, author: str, reason: str, now: datetime, *, waits: bool = False
) -> str:
    """Store the files as the newest version and return its digest; they must have passed the check.

    If it `waits`, `go_live` makes calls begin with it; but the very first version, and one that was live
    before, go live at once. Publishing the live version changes nothing, except that nothing waits any more.
    """
    digest, live = digest_of(files), newest(connection)
    found = listed(connection)
    known = next((version for version in found if version.digest == digest), None)
    waits = waits and live is not None and not (known and known.live_at)
    if known is None:
        content = zlib.compress(json.dumps(dict(files), ensure_ascii=False).encode())
        row = {"digest": digest, "content": content, "author": author, "reason": reason}
        times = {"published_at": now, "live_at": None if waits else now}
        connection.execute(insert(MenusVersion).values(row | times))
    elif known is not found[0] or not (waits or known.live_at):
        since = known.live_at if waits or digest == live else now
        again = update(MenusVersion).where(MenusVersion.digest == digest)
        connection.execute(again.values(published_at=now, live_at=since))
    return digest


def newest(connection: Connection) -> str | None:
    """Return the digest of the version new conversations begin with; None if nothing was published yet."""
    live = select(MenusVersion.digest).where(MenusVersion.live_at.is_not(None))
    found: str | None = connection.execute(live.order_by(_NEWEST_FIRST).limit(1)).scalar()
    return found


def waiting(connection: Connection) -> str | None:
    """Return the digest of the version that is to go live next; None if the newest one is live."""
    columns = MenusVersion.digest, MenusVersion.live_at
    last = connection.execute(select(*columns).order_by(_NEWEST_FIRST).limit(1)).first()
    return last.digest if last and last.live_at is None else None


def go_live(connection: Connection, digest: str, now: datetime) -> bool:
    """Let new conversations begin with the version that waits; False if this one does not wait any more."""
    if waiting(connection) != digest:
        return False
    waits = MenusVersion.digest == digest, MenusVersion.live_at.is_(None)
    return connection.execute(update(MenusVersion).where(*waits).values(live_at=now)).rowcount == 1


def before_newest(connection: Connection) -> str | None:
    """Return the version before the newest that callers have heard; None if there is none to go back to."""
    return next((version.digest for version in listed(connection)[1:] if version.live_at), None)


def in_use(connection: Connection) -> set[str]:
    """Return every version that callers hear or may hear soon: of running conversations, live, waiting."""
    running = select(Conversation.menus_version).where(Conversation.open).distinct()
    soon = newest(connection), waiting(connection), before_newest(connection)
    return {*connection.execute(running).scalars(), *filter(None, soon)}


def files_of(connection: Connection, digest: str) -> dict[str, str]:
    """Return the files of a stored version: relative path -> text. LookupError if there is none."""
    content = connection.execute(select(MenusVersion.content).where(MenusVersion.digest == digest)).scalar()
    if content is None:
        raise LookupError(f"no version of menus {digest[:12]} is stored")
    files: dict[str, str] = json.loads(zlib.decompress(content))
    return files


class Versions:
    """Stored versions as menus, loaded once each: content never changes under its digest."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._loaded: dict[str, Menus] = {}

    def newest(self, connection: Connection) -> Menus:
        """Return the version for new conversations; LookupError before the first is published."""
        digest = newest(connection)
        if digest is None:
            raise LookupError("no menus are published yet; run: hotline menus publish")
        return self.menus(connection, digest)

    def menus(self, connection: Connection, digest: str) -> Menus:
        """Return one version."""
        if digest not in self._loaded:
            self._loaded[digest] = load(files_of(connection, digest), self._catalogue).menus
        return self._loaded[digest]


def listed(connection: Connection) -> Sequence[MenusVersion]:
    """Return every version without its content, the newest first."""
    columns = [column for column in MenusVersion.__table__.columns if column.name != "content"]
    rows = connection.execute(select(*columns).order_by(_NEWEST_FIRST))
    return [MenusVersion(**row) for row in rows.mappings()]
