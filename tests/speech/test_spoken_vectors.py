"""Every published vector of reading, through the functions that voices are fed from."""

import json
from datetime import date as day
from pathlib import Path

import pytest

from speech import spoken

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))


@pytest.mark.parametrize(("number", "words"), VECTORS["cardinals"])
def test_cardinal(number, words):
    assert spoken.cardinal(number) == words


@pytest.mark.parametrize(("amount", "words"), VECTORS["amounts"])
def test_amount(amount, words):
    assert spoken.money(spoken.yuan(amount)) == words


@pytest.mark.parametrize(("text", "words"), VECTORS["dates"])
def test_date_and_the_same_date_in_a_text(text, words):
    assert spoken.date(day.fromisoformat(text)) == words
    assert spoken.speakable(text) == words


@pytest.mark.parametrize(("text", "words"), VECTORS["misc"])
def test_mixed_text(text, words):
    assert spoken.speakable(text) == words


@pytest.mark.parametrize(("number", "words"), VECTORS["phones"])
def test_phone(number, words):
    assert spoken.digits(number, "phone") == words


@pytest.mark.parametrize(("text", "kind", "words"), VECTORS["strings"])
def test_digit_string(text, kind, words):
    assert spoken.digits(text, kind) == words


@pytest.mark.parametrize(("name", "words", "phone", "spoken_phone"), VECTORS["offices"])
def test_office(name, words, phone, spoken_phone):
    spoken.assert_speakable(words)
    assert words.startswith(name)
    assert spoken.digits(phone, "landline") == spoken_phone
