"""Calls counted and shown: the figures are those of the calls, and the worst can be played."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.callers import page, report
from tests.callers.calls import Outcome
from tests.callers.corpus import NOISE, PHRASE, SENTENCE, Utterance
from tests.callers.figures import asked_rows, noise_rows, speaker_rows, time_rows, unasked_rows, worst
from tests.callers.goals import goals
from tests.callers.lines import CLEAN, Line
from tests.callers.report import Run

ASKED = Utterance("main", "我要查余额", "1", SENTENCE, False, "zm_yunxi", 1.3)
IDLE = Utterance("more", "<今天>天气好", "", "chat", False, "zm_yunxi", 1.3)
NOISY = Utterance("main", "cough 1", "", NOISE, True, "zm_yunxi", 1.3)
LINE = Line(b"\xff\x00" * 400, 1.5)
HELD = replace(ASKED, held_out=True)


def call(utterance: Utterance, chosen: str = "", *heard: str, **more: object) -> Outcome:
    began = 1 if heard else 0
    values = {"began": began, "decided": 0.7 if heard else None, "ear_seconds": 1.0, **more}
    return Outcome(
        utterance,
        **{"condition": CLEAN, "ear": "whisper", "line": LINE, **values},
        chosen=chosen,
        heard=heard,
    )  # type: ignore[arg-type]


@pytest.fixture
def outcomes() -> list[Outcome]:
    return [
        call(ASKED, "1", "余额"),
        call(replace(ASKED, kind=PHRASE), "1", "我眼睛不好查余额", "是的", asked=True, decided=0.9),
        call(ASKED, "", "气象"),
        call(ASKED, "", "余额不", "什么", asked=True, decided=-0.5),
        call(ASKED),
        call(HELD, "3", "解绑"),
        call(HELD, "1", "余额"),
        call(IDLE, "1", "余额"),
        call(IDLE, "", "天气"),
        call(replace(IDLE, held_out=True), "", "余额吗", "不是", asked=True),
        call(NOISY),
        call(replace(NOISY, held_out=False), began=2),
        call(ASKED, "3", "解绑", condition="20 dB", decided=1.1),
    ]


def test_rows_count_each_condition_half_and_kind_by_itself(outcomes: list[Outcome]) -> None:
    rows = {(row.condition, row.of): row for row in asked_rows(outcomes)}
    tuned, held_out = rows[CLEAN, "tuned"], rows[CLEAN, "held out"]
    assert (tuned.callers, tuned.right, tuned.asked) == (5, 0.4, 0.2)
    assert (tuned.asked_in_vain, tuned.not_understood, tuned.unheard, tuned.wrong) == (0.2, 0.2, 0.2, 0)
    assert (held_out.callers, held_out.right, held_out.wrong) == (2, 0.5, 0.5)
    assert rows[CLEAN, "both"].wrong == pytest.approx(1 / 7)
    assert (rows[CLEAN, "phrases alone"].right, rows[CLEAN, "sentences"].callers) == (1, 6)
    assert rows["20 dB", "tuned"].wrong == 1
    assert ("20 dB", "held out") not in rows


def test_voices_are_told_apart_on_a_clean_line(outcomes: list[Outcome]) -> None:
    other = call(replace(ASKED, speaker="zf_xiaoni"), "1", "余额")
    low, high = speaker_rows([*outcomes, other])
    assert (low.of, low.callers, low.right) == ("zf_xiaoni", 1, 1)
    assert (high.of, high.callers, high.right) == ("zm_yunxi", 7, pytest.approx(3 / 7))


def test_what_must_choose_nothing_is_counted_apart(outcomes: list[Outcome]) -> None:
    tuned, held_out, both = unasked_rows(outcomes)
    assert (tuned.of, tuned.callers, tuned.accepted, tuned.asked) == ("tuned", 2, 0.5, 0)
    assert (held_out.accepted, held_out.asked) == (0, 1)
    assert both.callers == 3
    (noise,) = noise_rows(outcomes)
    assert (noise.noises, noise.told_as_speech, noise.with_words, noise.accepted) == (2, 0.5, 0, 0)


def test_times_are_those_of_who_was_heard(outcomes: list[Outcome]) -> None:
    clean, noisy = time_rows(outcomes)
    assert (clean.decisions, clean.median, clean.median_with_ear) == (9, 0.7, 1.7)
    assert clean.p95 > 0.7
    assert clean.cut_off == pytest.approx(1 / 9)
    assert (noisy.median, noisy.p95_with_ear, noisy.cut_off) == (1.1, 2.1, 0)


def test_the_worst_come_first_and_what_is_held_out_never(outcomes: list[Outcome]) -> None:
    verdicts = [(str(each.verdict), each.condition) for each in worst(outcomes)]
    assert verdicts == [
        ("wrong", "20 dB"),
        ("accepted", CLEAN),
        ("nothing heard", CLEAN),
        ("not understood", CLEAN),
        ("asked back in vain", CLEAN),
        ("left alone", CLEAN),
    ]
    assert len(worst(outcomes, 2)) == 2
    wrong_when_clean = call(ASKED, "2", "到账")
    assert worst([*outcomes, wrong_when_clean])[0] == wrong_when_clean


def test_goals_are_met_by_all_or_by_both_halves_or_not(outcomes: list[Outcome]) -> None:
    found = {(each.figure, each.condition): each for each in goals(outcomes)}
    right = found["right", CLEAN]
    assert (right.everybody, right.tuned, right.held_out) == (pytest.approx(3 / 7), 0.4, 0.5)
    assert not right.is_met
    assert found["wrong", CLEAN].tuned == 0
    assert not found["wrong", CLEAN].is_met
    assert found["right", "20 dB"].held_out is None
    assert ("accepted", "20 dB") not in found
    fine = [call(ASKED, "1", "余额"), call(HELD, "1", "余额"), *[call(IDLE, "", "天气")] * 40]
    assert all(each.is_met and each.is_met_by_both_halves for each in goals(fine))
    accepted = goals([*fine, call(replace(IDLE, held_out=True), "1", "余额")])
    assert all(each.is_met for each in accepted)
    assert not all(each.is_met_by_both_halves for each in accepted)


def test_reports_hold_the_figures_and_say_that_callers_are_synthetic(
    outcomes: list[Outcome], tmp_path: Path
) -> None:
    run = Run(outcomes, {"whisper": "whisper-base"}, seed=7, minutes=3, load=0.5)
    text = report.write(run, tmp_path)
    assert (tmp_path / "ears.md").read_text() == text
    assert "**All callers here are synthetic**" in text
    assert "| whisper | clean | tuned | 5 | 40.0% | 20.0% | 20.0% | 20.0% | 20.0% | 0.0% |" in text
    assert "| whisper | right | clean | at least 98.0% | 42.9% | 40.0% | 50.0% | **no** | **no** |" in text
    assert re.search(r"\| wrong \| whisper \| 20 dB \| main \| 我要查余额 \| 解绑 \| 3 \|", text)
    data = json.loads((tmp_path / "ears.json").read_text())
    assert data["callers"] == "synthetic"
    assert data["facts"]["seed of the callers"] == 7
    assert [row["noises"] for row in data["noises"]] == [2]
    assert data["goals"][0]["met"] is False


def test_the_worst_can_be_played_on_the_page(outcomes: list[Outcome], tmp_path: Path) -> None:
    run = Run(outcomes, {}, 1, 1, 0)
    text = page.write(run, tmp_path).read_text()
    assert text.count("<article>") == 6
    assert text.index("选错了") < text.index("不该选却选了") < text.index("没听见")
    assert "&lt;今天&gt;天气好" in text
    (sound,) = {tmp_path / name for name in re.findall(r'src="([^"]+)"', text)}
    assert sound.read_bytes()[:4] == b"RIFF"


def test_a_page_of_nothing_wrong_says_so(tmp_path: Path) -> None:
    fine = Run([call(ASKED, "1", "余额"), call(HELD)], {}, 1, 1, 0)
    assert "没有听错的" in page.write(fine, tmp_path).read_text()
    assert report.markdown(fine).rstrip().endswith("None.")
