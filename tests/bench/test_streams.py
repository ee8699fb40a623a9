"""What the bench of calls over sockets measures with: a telephone's end, and sums of waits."""

import pytest

from tests.bench.earpiece import Earpiece
from tests.bench.stream_report import markdown
from tests.bench.stream_survival import Survival
from tests.bench.streams import Figures, Row, Waits, asked_before, waits


def test_sound_that_comes_too_late_is_a_gap() -> None:
    ear = Earpiece()
    ear.media(1.0, 10.0)
    ear.media(1.0, 10.9)
    assert ear.gaps == []
    assert ear.left(10.9) == pytest.approx(1.1)
    ear.media(0.5, 12.25)
    assert ear.gaps == [pytest.approx(0.25)]
    assert ear.left(12.25) == pytest.approx(0.5)


def test_the_silence_before_another_answer_is_no_gap() -> None:
    ear = Earpiece()
    ear.media(1.0, 10.0)
    ear.answered()
    ear.media(1.0, 15.0)
    assert ear.gaps == []
    ear.media(1.0, 16.5)
    assert ear.gaps == [pytest.approx(0.5)]


def test_a_mark_comes_back_when_all_before_it_was_played_and_at_once_when_it_was_cleared() -> None:
    ear = Earpiece()
    ear.media(1.0, 10.0)
    ear.mark("one", 10.0)
    ear.media(1.0, 10.1)
    ear.mark("two", 10.1)
    assert ear.played(10.9) == []
    assert ear.played(11.0) == ["one"]
    ear.clear(11.1)
    assert ear.played(11.1) == ["two"]
    assert ear.left(11.1) == 0


def test_waits_are_summed_up_in_milliseconds() -> None:
    assert waits([]) == Waits(0, 0.0, 0.0, 0.0)
    summed = waits([number / 1000 for number in range(1, 101)])
    assert (summed.count, summed.median, summed.most) == (100, pytest.approx(50.5), pytest.approx(100))
    assert 95 <= summed.p95 <= 96


def test_words_are_answered_by_what_was_asked_last_before() -> None:
    assert asked_before([1.0, 2.0, 3.0], 2.5) == 2.0


def test_the_report_names_what_was_lost_and_what_was_left_out() -> None:
    row = Row(
        "sqlite",
        10,
        True,
        key=Waits(3, 1, 2, 3),
        decision=Waits(2, 800, 850, 860),
        reply=Waits(2, 4, 5, 6),
        silenced=Waits(2, 150, 180, 190),
        gaps=1,
        longest_gap=70,
        missed=2,
        closed=1,
        server_cores=1,
        callers_cores=1,
    )
    text = markdown(Figures([row], [Survival("sqlite", 10, 30, 4, 2.5)], None, ["PostgreSQL"]), 0.2)
    keys, words = "3 | 1 ms | **2 ms** | 3 ms", "2 | 800 ms | **850 ms** | 5 ms | 150 ms | **180 ms**"
    assert f"| sqlite | 10 | {keys} | {words} | 1 (70 ms) | 3 |" in text
    assert "| sqlite | 10 | 30 | **4** | 2.5 s |" in text
    assert "Left out: PostgreSQL." in text
