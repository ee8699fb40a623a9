"""Amounts from clips: every amount up to 999,999,999.99 is joined from clips, all else is refused."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.clips import money
from speech.clips.kinds import CARRIED, KINDS, carrier_of, carriers
from speech.spoken import UnspeakableError, assert_speakable, yuan
from speech.spoken import money as said

INVENTORY = list(money.inventory())
AMOUNTS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))["amounts"]
MOST = 99_999_999_999


def joined(words):
    clips = money.split(words)
    assert "".join(clips) == words
    assert set(clips) <= set(INVENTORY)
    return clips


@pytest.mark.parametrize(("amount", "words"), [pair for pair in AMOUNTS if abs(yuan(pair[0])) <= MOST])
def test_every_published_amount_is_joined_from_clips(amount, words):
    joined(words)


@given(st.integers(0, 11).flatmap(lambda size: st.integers(1 - 10**size, 10**size - 1)))
def test_every_amount_is_joined_from_clips(fen):
    clips = joined(said(fen))
    assert len(clips) <= 7


@given(
    st.lists(st.sampled_from([0, 0, 1, 2, 9]), min_size=11, max_size=11).map(
        lambda row: "".join(map(str, row))
    )
)
def test_every_amount_with_gaps_is_joined_from_clips(figures):
    joined(said(int(figures)))


@pytest.mark.parametrize("step", [1, 100, 10_000, 1_000_000, 100_000_000])
def test_the_first_thousand_amounts_of_every_size_are_joined_from_clips(step):
    for number in range(1000):
        if number * step <= MOST:
            joined(said(number * step))


@pytest.mark.parametrize(
    ("words", "clips"),
    [
        ("零元", ("零元",)),
        ("一分", ("一分",)),
        ("六角八分", ("六角八分",)),
        ("两元", ("两元",)),
        ("十五元零五分", ("十五元", "零五分")),
        ("一百元", ("一百元",)),
        ("三千一百二十五元六角八分", ("三千一百", "二十五元", "六角八分")),
        ("一百万元", ("一百万", "元")),
        ("两亿零一百元", ("两亿", "零一百元")),
        ("负三十元五角", ("负", "三十元", "五角")),
        (
            "九亿九千九百九十九万九千九百九十九元九角九分",
            ("九亿", "九千九百", "九十九万", "九千九百", "九十九元", "九角九分"),
        ),
    ],
)
def test_amounts_are_cut_where_a_speaker_takes_a_breath(words, clips):
    assert money.split(words) == clips


@pytest.mark.parametrize(
    "words",
    [
        "", "负", "元", "负元", "零", "万元", "亿元", "元五角", "三", "三千", "五十", "三万",
        "三千元元", "三元五元", "三元四万", "两十元", "二元", "十亿元", "三百元。", "三百元五分五角",
        "负负三元", "零元五角", "3元", "三百 元", "三元\n", "一亿亿元",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_without_repeating_it(words):
    with pytest.raises(UnspeakableError, match="no amount of money") as raised:
        money.split(words)
    assert len(words) < 2 or words not in str(raised.value)


def test_amounts_beyond_the_inventory_are_refused():
    with pytest.raises(UnspeakableError):
        money.split(said(MOST + 1))


@given(st.text("零一二两五九十百千万亿元角分负", max_size=12))
def test_whatever_is_given_is_refused_or_joined_from_clips_there_are(words):
    try:
        joined(words)
    except UnspeakableError:
        assert words not in {said(fen) for fen in range(100)}


def test_no_clip_is_there_twice_and_neighbours_differ():
    assert len(set(INVENTORY)) == len(INVENTORY)
    assert all(left != right for left, right in pairwise(INVENTORY))


def test_every_clip_is_needed_by_some_amount():
    """Whatever no amount says would be rendered for nothing."""
    yuan, wan, yi = 10**2, 10**6, 10**10
    amounts = {-1, *range(1000), *range(yi, 10 * yi, yi)}
    for figures in range(10_000):
        amounts |= {
            figures * yuan,
            wan + figures * yuan,
            yi + figures * yuan,
            figures * wan,
            yi + figures * wan,
        }
    used = {clip for fen in amounts for clip in money.split(said(fen))}
    assert used == set(INVENTORY)


@pytest.mark.parametrize("kind", KINDS)
def test_carrier_sentences_hold_the_whole_inventory_and_nothing_else(kind):
    spoken = list(carriers(kind))
    assert {clip for carrier in spoken for clip in carrier} == set(KINDS[kind].inventory())
    assert all(1 <= len(set(carrier)) == len(carrier) <= CARRIED for carrier in spoken)
    assert spoken == list(carriers(kind))
    for clip in KINDS[kind].inventory():
        assert_speakable(clip)


@pytest.mark.parametrize("kind", KINDS)
def test_every_clip_is_cut_out_of_the_first_carrier_sentence_that_has_it(kind):
    homes = carrier_of(kind)
    assert set(homes) == set(KINDS[kind].inventory())
    spoken = list(carriers(kind))
    for clip, home in homes.items():
        assert home == next(carrier for carrier in spoken if clip in carrier)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"money"}))
def test_what_needs_no_better_company_is_spoken_in_the_order_of_its_inventory(kind):
    assert [clip for carrier in carriers(kind) for clip in carrier] == list(KINDS[kind].inventory())


@pytest.mark.parametrize("kind", KINDS)
def test_every_clip_stands_for_itself(kind):
    """What is rendered for a clip is what a value that is just this clip would ask for, if there is one."""
    for clip in KINDS[kind].inventory():
        try:
            parts = KINDS[kind].split(clip)
        except UnspeakableError:
            continue
        assert set(parts) <= set(KINDS[kind].inventory())
