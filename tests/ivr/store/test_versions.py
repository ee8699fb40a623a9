"""Versions of menus: stored by content, the newest last, found again word for word."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from ivr.services.register import CATALOGUE
from ivr.store import versions
from ivr.store.tables import MenusVersion
from ivr.store.versions import Versions
from menus.load import digest_of, read_files

CONFIG = Path(__file__).parents[3] / "config"
FILES = read_files(CONFIG)
OTHER = {path: text.replace("查余额,请按一", "要听余额,请按一") for path, text in FILES.items()}
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def test_before_the_first_there_is_none(engine: Engine) -> None:
    with engine.begin() as connection:
        assert versions.newest(connection) is None
        with pytest.raises(LookupError, match="no menus are published yet; run: hotline menus publish"):
            Versions(CATALOGUE).newest(connection)
        with pytest.raises(LookupError, match="no version of menus 0123456789ab is stored"):
            versions.files_of(connection, "0123456789abcdef")


def test_files_come_back_word_for_word_under_the_digest_of_their_content(engine: Engine) -> None:
    with engine.begin() as connection:
        digest = versions.publish(connection, FILES, "ann", "the first", NOW)
        assert digest == digest_of(FILES)
        assert versions.files_of(connection, digest) == FILES


def test_the_newest_is_the_one_published_last_also_if_it_is_an_old_one(engine: Engine) -> None:
    with engine.begin() as connection:
        first = versions.publish(connection, FILES, "ann", "the first", NOW)
        second = versions.publish(connection, OTHER, "ben", "other words", LATER)
        assert versions.newest(connection) == second
        assert versions.publish(connection, FILES, "ann", "back", LATER + timedelta(minutes=1)) == first
        assert versions.newest(connection) == first
        assert [row.digest for row in versions.listed(connection)] == [first, second]
        assert [(row.author, row.reason) for row in versions.listed(connection)][1] == ("ben", "other words")


def test_publishing_the_newest_again_changes_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        versions.publish(connection, FILES, "ann", "the first", NOW)
        versions.publish(connection, FILES, "ben", "the same", LATER)
        row = connection.execute(select(MenusVersion.author, MenusVersion.published_at)).one()
        assert tuple(row) == ("ann", NOW)


def test_menus_of_a_version_are_loaded_once(engine: Engine) -> None:
    known = Versions(CATALOGUE)
    with engine.begin() as connection:
        digest = versions.publish(connection, FILES, "ann", "the first", NOW)
        menus = known.newest(connection)
        assert menus.digest == digest
        assert known.menus(connection, digest) is menus
        other = versions.publish(connection, OTHER, "ben", "other words", LATER)
        assert known.newest(connection).digest == other
        assert known.menus(connection, digest) is menus
