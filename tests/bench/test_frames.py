"""The costs of frames are measured of codecs that agree, and told as they were measured."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.frames import BARE, FRAME, OURS, OURS_AS_SAMPLES, Size, compare, measure, messages, write

TINY = Size(pairs=3, frames=5)


def test_both_ways_are_measured_beside_a_peer() -> None:
    rows = compare(BARE, TINY)
    assert [(row.way, row.ours, row.peer) for row in rows] == [
        ("read", OURS.name, BARE.name),
        ("write", OURS.name, BARE.name),
    ]
    for row in rows:
        assert row.lowest <= row.ratio <= row.highest
        assert min(row.our_microseconds, row.peer_microseconds) > 0


def test_a_peer_may_have_samples_for_sound() -> None:
    message = messages(1)[0]
    assert len(OURS_AS_SAMPLES.decode(message)) == 2 * FRAME
    assert OURS_AS_SAMPLES.encode(OURS_AS_SAMPLES.decode(message)) == OURS.encode(OURS.decode(message))
    assert len(compare(OURS_AS_SAMPLES, TINY, OURS_AS_SAMPLES)) == 2


def test_ratio_is_that_of_the_peer_to_ours() -> None:
    slow = replace(BARE, name="slow", decode=lambda message: [BARE.decode(message) for _ in range(50)][-1])
    read, write_ = compare(slow, Size(pairs=5, frames=50))
    assert read.lowest > 3
    assert write_.ratio < read.ratio


@pytest.mark.parametrize(
    ("lying", "told"),
    [
        (replace(BARE, decode=lambda message: BARE.decode(message)[1:]), "read the same sound"),
        (replace(BARE, encode=lambda sound: BARE.encode(sound[::-1])), "write the same message"),
    ],
)
def test_a_peer_that_does_something_else_is_not_measured(lying, told: str) -> None:
    with pytest.raises(RuntimeError, match=told):
        compare(lying, TINY)


def test_frames_are_different_and_the_same_in_every_run() -> None:
    frames = messages(20)
    assert len({json.loads(frame)["media"]["payload"] for frame in frames}) == 20
    assert frames == messages(20)
    assert all(len(OURS.decode(frame)) == FRAME for frame in frames)


def test_the_report_is_a_table_of_all_rows(tmp_path: Path) -> None:
    text = write(measure(((OURS, BARE), (OURS, OURS)), quick=True), tmp_path, 8.04)
    assert (tmp_path / "frames.md").read_text() == text
    assert "a silent frame takes another 8.0 µs" in text
    rows = re.findall(
        r"^\| (read|write) \| ours \| (.+) \| \d+\.\d\d µs \| \d+\.\d\d µs \| \*\*\d+\.\d\d\*\* \(",
        text,
        re.M,
    )
    assert rows == [("read", BARE.name), ("write", BARE.name), ("read", "ours"), ("write", "ours")]
