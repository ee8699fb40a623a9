"""`hotline call`: a conversation with what is typed, and transcripts run against a demo of their own."""

import re
import shutil
import tempfile
from pathlib import Path

import pytest
from running import SHIPPED

from ivr.tools.demo_people import demo_callers

FIRST = demo_callers()[0]


@pytest.fixture(autouse=True)
def nothing_left(tmp_path, monkeypatch):
    """The demo's folder is thrown away, however the command ends."""
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rooms))
    yield
    assert list(rooms.iterdir()) == []


@pytest.fixture
def called(hotline_command):
    """Call with arguments and lines to type; the settings of a demo, so that none is needed."""

    def call(*arguments: str, lines: tuple[str, ...] = (), config: Path = SHIPPED):
        typed = "".join(f"{line}\n" for line in lines)
        return hotline_command("call", *arguments, typed=typed, HOTLINE_CONFIG=str(config))

    return call


def test_a_call_until_the_balance_is_heard(called):
    ended = called(lines=("1", FIRST.identity_number, FIRST.pin))
    assert ended.exit_code == 0
    assert f"{FIRST.name},身份证号 {FIRST.identity_number},密码 {FIRST.pin}。" in ended.output
    assert "余额是,一千零二十二元五角一分" in ended.output
    assert re.search(r"☎ 您挂机了,\d+ 秒\n$", ended.output)


def test_a_text_is_there_before_the_next_key_is_asked_for(called):
    told = called(lines=("1", FIRST.identity_number, "*", "")).output
    asked = told.index("收到短信以后")
    arrived = told.index("✉ 【演示】查询验证码")
    assert "> " not in told[asked:arrived]


def test_a_text_is_written_and_answered(called):
    assert "✉ 【演示】可回复" in called(lines=("t 帮助", "")).output


def test_whoever_is_no_demo_person_is_told_so_and_answered_all_the_same(called):
    ended = called("--from", "+8610000999999")
    assert "nobody's of the demo people" in ended.output
    assert "查余额,请按一" in ended.output


@pytest.mark.parametrize("number", ["abc", "13800138000", "+0123456", "+86 138"])
def test_what_is_no_number_is_wrong_use(called, number):
    ended = called("--from", number)
    assert (ended.exit_code, "+8613800138000, or anonymous" in ended.output) == (2, True)


def test_another_config_folder_can_be_tried(called, tmp_path):
    config = tmp_path / "config"
    shutil.copytree(SHIPPED, config)
    prompts = config / "prompts" / "zh-CN.yaml"
    prompts.write_text(prompts.read_text("utf-8").replace("查余额,请按一", "想知道余额,请按一"), "utf-8")
    assert "想知道余额,请按一" in called("--menus", str(config)).output


def test_all_faults_of_another_config_folder_are_told_first(called, tmp_path):
    config = tmp_path / "config"
    shutil.copytree(SHIPPED, config)
    (config / "menus" / "main.yaml").write_text("main: [", "utf-8")
    (config / "hotline.yaml").write_text("{}", "utf-8")
    ended = called("--menus", str(config))
    assert ended.exit_code == 1
    assert f"{config}/menus/main.yaml:1: this is not YAML" in ended.output
    assert f"{config}/hotline.yaml:1: 'authority' is missing" in ended.output
    assert "☎" not in ended.output


SCRIPT = f"""\
about: a code that came too late
steps:
  - dials: "{FIRST.number}"
  - presses: 1
  - presses: {FIRST.identity_number}
  - presses: "*"
  - stays_silent
  - reads: {{fragment: 验证码, code: {{as: c}}}}
  - later: 10m
  - presses: {{c}}
  - hears: 没对上
  - hangs_up
---
steps:
  - dials: "{FIRST.number}"
  - hears: {{prompt: greet.demo}}
  - hangs_up
"""


def test_transcripts_run_one_after_another_and_may_move_the_clock(called, tmp_path):
    script = tmp_path / "late.yaml"
    script.write_text(SCRIPT, "utf-8")
    ended = called("--script", str(script))
    assert ended.exit_code == 0, ended.output
    assert ended.output.splitlines()[-2:] == ["late-1: holds", "late-2: holds"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"steps:\n  - dails: x\n", "script.yaml:2: there is no step 'dails'"),
        (b"steps: [", "script.yaml:1: not YAML"),
        (b"\xff\xfe", "script.yaml: this is not UTF-8"),
        (b"steps:\n  - presses: 1\n", "script.yaml:2: presses: dial first"),
        (b"steps:\n  - dials: '+8613800138000'\n  - hears: nonsense\n", "script.yaml:3: expected"),
    ],
)
def test_a_transcript_that_does_not_hold_is_told_with_its_line(called, tmp_path, text, sentence):
    script = tmp_path / "script.yaml"
    script.write_bytes(text)
    ended = called("--script", str(script))
    assert ended.exit_code == 1
    assert f"Error: {sentence}" in ended.output


def test_a_transcript_that_is_not_there_is_wrong_use(called, tmp_path):
    assert called("--script", str(tmp_path)).exit_code == 2
    assert called("--script", str(tmp_path / "none.yaml")).exit_code == 2
