"""The counts that Twilio's own calculator gives, and the laws behind them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ivr.texts.segments import is_one_segment, segments

FLAG = "\U0001f1e8\U0001f1f3"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 1600, 11),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("保" * 70, 1),
        ("保" * 71, 2),
        ("保" * 134, 2),
        ("保" * 135, 3),
        ("保" * 1600, 24),
        ("\U0001f600" * 35, 1),
        ("\U0001f600" * 36, 2),
        ("\U0001f600" * 66, 2),
        ("\U0001f600" * 67, 3),
        ("\f" * 80, 1),
        ("\f" * 81, 2),
        ("Ç" * 160, 1),
        ("ç" * 71, 2),
        ("\t" * 71, 2),
        ("`" * 71, 2),
        (FAMILY * 6, 1),
        (FAMILY * 7, 2),
        (FAMILY * 12, 2),
        (FAMILY * 13, 3),
        (FLAG * 17, 1),
        (FLAG * 18, 2),
        (FLAG * 32, 2),
        (FLAG * 33, 3),
        ("\U0001f44d\U0001f3fd" * 33, 3),
        ("e\u0301" * 66, 2),
        ("e\u0301" * 67, 3),
        ("\U0001f3f4" + "\U000e0067" * 40, 2),
        ("保\u0301" + "\u0301" * 133, 3),
    ],
)
def test_counts_parts(text: str, parts: int) -> None:
    assert segments(text) == parts
    assert is_one_segment(text) == (parts == 1)


@given(some.text(alphabet="abc€保\U0001f600\u200d\u0301", max_size=200), some.sampled_from("a€保"))
def test_a_longer_text_never_has_fewer_parts(text: str, more: str) -> None:
    assert segments(text + more) >= segments(text)


@given(some.text(alphabet="abcXYZ保险\U0001f600", min_size=71, max_size=400))
def test_parts_hold_the_text_and_waste_less_than_a_character_each(text: str) -> None:
    units = len(text.encode("utf-16-le")) // 2
    if text.isascii():
        assert segments(text) == (1 if len(text) <= 160 else -(-len(text) // 153))
    else:
        assert -(-units // 67) <= segments(text) <= -(-units // 66)
