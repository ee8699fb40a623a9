"""Counts from clips: all thousand of them."""

from itertools import pairwise

import pytest

from speech.clips import counts
from speech.spoken import UnspeakableError, cardinal, count

INVENTORY = list(counts.inventory())


@pytest.mark.parametrize("say", [cardinal, count])
def test_every_number_up_to_999_is_joined_from_what_exists(say):
    for number in range(1000):
        clips = counts.split(say(number))
        assert "".join(clips) == say(number)
        assert set(clips) <= set(INVENTORY)
        assert len(clips) == (2 if number > 100 and number % 100 else 1)


def test_each_clip_is_there_once_and_each_is_needed():
    needed = {
        clip for number in range(1000) for say in (cardinal, count) for clip in counts.split(say(number))
    }
    assert set(INVENTORY) == needed
    assert len(INVENTORY) == len(needed)
    assert not [pair for pair in pairwise(INVENTORY) if pair[0] == pair[1][: len(pair[0])]]


@pytest.mark.parametrize(
    "said", ["", "一千", "负一", "百", "一百两", "一百二", "二十百", "两百", "12", "十二位", "一百零零二"]
)
def test_what_is_no_such_number_is_refused(said):
    with pytest.raises(UnspeakableError):
        counts.split(said)
