"""Published versions of menus and wording, stored by the hash of their content.

A conversation keeps the version it began with, so that publishing never disturbs a call.
"""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from ivr.store.tables import MenusVersion
from menus.catalogue import Catalogue
from menus.load import Files, digest_of, load
from menus.menu import Menus


def publish(connection: Connection, files: Files, author: str, reason: str, now: datetime) -> str:
    """Store the files as the newest version and return its digest; they must have passed the check.

    Publishing the newest version again changes nothing.
    """
    digest = digest_of(files)
    if newest(connection) == digest:
        return digest
    known = connection.execute(select(MenusVersion.digest).where(MenusVersion.digest == digest)).scalar()
    if known:
        connection.execute(update(MenusVersion).where(MenusVersion.digest == digest).values(published_at=now))
        return digest
    content = zlib.compress(json.dumps(dict(files), ensure_ascii=False).encode())
    row = {"digest": digest, "content": content, "author": author, "reason": reason, "published_at": now}
    connection.execute(insert(MenusVersion).values(row))
    return digest


def newest(connection: Connection) -> str | None:
    """Return the digest of the version new conversations begin with; None if nothing was published yet."""
    order = MenusVersion.published_at.desc()
    found: str | None = connection.execute(select(MenusVersion.digest).order_by(order).limit(1)).scalar()
    return found


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
    columns = MenusVersion.digest, MenusVersion.author, MenusVersion.reason, MenusVersion.published_at
    rows = connection.execute(select(*columns).order_by(MenusVersion.published_at.desc()))
    return [MenusVersion(**row) for row in rows.mappings()]
