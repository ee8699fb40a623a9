"""The shipped configuration, as the program reads it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ivr.hotline import Hotline
from ivr.regions import Regions
from menus.source import read

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="session")
def prompts() -> Mapping[str, str]:
    wording: Mapping[str, str] = read(CONFIG / "prompts" / "zh-CN.yaml").data
    return wording


@pytest.fixture(scope="session")
def texts() -> Mapping[str, str]:
    wording: Mapping[str, str] = read(CONFIG / "texts" / "zh-CN.yaml").data
    return wording


@pytest.fixture(scope="session")
def regions() -> Regions:
    return Regions.load(CONFIG / "regions")


@pytest.fixture(scope="session")
def hotline() -> Hotline:
    return Hotline.load(CONFIG / "hotline.yaml")
