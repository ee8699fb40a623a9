"""The corpus says all that is shipped, draws callers that stay, and never mixes what is held out."""

from collections import Counter
from itertools import pairwise

import pytest

from menus.answers import normal
from menus.pronunciation import sounds
from menus.question import phrases
from speech.voices.kokoro_files import SPEAKERS
from tests.callers.corpus import (
    NOISE,
    PACES,
    PHRASE,
    SENTENCE,
    Draw,
    Utterance,
    questions,
    read,
    shortened,
    talk,
    utterances,
)
from tests.callers.lines import NOISES
from tests.callers.talks import shipped

DRAW = Draw()


@pytest.fixture(scope="module")
def said() -> list[Utterance]:
    return utterances(shipped(), DRAW)


def test_every_shipped_phrase_is_said_to_its_question_or_to_one_like_it(said: list[Utterance]) -> None:
    bare = {(each.menu, each.answer, normal(each.words)) for each in said if each.kind == PHRASE}
    listening = questions(shipped())
    everywhere = shipped().start.everywhere
    wanted = [
        (name, str(key), phrase)
        for name, menu in listening.items()
        for key, option in (menu.ask or {}).items()
        for phrase in option.phrases
    ] + [("main", wish.answer, phrase) for wish in everywhere for phrase in wish.phrases]
    missing = [
        (menu, answer, phrase)
        for menu, answer, phrase in wanted
        if len(sounds(phrase)) > 1 and (menu, answer, normal(phrase)) not in bare
    ]
    said_elsewhere = {normal(each.words) for each in said if each.kind == PHRASE}
    assert [each for each in missing if each[0] != "main"] == []
    assert [each for each in missing if normal(each[2]) not in said_elsewhere] == []


def test_what_is_asked_is_an_answer_of_its_question_and_said_once(said: list[Utterance]) -> None:
    for menu, answers in read("asked.yaml").items():
        known = phrases(shipped().start, shipped().menus[menu])
        assert set(answers) <= set(known), menu
    for (menu, words), number in Counter((each.menu, normal(each.words)) for each in said).items():
        assert number == 1, f"{words} is said twice in {menu}"


def test_sentences_are_more_than_their_phrases_and_of_two_syllables_at_least(said: list[Utterance]) -> None:
    kinds = Counter(each.kind for each in said if each.answer)
    assert set(kinds) == {PHRASE, SENTENCE}
    assert min(kinds.values()) >= 100
    assert all(len(sounds(each.words)) > 1 for each in said if each.answer)


def test_every_second_sentence_of_an_answer_is_held_out(said: list[Utterance]) -> None:
    for one, other in pairwise(each for each in said if each.answer):
        if (one.menu, one.answer) == (other.menu, other.answer):
            assert one.held_out != other.held_out
    assert not said[0].held_out


def test_all_voices_speak_at_all_paces(said: list[Utterance]) -> None:
    callers = Counter((each.speaker, each.pace) for each in said if not each.is_noise)
    assert set(callers) == {(speaker, pace) for speaker in SPEAKERS for pace in PACES}


def test_who_calls_depends_on_the_words_and_the_seed_alone(said: list[Utterance]) -> None:
    assert utterances(shipped(), DRAW) == said
    other = utterances(shipped(), Draw(2))
    assert [each.words for each in other] == [each.words for each in said]
    assert [each.speaker for each in other] != [each.speaker for each in said]
    one = said[40]
    assert DRAW.utterance(one.menu, one.words, one.answer, one.kind, 1).speaker == one.speaker


def test_what_must_choose_nothing_is_no_phrase_and_asked_where_no_yes_is_one(said: list[Utterance]) -> None:
    for each in said:
        if each.answer:
            continue
        menu = shipped().menus[each.menu]
        known = phrases(shipped().start, menu)
        assert normal(each.words) not in {normal(phrase) for listed in known.values() for phrase in listed}
        assert not menu.yes_no
    assert {each.words.split()[0] for each in said if each.kind == NOISE} == set(NOISES)


def test_a_shorter_run_takes_from_everywhere_and_from_both_halves(said: list[Utterance]) -> None:
    some = shortened(said, 40, 20)
    asked = [each for each in some if each.answer]
    assert (len(asked), len(some)) == (40, 60)
    assert sum(each.held_out for each in asked) == 20
    assert sum(each.held_out for each in some) == 30
    assert len({each.menu for each in asked}) >= 10
    assert {each.kind for each in some if not each.answer} >= {"chat", "refused", NOISE}
    assert shortened(said, 100_000, 100_000) == said
    assert [each for each in said if each in set(some)] == some


def test_few_voices_may_do_for_all() -> None:
    draw = Draw(speakers=("zm_yunxi",))
    assert {each.speaker for each in utterances(shipped(), draw)} == {"zm_yunxi"}
    assert {speaker for speaker, _, _ in talk(draw)} == {"zm_yunxi"}
    assert len({speaker for speaker, _, _ in talk(DRAW)}) == len(SPEAKERS)
