"""The manifest: that it can be true, and that it is true of the files which are there."""

import os
import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from speech.models import MODELS, Edition, Model, State
from speech.models.archive import Archive
from speech.models.packages import Packages
from speech.models.pages import Pages

EDITIONS = [pytest.param(model, each, id=model.name) for model in MODELS.values() for each in model.editions]
FILES = [pytest.param(file, id=file.path) for model in MODELS.values() for file in model.editions[0].files]
FOLDER = Path(os.environ.get("HOTLINE_MODELS") or "models")


@pytest.mark.parametrize("file", FILES)
def test_the_digest_is_the_one_of_the_real_file(file) -> None:
    if not (FOLDER / file.path).is_file():
        if file.path.startswith("kokoro/") and "kokoro" in os.environ.get("HOTLINE_REQUIRE", ""):
            pytest.fail(f"{file.path} is not in HOTLINE_MODELS; hotline models fetch kokoro brings it")
        pytest.skip(f"{file.path} is not in HOTLINE_MODELS")
    assert file.state(FOLDER, verify=True) is State.THERE


@pytest.mark.parametrize(("model", "edition"), EDITIONS)
def test_every_file_is_described_and_lies_in_the_folder_of_its_model(model: Model, edition: Edition) -> None:
    for file in edition.files:
        archive = isinstance(file, Archive)
        place = file.unpacked if archive else file.path.partition("/")[0]
        assert place == model.name
        assert ".." not in file.path
        # Of one archive nobody here could read more than the beginning; its entry says so.
        assert re.fullmatch("[0-9a-f]{8}|[0-9a-f]{64}" if archive else "[0-9a-f]{64}", file.sha256)
    assert max(Counter(file.path for file in edition.files).values()) == 1
    assert model.licence in ("Apache-2.0", "MIT")


@pytest.mark.parametrize(("model", "edition"), EDITIONS)
def test_every_file_has_a_source_and_every_source_gives_files_of_the_edition(
    model: Model, edition: Edition
) -> None:
    for file in edition.files:
        assert any(source.gives(file) for source in edition.sources), file.path
    known = {file.path for file in edition.files}
    for source in edition.sources:
        given = source.addresses if isinstance(source, Pages) else source.members  # type: ignore[attr-defined]
        assert set(given) <= known


def test_pages_are_asked_in_secret_and_packages_by_their_exact_version() -> None:
    sources = chain.from_iterable(edition.values[1].sources for edition in EDITIONS)
    for source in sources:
        if isinstance(source, Pages):
            assert all(address.startswith("https://") for address in source.addresses.values())
        if isinstance(source, Packages):
            assert all(re.fullmatch(r"[a-z0-9-]+==\d+\.\d+\.\d+", package) for package in source.packages)


def test_nothing_that_serves_can_fetch() -> None:
    may = {"commands/models.py", "commands/background_fetch.py"}
    application = Path(__file__).parents[2] / "ivr"
    for path in application.rglob("*.py"):
        names = re.search(r"speech\.models\b[^\n]*\bfetch\b", path.read_text("utf-8"))
        assert not names or str(path.relative_to(application)) in may, path
