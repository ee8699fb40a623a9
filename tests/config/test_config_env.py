import re
from pathlib import Path

from ivr.settings_table import SETTINGS, example_env

EXAMPLE = Path(__file__).parents[2] / "config" / "example.env"


def test_the_example_is_what_the_table_of_settings_says() -> None:
    """Write it again with: python -c "from ivr.settings_table import *; print(example_env(), end='')"."""
    assert EXAMPLE.read_text(encoding="utf-8") == example_env()


def test_every_setting_stands_in_the_example_with_a_sentence_and_nothing_else_does() -> None:
    named = re.findall(r"^# .*\.\n#?([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert named == [setting.name for setting in SETTINGS]


def test_the_example_holds_no_secret() -> None:
    filled = re.findall(r"^([A-Z_]+)=(.+)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert filled == []
