"""Hearings judged, counted and shown: the figures are those of the hearings, and the worst can be played."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from speech.sound import FULL_SCALE, Sound
from speech.spoken import money
from tests.ear import page, report
from tests.ear.listening import Amount, Case, Hearing
from tests.ear.readings import Judgement
from tests.ear.scores import Score, amount_rows, prompt_rows, score, worst

RIGHT, OTHER, NONE = Judgement.RIGHT, Judgement.OTHER, Judgement.NONE


def sound(hertz: float) -> Sound:
    time = np.arange(4000) / 8000
    return Sound(np.rint(0.1 * FULL_SCALE * np.sin(2 * np.pi * hertz * time)).astype(np.int16), 8000)


def turn(fen: int, *heard: str, condition: str = "telephone", pace: float = 1.0) -> Hearing:
    words = money(fen)
    text = f"您的余额是,{words}。再说一遍,{words}。"
    sounds = tuple(sound(300 + fen + place) for place in range(len(heard)))
    case = Case(f"{fen / 100:.2f}", "a voice", pace, text, sounds, Amount(fen, "您的余额是,", "再说一遍"))
    return Hearing(case, condition, heard)


def prompt(text: str, heard: str) -> Hearing:
    return Hearing(Case("greet", "a voice", 1.0, text, (sound(900),)), "telephone", (heard,))


@pytest.fixture
def scores() -> list[Score]:
    return [
        score(turn(1022, "您的余额是10元2角2分。再说一遍,10元2角2分。")),
        score(turn(1000, "您的余额是4元。再说一遍,10元。")),
        score(turn(2000, "您的余额是12元。再说一遍,12元。")),
        score(turn(600, "您的余额是留。", "再说一遍,六元。")),
        score(turn(500, "您的余额是五元,再说一遍五元", condition="television")),
        score(turn(500, "您的余额是五元,再说一遍五元", pace=0.78)),
        score(prompt("请按幺二三三三", "请按12333")),
        score(prompt("请按零找人工", "<请暗零找人>")),
    ]


def test_turns_are_judged_whole_or_by_two_sounds(scores: Sequence[Score]) -> None:
    assert [each.judgements for each in scores[:4]] == [
        (RIGHT, RIGHT),
        (OTHER, RIGHT),
        (OTHER, OTHER),
        (NONE, RIGHT),
    ]
    assert scores[6].judgements == ()
    assert [round(each.error, 2) for each in scores[6:]] == [0, 0.17]


def test_rows_count_each_voice_pace_and_condition_by_itself(scores: Sequence[Score]) -> None:
    plain, noisy, slow = amount_rows(scores)
    assert (plain.turns, plain.first_right, plain.second_right) == (4, 0.25, 0.75)
    assert (plain.one_right, plain.both_right, plain.other_in_first, plain.other_in_both) == (
        0.75,
        0.25,
        0.5,
        0.25,
    )
    assert (noisy.condition, slow.pace, noisy.both_right, slow.both_right) == ("television", 0.78, 1, 1)
    (prompts,) = prompt_rows(scores)
    assert (prompts.prompts, prompts.share_over) == (2, 0.5)
    assert prompts.mean == pytest.approx(1 / 12)
    assert prompts.largest == pytest.approx(1 / 6)


def test_the_worst_come_first_and_what_is_right_not_at_all(scores: Sequence[Score]) -> None:
    amounts = [each.hearing.case.name for each in worst(scores[:6])]
    assert amounts == ["20.00", "10.00", "6.00"]
    assert worst(scores[:6], 1) == [scores[2]]
    assert worst(scores[6:]) == [scores[7]]


def test_reports_hold_the_figures(scores: Sequence[Score], tmp_path: Path) -> None:
    text = report.write(report.Run(scores, seed=7, seconds=90), tmp_path)
    assert (tmp_path / "ear.md").read_text() == text
    data = json.loads((tmp_path / "ear.json").read_text())
    assert data["facts"]["seed of the amounts"] == 7
    assert [row["both_right"] for row in data["amounts"]] == [0.25, 1, 1]
    assert "| a voice | 1 | telephone | 4 | 25.0% | 75.0% | 75.0% | 25.0% | 50.0% | 25.0% |" in text
    assert "| a voice | 1 | telephone | 2 | 8.3% | 16.7% | 50.0% |" in text
    assert re.search(r"\| 20\.00 .*再说一遍,12元。 .* another amount, another amount", text)


def test_a_run_of_prompts_alone_has_no_table_of_amounts(scores: Sequence[Score]) -> None:
    text = report.markdown(report.Run(scores[6:], 1, 1))
    assert "## Amounts" not in text
    assert "## Prompts" in text


def test_the_worst_can_be_played_on_the_page(
    scores: Sequence[Score], tmp_path: Path, browser: Browser
) -> None:
    path = page.write(report.Run(scores, 1, 1), tmp_path)
    shown = browser.new_page()
    shown.goto(path.as_uri())
    assert shown.locator("article").count() == 4
    assert shown.locator("article").nth(2).locator("audio").count() == 2
    assert "听成别的金额 / 听成别的金额" in shown.locator("article").first.inner_text()
    assert "<请暗零找人>" in shown.locator("section").last.inner_text()
    lengths = shown.evaluate(
        """Promise.all([...document.querySelectorAll("audio")].map(audio => new Promise((done, fail) => {
            audio.onloadedmetadata = () => done(audio.duration); audio.onerror = fail; audio.preload = "auto";
            audio.load() })))"""
    )
    assert lengths == pytest.approx([0.5] * 5, abs=0.01)
    shown.close()


def test_a_page_of_nothing_wrong_says_so(scores: Sequence[Score], tmp_path: Path) -> None:
    assert "全部听对了" in page.write(report.Run(scores[:1], 1, 1), tmp_path).read_text()
