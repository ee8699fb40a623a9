"""Phrases cut into the words of a model, and results of Vosk read, without any engine."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.ears import Heard
from speech.ears.vosk_results import heard, plain
from speech.ears.vosk_words import tokens, unknown, words

KNOWN = {*"我要查余额人工服务相关", "余额", "人工", "服务", "工服", "pin"}


def knows(word: str) -> bool:
    return word in KNOWN


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("查余额", "查 余额"),
        ("我要查余额。", "我 要 查 余额"),
        ("人工服务", "人工 服务"),  # two words, not three
        ("人工 服务", "人工 服务"),
        ("查 余 额", "查 余 额"),  # spaces are kept: whoever writes them knows the words
        ("pin 相关", "pin 相 关"),
        ("查、余额", "查 余额"),
    ],
)
def test_a_phrase_is_cut_into_as_few_words_as_possible(phrase, expected):
    assert words(phrase, knows) == tuple(expected.split())
    assert unknown(phrase, knows) == ()


@pytest.mark.parametrize(
    ("phrase", "strange"),
    [("查社保卡", ("社保卡",)), ("社保查卡", ("社保", "卡")), ("pins", ("pins",)), ("查余额 PIN", ("PIN",))],
)
def test_what_is_in_no_word_is_named(phrase, strange):
    assert words(phrase, knows) is None
    assert unknown(phrase, knows) == strange


@pytest.mark.parametrize("phrase", ["", " ", "。!", "_"])
def test_nothing_to_say_is_no_words_and_nothing_strange(phrase):
    assert words(phrase, knows) is None
    assert unknown(phrase, knows) == ()


@given(st.text(alphabet="我要查余额人工服务卡社 ,。", max_size=40))
def test_words_are_known_and_are_the_whole_phrase(phrase):
    found = words(phrase, knows)
    if found is not None:
        assert all(map(knows, found))
        assert "".join(found) == "".join(tokens(phrase))
    assert (found is None) == bool(unknown(phrase, knows) or not tokens(phrase))


def test_a_long_phrase_takes_no_long_time():
    assert len(words("余额" * 2000, knows) or ()) == 2000


def said(*found: tuple[str, float, float, float]) -> str:
    listed = [dict(zip(("word", "conf", "start", "end"), each, strict=True)) for each in found]
    return json.dumps({"result": listed, "text": " ".join(each["word"] for each in listed)})


def test_what_was_not_understood_counts_by_its_length():
    result = said(("[unk]", 1.0, 0.0, 0.6), ("余额", 0.8, 0.6, 1.2))
    assert heard([result]) == Heard("余额", 0.4)
    assert heard([said(("<UNK>", 1.0, 0.0, 0.6))]) == Heard("", 0.0)


def test_results_of_an_utterance_are_put_together():
    assert heard([said(("查", 1.0, 0.0, 0.5)), '{"text": ""}', said(("余额", 0.5, 2.0, 2.5))]) == Heard(
        "查余额", 0.75
    )
    assert heard([]) == Heard("", 0.0)


def test_a_server_that_tells_only_words_is_believed():
    assert heard(['{"text": "查 余额"}']) == Heard("查余额", 1.0)
    assert heard([said(("查", 1.0, 0.5, 0.5))]).confidence == 1.0  # a word without length


def test_partial_words_have_no_spaces_and_no_signs():
    assert plain("[unk] 查 余额 <UNK>") == "查余额"
