"""When frames become an utterance: the counting alone, on vowels (#), other speech (~) and nothing (.)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.listening.patience import CHOICE, NUMBER, REMEMBERED, SPARE, Patience, Pauses
from speech.listening.speaking import (
    A_PAUSE,
    ENOUGH,
    FILLED,
    NOTICED,
    STRETCH,
    SUSPECTED_FOR,
    SUSPECTED_VOWELS,
    UTMOST,
    VOWELS,
    Change,
    Frame,
    Speaking,
)

PATIENCE, LONGEST = 35, 500
SIGNS = {"#": Frame.VOWEL, "~": Frame.SPEECH, ".": Frame.NOTHING}


def all_changes(
    frames: str, patience: int = PATIENCE, longest: int = LONGEST, renewed: bool = False
) -> list[tuple[int, Change]]:
    speaking = Speaking()
    found = [speaking.hear(SIGNS[frame], patience, longest, renewed) for frame in frames]
    return [(place, change) for place, change in enumerate(found) if change]


def changes(
    frames: str, patience: int = PATIENCE, longest: int = LONGEST, renewed: bool = False
) -> list[tuple[int, Change]]:
    """What changed but for suspicions."""
    found = all_changes(frames, patience, longest, renewed)
    return [each for each in found if each[1] is not Change.SUSPECTED]


@pytest.mark.parametrize("frames", ["#" * 50, "#." * 25, "~" * 9 + "#" * 50])
def test_speech_is_suspected_half_way_to_its_beginning(frames: str) -> None:
    (suspected, first), (began, second) = all_changes("." * 20 + frames)
    assert (first, second) == (Change.SUSPECTED, Change.BEGAN)
    heard = frames[: suspected - 20 + 1]
    assert heard[-STRETCH:].count("#") == max(SUSPECTED_VOWELS, NOTICED - heard[-STRETCH:].count("~"))
    assert suspected < began


def test_a_suspicion_that_was_wrong_is_taken_back() -> None:
    assert all_changes("." * 9 + "#" * NOTICED + "." * 100) == [
        (9 + NOTICED - 1, Change.SUSPECTED),
        (9 + NOTICED - 1 + STRETCH, Change.FALSE_START),
    ]


def test_no_suspicion_lasts_for_long() -> None:
    found = all_changes(("#" * NOTICED + "." * 7) * 20)
    places = [place for place, _ in found]
    assert [change for _, change in found[:4]] == [Change.SUSPECTED, Change.FALSE_START] * 2
    assert places[1] - places[0] == SUSPECTED_FOR


def test_speech_begins_when_half_a_stretch_is_speech() -> None:
    assert changes("." * 20 + "#" * 10) == [(20 + FILLED - 1, Change.BEGAN)]
    assert changes("." * 20 + "#." * 6) == [(20 + 2 * FILLED - 2, Change.BEGAN)]
    assert {change for _, change in changes("." * 20 + "#.." * 30)} == {Change.FALSE_START}


def test_speech_does_not_begin_without_a_vowel_and_goes_on_without() -> None:
    assert changes("~" * 100 + "." * 20) == [(99 + STRETCH, Change.FALSE_START)]
    assert changes("~" * 9 + "#" * VOWELS) == [(9 + VOWELS - 1, Change.BEGAN)]
    assert changes("#" * FILLED + "~" * 50 + "." * 60)[1:] == [(FILLED + 49 + PATIENCE, Change.ENDED)]


def test_an_utterance_knows_where_it_began_and_was_last_heard() -> None:
    speaking = Speaking()
    for frame in "." * 50 + "#" * 30 + "." * PATIENCE:
        change = speaking.hear(SIGNS[frame], PATIENCE, LONGEST, False)
    assert (change, speaking.began, speaking.last) == (Change.ENDED, 50, 79)


def test_it_ends_as_soon_as_the_silence_is_as_long_as_patience() -> None:
    assert changes("#" * 30 + "." * 100)[1:] == [(29 + PATIENCE, Change.ENDED)]
    assert changes("#" * 30 + "." * 100, patience=90)[1:] == [(29 + 90, Change.ENDED)]
    assert changes("#" * 30 + "." * (PATIENCE - 1)) == [(FILLED - 1, Change.BEGAN)]


@pytest.mark.parametrize("count", range(1, NOTICED))
def test_a_frame_or_two_are_nothing_at_all(count: int) -> None:
    assert changes("." * 9 + "#" * count + "." * 100) == []


@pytest.mark.parametrize("count", range(NOTICED, FILLED))
def test_a_little_more_is_a_false_start(count: int) -> None:
    assert changes("." * 9 + "#" * count + "." * 100) == [(9 + count - 1 + STRETCH, Change.FALSE_START)]


@pytest.mark.parametrize("count", range(FILLED, ENOUGH))
def test_what_began_and_was_too_short_was_a_false_start_after_all(count: int) -> None:
    assert changes("." * 9 + "#" * count + "." * 100) == [
        (9 + FILLED - 1, Change.BEGAN),
        (9 + count - 1 + PATIENCE, Change.FALSE_START),
    ]


def test_the_shortest_word_counts() -> None:
    assert [change for _, change in changes("#" * ENOUGH + "." * 99)] == [Change.BEGAN, Change.ENDED]


def test_short_gaps_are_no_pauses_and_long_ones_are_measured() -> None:
    assert changes("#" * 20 + "." * (A_PAUSE - 1) + "#" * 20) == [(FILLED - 1, Change.BEGAN)]
    speaking = Speaking()
    frames = "#" * 20 + "." * 17 + "#" * 20
    told = [speaking.hear(SIGNS[frame], PATIENCE, LONGEST, False) for frame in frames]
    assert told.index(Change.WENT_ON) == 20 + 17 + 2
    assert speaking.pause == 17


def test_a_blip_in_the_silence_does_not_put_off_the_end() -> None:
    blip = "." * 20 + "##" + "." * 60
    assert changes("#" * 20 + blip)[-1] == (19 + PATIENCE, Change.ENDED)


def test_one_who_goes_on_and_on_is_too_long_and_heard_again_after_a_silence() -> None:
    found = changes("#" * (LONGEST + 200) + "." * 40 + "#" * 20 + "." * 40)
    assert found == [
        (FILLED - 1, Change.BEGAN),
        (LONGEST, Change.TOO_LONG),
        (LONGEST + 200 + 40 + FILLED - 1, Change.BEGAN),
        (LONGEST + 200 + 40 + 19 + PATIENCE, Change.ENDED),
    ]


def test_pauses_do_not_help_where_the_limit_is_not_renewed_and_do_where_it_is() -> None:
    pieces = ("#" * 20 + "." * 20) * 40
    assert (LONGEST, Change.TOO_LONG) in changes(pieces)
    assert Change.TOO_LONG not in [change for _, change in changes(pieces, renewed=True)]
    assert (LONGEST, Change.TOO_LONG) in changes("#" * 600, renewed=True)


def test_nothing_goes_on_for_ever() -> None:
    assert (UTMOST, Change.TOO_LONG) in changes(("#" * 20 + "." * 20) * 200, renewed=True)


def heard_by(speaking: Speaking, frames: str) -> list[Change]:
    told = (speaking.hear(SIGNS[frame], PATIENCE, LONGEST, False) for frame in frames)
    return [change for change in told if change and change is not Change.SUSPECTED]


SPOKEN = "#" * 30 + "." * PATIENCE


@pytest.mark.parametrize("before", ["#" * 2, "#" * 4, "#" * 30, "#" * 30 + "." * 20])
@pytest.mark.parametrize("rest", ["", "#" * 30, "#" * 30 + "." * (PATIENCE - 1) + "#" * 30])
def test_what_is_forgotten_has_no_end_nor_has_the_rest_of_it(before: str, rest: str) -> None:
    speaking = Speaking()
    heard_by(speaking, before)
    speaking.forget()
    assert heard_by(speaking, rest + "." * PATIENCE) == []
    assert heard_by(speaking, SPOKEN) == [Change.BEGAN, Change.ENDED]


def test_where_nothing_is_said_nothing_is_forgotten() -> None:
    speaking = Speaking()
    heard_by(speaking, SPOKEN + "." * STRETCH)
    speaking.forget()
    assert heard_by(speaking, SPOKEN) == [Change.BEGAN, Change.ENDED]


def test_what_was_too_long_stays_unheard_while_it_goes_on_with_short_pauses() -> None:
    speaking = Speaking()
    pieces = ("#" * 40 + "." * (PATIENCE - 1)) * 20
    assert heard_by(speaking, "#" * 600 + pieces) == [Change.BEGAN, Change.TOO_LONG]
    speaking.forget()
    assert heard_by(speaking, pieces + "." * PATIENCE) == []
    assert heard_by(speaking, SPOKEN) == [Change.BEGAN, Change.ENDED]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 60)), max_size=40), st.booleans())
def test_whatever_is_heard_changes_come_in_order(runs: list[tuple[bool, int]], renewed: bool) -> None:
    """Suspected, and begun or not; begun, and ended at most once, never before patience is over."""
    frames = "".join(("#" if speech else ".") * length for speech, length in runs)
    found = all_changes(frames, longest=80, renewed=renewed)
    letters = {
        Change.SUSPECTED: "s",
        Change.FALSE_START: "f",
        Change.BEGAN: "b",
        Change.WENT_ON: "w",
        Change.ENDED: "e",
        Change.TOO_LONG: "t",
    }
    assert re.fullmatch("(f|s(f|bw*[eft]))*(s(bw*)?)?", "".join(letters[change] for _, change in found))
    for place, change in found:
        if change is Change.BEGAN:
            assert frames[max(0, place - STRETCH + 1) : place + 1].count("#") >= FILLED
        if change is Change.ENDED:
            assert "###" not in frames[place - PATIENCE + 1 : place + 1]


def test_choices_and_numbers_have_the_patience_that_old_callers_need() -> None:
    assert 0.6 <= CHOICE.end <= 0.8
    assert 1.5 <= NUMBER.end <= 2.0
    assert NUMBER.renewed
    assert not CHOICE.renewed


def test_a_slower_pace_waits_longer() -> None:
    slow = CHOICE.at(0.78)
    assert slow.end == pytest.approx(CHOICE.end / 0.78)
    assert (slow.kind, slow.renewed) == (CHOICE.kind, CHOICE.renewed)
    assert slow.longest > slow.most > CHOICE.most


@pytest.mark.parametrize(("end", "most", "longest"), [(0, 1, 2), (2, 1, 3), (1, 2, 2), (-1, 1, 2)])
def test_patience_that_makes_no_sense_is_refused(end: float, most: float, longest: float) -> None:
    with pytest.raises(ValueError, match="patience needs"):
        Patience("choice", end, most, longest)


def test_who_pauses_longer_is_waited_for_longer_up_to_a_bound() -> None:
    pauses = Pauses()
    assert pauses.needed(CHOICE) == CHOICE.end
    pauses.add("choice", 0.2)
    assert pauses.needed(CHOICE) == CHOICE.end
    pauses.add("choice", 1.0)
    assert pauses.needed(CHOICE) == pytest.approx(1.0 + SPARE)
    pauses.add("choice", 9.0)
    assert pauses.needed(CHOICE) == CHOICE.most


def test_one_long_pause_is_forgotten_after_many_short_ones() -> None:
    pauses = Pauses()
    pauses.add("choice", 1.0)
    for _ in range(REMEMBERED):
        pauses.add("choice", 0.3)
    assert pauses.needed(CHOICE) == CHOICE.end


def test_how_a_number_is_read_says_nothing_of_how_a_choice_is_made() -> None:
    pauses = Pauses()
    pauses.add("number", 2.2)
    assert pauses.needed(CHOICE) == CHOICE.end
    assert pauses.needed(NUMBER) == pytest.approx(2.2 + SPARE)
