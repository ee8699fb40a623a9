"""Citizen numbers: every vector, the check against a second calculation, and the PINs that verify nobody."""

import doctest
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from menus import identity_number
from menus.identity_number import Entry, Fault, IdentityNumber, derived_pins, entry, lengthened, read

VECTORS = json.loads(Path(__file__).with_name("identity_vectors.json").read_text("utf-8"))
TODAY = date(2026, 11, 22)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

PROVINCES = st.sampled_from(["11", "23", "37", "45", "46", "54", "65", "71", "83", "91"])
# Nobody owns a county of 99 with sequences from 996: all numbers made here are synthetic.
SEVENTEEN = st.builds(
    lambda province, city, born, sequence: f"{province}{city:02d}99{born:%Y%m%d}{sequence}",
    PROVINCES,
    st.integers(1, 90),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(996, 999),
)


def check_character(seventeen):
    weighed = sum(int(digit) * weight for digit, weight in zip(seventeen, WEIGHTS, strict=True))
    return "10X98765432"[weighed % 11]


NUMBERS = SEVENTEEN.map(lambda digits: digits + check_character(digits))


def test_the_examples_in_the_docstring_are_true():
    failed, attempted = doctest.testmod(identity_number)
    assert (failed, attempted) == (0, 2)


@pytest.mark.parametrize(("number", "born", "sex"), VECTORS["valid"])
def test_valid_vector(number, born, sex):
    assert read(number, TODAY) == IdentityNumber(number, date.fromisoformat(born), sex)


@pytest.mark.parametrize(("number", "fault"), VECTORS["invalid"])
def test_invalid_vector(number, fault):
    assert read(number, TODAY) is Fault(fault)


@pytest.mark.parametrize(("fifteen", "outcome"), VECTORS["fifteen"])
def test_fifteen_digits_vector(fifteen, outcome):
    found = read(fifteen, TODAY)
    assert (found.digits if isinstance(found, IdentityNumber) else str(found)) == outcome


@pytest.mark.parametrize(("keys", "number", "restarted"), VECTORS["entries"])
def test_entry_vector(keys, number, restarted):
    assert entry(keys) == Entry(number, restarted)


@pytest.mark.parametrize(
    ("keys", "number", "restarted"),
    [
        ("", "", False),
        ("*", "", True),
        ("45019919520405999", "45019919520405999", False),  # the X is missing: the dialogue asks for it
        ("45019919520405999**", "", True),
        ("4501*4501991952040", "4501991952040", True),
        ("45019919520405999X*", "", True),
        ("4501#", "4501", False),
        ("45#01", "45#01", False),
    ],
)
def test_entry(keys, number, restarted):
    assert entry(keys) == Entry(number, restarted)


@given(NUMBERS)
def test_every_number_with_the_right_check_is_read(number):
    found = read(number, TODAY)
    assert found.digits == number
    assert found.birth_date == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert found.sex == ("M" if number[16] in "13579" else "F")


@given(NUMBERS, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, change):
    assume(number[place] != "X")
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert isinstance(read(wrong, TODAY), Fault)


@given(NUMBERS, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(number, place):
    assume(number[place] != number[place + 1])
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert isinstance(read(wrong, TODAY), Fault)


def test_digits_swapped_ten_places_apart_pass_so_the_check_verifies_nobody():
    for number in ("450199195503179983", "430199195505179983"):
        assert isinstance(read(number, TODAY), IdentityNumber)


@given(SEVENTEEN)
def test_fifteen_digits_become_the_same_number(seventeen):
    assume(seventeen[6:8] == "19")
    assert lengthened(seventeen[:6] + seventeen[8:]) == seventeen + check_character(seventeen)


@pytest.mark.parametrize(
    ("today", "outcome"),
    [
        (date(1948, 2, 28), Fault.FUTURE),
        (date(1948, 2, 29), None),
        (date(2077, 12, 31), None),
        (date(2078, 2, 28), None),
        (date(2078, 3, 1), Fault.TOO_OLD),
    ],
)
def test_nobody_is_born_tomorrow_or_more_than_130_years_ago(today, outcome):
    found = read("450199194802299999", today)
    assert found is outcome if outcome else isinstance(found, IdentityNumber)


@given(st.text() | st.text("0123456789X*#- ", max_size=24))
def test_any_text_is_a_number_or_a_fault(text):
    found = read(text, TODAY)
    assert isinstance(found, Fault) or (len(found.digits) == 18 and found.birth_date <= TODAY)


def test_no_number_stands_in_a_repr():
    assert repr(read("450199195503179983", TODAY)) == "IdentityNumber(450***********9983)"
    assert repr(entry("4501*450199195503179983")) == "Entry(18 characters, restarted=True)"


GUESSED = ["123456", "000000", "111111", "888888", "999999", "654321", "012345", "543210", "890123", "098765"]
DERIVED = ["405999", "059990", "040599", "520405", "195204", "123789"]


@pytest.mark.parametrize("pin", [*GUESSED, *DERIVED])
def test_pins_that_anybody_can_guess_or_derive(pin):
    assert pin in derived_pins("45019919520405999X", "桂A 0000 0012 3789")


def test_other_pins_are_left_to_people():
    assert not {"270418", "135792", "112233"} & derived_pins("45019919520405999X", "桂A 0000 0012 3789")


def test_the_end_of_a_number_without_x():
    assert {"179983", "031799", "550317", "195503"} <= derived_pins("450199195503179983")


@given(NUMBERS, st.text("0123456789A", max_size=20))
def test_derived_pins_are_few_and_of_six_digits(number, card):
    pins = derived_pins(number, card)
    assert all(len(pin) == 6 and pin.isdigit() for pin in pins)
    assert 30 <= len(pins) <= 36
