"""The small hotline of these tests, with the provider's voice or its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from toy_doors import Toy


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Toy]:
    toy = Toy(tmp_path)
    yield toy
    toy.close()


@pytest.fixture
def playing(tmp_path: Path) -> Iterator[Toy]:
    toy = Toy(tmp_path, own_voice=True)
    yield toy
    toy.close()
