"""What keys of an entry mean (decisions 10 and 11)."""

from datetime import date

import pytest

from menus.keying import Entered, Judged, Unfinished, Wrong, judge

TODAY = date(2026, 11, 22)
ID = "450199195503179983"

IDENTITY = [
    (ID, Entered(ID, "identity")),
    ("45019919520405999*", Entered("45019919520405999X", "identity")),
    (f"**{ID}", Entered(ID, "identity")),
    (f"4501*{ID}", Entered(ID, "identity")),
    ("4501*45019919550", Unfinished("45019919550")),
    ("4501*", Unfinished("")),
    ("45019919520405999", Wrong("ending", 1)),
    ("4501991955031799", Wrong("short", 2)),
    ("1234567", Wrong("short", 11)),
    ("450199195503179981", Wrong("check")),
    ("45019920990101998*", Wrong("check")),
    ("4501991955031799830", Wrong("long", 1)),
    ("450199550317998", Entered(ID, "identity")),
    ("450199551331998", Wrong("short", 3)),
    ("450199551331998#", Entered("450199551331998", "card")),
    ("45019919550317998#", Wrong("short", 1)),
    ("45019919550317#", Wrong("short", 4)),
    ("12345678", Entered("12345678", "card")),
    ("123456789012", Entered("123456789012", "card")),
    ("1234567#", Entered("1234567", "card")),
    ("12345678901234567#", Entered("12345678901234567", "card")),
    ("12*3456789#", Entered("3456789", "card")),
    ("#", Wrong("short", 18)),
]


@pytest.mark.parametrize(("keys", "meant"), IDENTITY)
def test_an_id_or_a_card_number(keys: str, meant: Judged) -> None:
    assert judge("identity", keys, TODAY) == meant


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("837294", Entered("837294", "code")),
        ("837294#", Entered("837294", "code")),
        ("83729", Wrong("short", 1)),
        ("8372945", Wrong("long", 1)),
        ("83*837294", Entered("837294", "code")),
        ("83*8372", Unfinished("8372")),
        ("83*8372#", Wrong("short", 2)),
    ],
)
def test_six_digits(keys: str, meant: Judged) -> None:
    assert judge("code", keys, TODAY) == meant
