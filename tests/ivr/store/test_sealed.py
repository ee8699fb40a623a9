"""Sealing: what was sealed opens only with its key and in its place; hashes find it again."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.store.sealed import SealError, Vault

ONE = b64encode(b"1" * 32).decode()
TWO = b64encode(b"2" * 32).decode()
texts = st.text(max_size=200)
PLACE = "people.number"


@given(texts)
def test_what_is_sealed_opens_again(text: str) -> None:
    vault = Vault(ONE)
    assert vault.open(vault.seal(text, PLACE), PLACE) == text


@given(st.text("0123456789", min_size=6, max_size=18))
def test_sec_50_sealed_bytes_show_nothing_and_never_repeat(text: str) -> None:
    vault = Vault(ONE)
    first, second = vault.seal(text, PLACE), vault.seal(text, PLACE)
    assert first != second
    assert text.encode() not in first


@given(texts, st.integers(0, 10**6))
def test_a_single_bit_that_was_changed_is_noticed(text: str, where: int) -> None:
    vault = Vault(ONE)
    sealed = bytearray(vault.seal(text, PLACE))
    place, bit = where // 8 % len(sealed), where % 8
    sealed[place] ^= 1 << bit
    with pytest.raises(SealError):
        vault.open(bytes(sealed), PLACE)


@given(texts)
def test_a_value_moved_to_another_column_does_not_open(text: str) -> None:
    vault = Vault(ONE)
    with pytest.raises(SealError, match=r"people\.name was altered or belongs elsewhere"):
        vault.open(vault.seal(text, PLACE), "people.name")


def test_another_key_does_not_open_and_the_error_shows_nothing() -> None:
    sealed = Vault(ONE).seal("450199195503179983", PLACE)
    with pytest.raises(SealError, match="no longer holds") as raised:
        Vault(TWO).open(sealed, PLACE)
    assert "4501" not in str(raised.value)


@pytest.mark.parametrize("sealed", [b"", b"1234", b"x" * 16, b"x" * 100])
def test_bytes_that_nobody_sealed_do_not_open(sealed: bytes) -> None:
    with pytest.raises(SealError):
        Vault(ONE).open(sealed, PLACE)


def test_sec_50_of_two_keys_the_first_writes_and_both_read() -> None:
    old, rotated, new = Vault(ONE), Vault(f"{TWO}, {ONE}"), Vault(TWO)
    before = old.seal("陈秀英", PLACE)
    assert rotated.open(before, PLACE) == "陈秀英"
    after = rotated.seal("陈秀英", PLACE)
    assert (rotated.open(after, PLACE), new.open(after, PLACE)) == ("陈秀英", "陈秀英")
    with pytest.raises(SealError):
        old.open(after, PLACE)


def test_hashes_are_found_under_every_key_the_writing_one_first() -> None:
    old, rotated = Vault(ONE), Vault(f"{TWO},{ONE},")
    written, found = old.hash("+8613800138000", "mobile"), rotated.hashes("+8613800138000", "mobile")
    assert found == [Vault(TWO).hash("+8613800138000", "mobile"), written]
    assert rotated.hash("+8613800138000", "mobile") == found[0]


@given(texts, texts)
def test_equal_words_have_equal_hashes_and_kinds_keep_them_apart(one: str, other: str) -> None:
    vault = Vault(ONE)
    assert (vault.hash(one, "mobile") == vault.hash(other, "mobile")) is (one == other)
    assert vault.hash(one, "mobile") != vault.hash(one, "number")
    assert len(vault.hash(one, "mobile")) == 64


def test_a_hash_says_nothing_without_the_key() -> None:
    assert Vault(ONE).hash("1", "code") != Vault(TWO).hash("1", "code")


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ("", "is empty"),
        (" , ", "is empty"),
        ("not base64!", "is not base64"),
        (b64encode(b"short").decode(), "has 5 bytes where 32 are needed"),
        (f"{ONE},{b64encode(b'2' * 33).decode()}", "has 33 bytes"),
    ],
)
def test_a_key_that_is_none_says_how_to_make_one(keys: str, why: str) -> None:
    with pytest.raises(SealError, match=f"HOTLINE_SECRET_KEY {why}.*openssl rand -base64 32"):
        Vault(keys)
