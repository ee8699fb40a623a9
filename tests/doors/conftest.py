"""The demo as it is shipped, on SQLite and on PostgreSQL, speaking by itself or by the provider's voice."""

from collections.abc import Callable, Iterator

import pytest
from demo_town import MakeTown, Town
from house import Street


@pytest.fixture(scope="session")
def towns(streets: Callable[[str], Street], tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeTown]:
    """Return the town on "sqlite" or "postgresql" that speaks by "say" or "play", built when asked for."""
    made: dict[tuple[str, str], Town] = {}

    def town(database: str, prompts: str = "say") -> Town:
        key = (database, prompts)
        if key not in made:
            url = streets(database).engine.url.render_as_string(hide_password=False)
            made[key] = Town(url, tmp_path_factory.mktemp("town"), prompts=prompts)
        return made[key]

    yield town
    for each in made.values():
        each.built.engine.dispose()


@pytest.fixture
def town(towns: MakeTown) -> Town:
    """The demo on SQLite, in which nothing has happened yet; the provider's voice speaks."""
    found = towns("sqlite", "say")
    found.anew()
    return found
