"""Versions of menus: stored by content, the newest last, found again word for word."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, insert, select

from ivr.services.register import CATALOGUE
from ivr.store import versions
from ivr.store.tables import Conversation, MenusVersion
from ivr.store.versions import Versions
from menus.load import Files, digest_of, read_files

CONFIG = Path(__file__).parents[3] / "config"
FILES = read_files(CONFIG)
OTHER = {path: text.replace("查余额,请按一", "要听余额,请按一") for path, text in FILES.items()}
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
THIRD = {path: text.replace("查余额,请按一", "想听余额,请按一") for path, text in FILES.items()}
Publish = Callable[..., tuple[str, Connection]]


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


@pytest.fixture
def published(engine: Engine) -> Iterator[Publish]:
    """Publish files a minute after the ones before, in one transaction for the whole test."""
    with engine.begin() as connection:
        clock = (NOW + timedelta(minutes=number) for number in count())

        def publish(files: Files, *, waits: bool = True) -> tuple[str, Connection]:
            return versions.publish(connection, files, "ann", "", next(clock), waits=waits), connection

        yield publish


def test_the_very_first_version_never_waits(published: Publish) -> None:
    first, connection = published(FILES)
    assert (versions.newest(connection), versions.waiting(connection)) == (first, None)


def test_a_version_that_waits_goes_live_once(published: Publish) -> None:
    first, connection = published(FILES)
    second, _ = published(OTHER)
    assert (versions.newest(connection), versions.waiting(connection)) == (first, second)
    assert versions.go_live(connection, second, LATER)
    assert not versions.go_live(connection, second, LATER + timedelta(minutes=1))
    assert (versions.newest(connection), versions.waiting(connection)) == (second, None)
    assert versions.listed(connection)[0].live_at == LATER


def test_a_version_that_was_replaced_while_it_waited_never_goes_live(published: Publish) -> None:
    first, connection = published(FILES)
    second, _ = published(OTHER)
    third, _ = published(THIRD)
    assert not versions.go_live(connection, second, LATER)
    assert versions.waiting(connection) == third
    assert versions.go_live(connection, third, LATER)
    assert (versions.newest(connection), versions.before_newest(connection)) == (third, first)


def test_publishing_the_live_version_takes_back_what_waits(published: Publish) -> None:
    first, connection = published(FILES)
    second, _ = published(OTHER)
    assert versions.before_newest(connection) == first
    published(FILES)
    assert (versions.newest(connection), versions.waiting(connection)) == (first, None)
    assert not versions.go_live(connection, second, LATER)
    assert versions.listed(connection)[0].live_at == NOW, "it was live all the time"


def test_a_version_that_was_live_before_goes_live_at_once(published: Publish) -> None:
    first, connection = published(FILES)
    published(OTHER, waits=False)
    published(FILES)
    assert (versions.newest(connection), versions.waiting(connection)) == (first, None)
    assert versions.listed(connection)[0].live_at == NOW + timedelta(minutes=2)


def test_a_version_that_waits_can_be_made_live_by_publishing_it_again(published: Publish) -> None:
    published(FILES)
    second, connection = published(OTHER)
    published(OTHER)
    assert versions.waiting(connection) == second
    published(OTHER, waits=False)
    assert (versions.newest(connection), versions.waiting(connection)) == (second, None)


def test_versions_in_use_are_those_callers_hear_or_may_hear_soon(engine: Engine) -> None:
    old, live, soon, gone = ({**FILES, "menus/more.yaml": f"# {number}"} for number in range(4))
    with engine.begin() as connection:
        digests = [
            versions.publish(connection, files, "ann", "", NOW + timedelta(minutes=number))
            for number, files in enumerate([old, gone, OTHER, live])
        ]
        digests.append(versions.publish(connection, soon, "ann", "", NOW + timedelta(hours=1), waits=True))
        row = {"key": "call", "channel": "voice", "menus_version": digests[0], "caller_hash": ""}
        connection.execute(insert(Conversation).values(**row, open=True, started_at=NOW))
        row |= {"key": "ended", "menus_version": digests[1]}
        connection.execute(insert(Conversation).values(**row, open=False, started_at=NOW))
        assert versions.in_use(connection) == {digests[0], digests[3], digests[4]}
        assert versions.waiting(connection) == digests[4]
