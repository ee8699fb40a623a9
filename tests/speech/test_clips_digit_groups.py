"""Groups of digits from clips: pairs, and one that is left."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.clips import digit_groups
from speech.spoken import UnspeakableError, digits

INVENTORY = list(digit_groups.inventory())
KINDS = ["phone", "code", "tail", "identity", "card", "plain"]


def test_each_clip_is_there_once_and_neighbouring_pairs_share_no_digit_in_the_same_place():
    assert len(set(INVENTORY)) == len(INVENTORY) == 121
    pairs = [clip for clip in INVENTORY if len(clip) == 2]
    for left, right in pairwise(pairs):
        assert left[0] != right[0]
        assert left[1] != right[1]


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True), st.sampled_from(KINDS), st.booleans())
def test_every_number_is_joined_from_pairs_and_at_most_one_single_digit_a_group(number, kind, ends_in_x):
    ending = "X" if ends_in_x and kind in ("tail", "identity") else ""
    for group in digits(number + ending, kind).split(","):
        clips = digit_groups.split(group)
        assert "".join(clips) == group
        assert set(clips) <= set(INVENTORY)
        figures = [len(clip.replace("艾克斯", "X")) for clip in clips]
        assert set(figures[:-1]) <= {2}
        assert figures[-1] in (1, 2)


@pytest.mark.parametrize(
    ("said", "clips"),
    [
        ("幺二三", ("幺二", "三")),
        ("零七七幺", ("零七", "七幺")),
        ("幺二艾克斯", ("幺二", "艾克斯")),
        ("艾克斯", ("艾克斯",)),
        ("九九九艾克斯", ("九九", "九艾克斯")),
    ],
)
def test_an_odd_one_stands_last(said, clips):
    assert digit_groups.split(said) == clips


@pytest.mark.parametrize(
    "said", ["", "零七,七幺", "一二", "十二", "艾克斯九", "艾克", "12", "二百", "零零\n"]
)
def test_what_is_no_group_of_digits_is_refused(said):
    with pytest.raises(UnspeakableError):
        digit_groups.split(said)
