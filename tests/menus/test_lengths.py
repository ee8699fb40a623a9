"""What lasts too long is a fault with its figure; menus have twenty seconds, everything else has twelve."""

import pytest
from small import CATALOGUE, FILES  # type: ignore[import-not-found]

from menus.lengths import length_faults
from menus.load import load

PROMPTS = "prompts/zh-CN.yaml"


def line_of(prompt: str) -> int:
    return FILES[PROMPTS][: FILES[PROMPTS].index(f"\n{prompt}:") + 1].count("\n") + 1


def told(**seconds: float) -> list[str]:
    return [
        str(fault) for fault in length_faults(load(FILES, CATALOGUE, "config"), seconds, "the built-in voice")
    ]


@pytest.mark.parametrize(
    ("prompt", "most"), [("main", 20), ("choice", 20), ("more", 20), ("silent1", 12), ("pin", 12)]
)
def test_a_prompt_may_last_as_long_as_what_is_done_with_it_allows(prompt: str, most: int) -> None:
    assert told(**{prompt: float(most)}) == []
    (fault,) = told(**{prompt: most + 0.1})
    what = f"'{prompt}' lasts {most}.1 s with the built-in voice; at most {most} s; shorten it"
    assert fault == f"config/{PROMPTS}:{line_of(prompt)}: {what}"


def test_faults_come_in_the_order_of_their_lines_and_what_was_not_measured_is_none() -> None:
    faults = told(silent2=99, silent1=99)
    assert [fault.split("'")[1] for fault in faults] == ["silent1", "silent2"]
    assert told() == []
