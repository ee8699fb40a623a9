"""Masks: what is shown never tells more than three characters in front and four at the end."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus import masking
from menus.masking import card_digits, masked_card_number, masked_identity_number, masked_name, masked_phone

FIGURES = st.text("0123456789", max_size=30)


def test_the_examples_in_the_docstring_are_true():
    failed, attempted = doctest.testmod(masking)
    assert (failed, attempted) == (0, 2)


@given(st.text("0123456789X", max_size=30))
def test_identity_numbers_show_three_and_four(number):
    check_mask(masked_identity_number(number), number, head=3)


@given(st.sampled_from(["", "+86"]), FIGURES)
def test_phones_show_three_and_four(prefix, number):
    check_mask(masked_phone(prefix + number), number, head=3)


@given(FIGURES)
def test_cards_show_four(number):
    check_mask(masked_card_number(number), number, head=0)


def check_mask(masked, number, head):
    shown = len(masked.replace("*", ""))
    assert len(masked) == len(number)
    assert shown in (0, head + 4)
    assert len(number) - shown >= 4 or not shown
    if shown:
        assert masked == number[:head] + "*" * (len(number) - shown) + number[-4:]


@given(st.text(min_size=1))
def test_names_show_two_characters_at_most_and_are_masked_once(name):
    masked = masked_name(name)
    assert masked.count("*") >= 1
    assert len(masked) <= 3
    assert masked_name(masked) == masked
    assert len(masked.replace("*", "", 1)) < max(1, len("".join(name.split())))


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("陈小英", "陈*英"),
        ("黄国", "黄*"),
        ("黄 国", "黄*"),
        ("欧阳娜娜", "欧*娜"),
        ("欧阳修", "欧*修"),
        ("阿依古丽·买买提", "阿*提"),
        ("John Smith", "J*h"),
        ("黄", "*"),
        ("", "*"),
        ("陈*英", "陈*英"),
        ("黄*", "黄*"),
    ],
)
def test_names(name, masked):
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("450199195503179983", "450***********9983"),
        ("45019919520405999X", "450***********999X"),
        ("450199550317998", "450********7998"),
        ("4501991955", "**********"),
    ],
)
def test_identity_numbers(number, masked):
    assert masked_identity_number(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800138000", "138****8000"),
        ("+86 138-0013-8000", "138****8000"),
        ("+8610000000001", "100****0001"),
        ("07710000000", "077****0000"),
        ("12333", "*****"),
        ("", ""),
    ],
)
def test_phones(number, masked):
    assert masked_phone(number) == masked


@pytest.mark.parametrize(
    ("number", "digits", "masked"),
    [
        ("A12345678901", "12345678901", "*******8901"),
        ("１２３４ 5678-9012#", "123456789012", "********9012"),
        ("1234567", "1234567", "*******"),
        ("桂ABC", "", ""),
    ],
)
def test_cards(number, digits, masked):
    assert card_digits(number) == digits
    assert masked_card_number(number) == masked
