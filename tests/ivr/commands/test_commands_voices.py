"""`hotline voices`: what an operator sees of recordings and voices, and rendering everything ahead."""

import shutil
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from running import SHIPPED, running, until

from ivr.commands.sayings import of_folder
from ivr.commands.studios import studio, voice_settings
from menus.load import digest_of, read_files
from speech.score import NORMAL
from speech.sound import Sound
from speech.telephone import RATE
from speech.voices.kokoro import DEFAULT
from speech.voices.kokoro_files import MODEL, MODEL_BYTES, SPEAKER_BYTES, SPEAKERS

SHORT = """\
welcome: {say: greet, go: main}
main:
  say: main
  ask: {1: goodbye}
person: {say: bye, hang_up: true}
goodbye: {say: bye, hang_up: true}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def places(tmp_path: Path, config: Path) -> dict[str, str]:
    """Settings of a machine with no model, no database and no sounds."""
    return {
        "HOTLINE_CONFIG": str(config),
        "HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/hotline.db",
        "HOTLINE_MODELS": str(tmp_path / "models"),
        "HOTLINE_SOUNDS": str(tmp_path / "sounds"),
    }


def row(told: str, voice: str) -> list[str]:
    """Return the cells of a voice's row after its name."""
    (line,) = [each for each in told.splitlines() if each.startswith(f"{voice}  ")]
    return line.removeprefix(voice).split()


def listed(hotline_command, places: dict[str, str], *options: str) -> str:
    result = hotline_command("voices", *options, **places)
    assert result.exit_code == 0, result.output
    return str(result.stdout)


def test_a_new_machine_is_told_what_it_has_and_what_it_lacks(hotline_command, places, tmp_path):
    told = listed(hotline_command, places)
    assert f"For {places['HOTLINE_CONFIG']}; sounds are in {places['HOTLINE_SOUNDS']}." in told
    assert row(told, "recordings") == ["-", "-", "-", "-"]
    assert row(told, "kokoro") == ["-", "-", "-", "-"]
    used, normal, slow, clips = row(told, "pyttsx3")
    assert used == "1"
    assert normal.startswith("0/")
    assert slow == normal
    assert clips.startswith("0/")
    assert "kokoro cannot be used: the Kokoro voice lacks" in told
    assert "hotline models fetch kokoro" in told
    assert "recordings: there are none; put <prompt id>.wav into" in told
    assert not (tmp_path / "hotline.db").exists()
    assert not (tmp_path / "sounds").exists()


def test_what_is_rendered_is_counted_by_prompt_and_pace(hotline_command, places):
    sayings = of_folder(Path(places["HOTLINE_CONFIG"]))
    built_in = studio(voice_settings(places), "pyttsx3")
    try:
        for prompt in ("greet", "main"):
            built_in.render(sayings.phrases(prompt, NORMAL))
    finally:
        built_in.close()
    _, normal, slow, _ = row(listed(hotline_command, places), "pyttsx3")
    assert (normal.split("/")[0], slow.split("/")[0]) == ("2", "0")


def test_recordings_are_counted_and_their_gaps_and_faults_are_listed(hotline_command, places, config):
    person = config / "recordings" / "li"
    (person / "slow").mkdir(parents=True)
    sound = _hum().wav_bytes()
    for name in ("greet.wav", "bye.wav", "slow/bye.wav", "main_menu.wav"):
        (person / name).write_bytes(sound)
    (person / "slow" / "greet.wav").write_bytes(b"no sound")
    told = listed(hotline_command, places)
    used, normal, slow, clips = row(told, "recordings of li")
    assert (used, normal.split("/")[0], slow.split("/")[0], clips) == ("1", "2", "1", "-")
    assert row(told, "pyttsx3")[0] == "2"
    assert "main_menu.wav: there is no prompt called 'main_menu'" in told
    assert "greet.wav: this is not a PCM WAV file" in told
    total = int(normal.split("/")[1])
    assert f"li has not recorded, zh-CN normal ({total - 2}): " in told
    assert f"and {total - 12} more (--gaps lists all)" in told
    assert "time.up" not in told
    everything = listed(hotline_command, places, "--gaps")
    assert "more (--gaps" not in everything
    assert everything.count("time.up") == 2
    assert "bal.say" not in everything  # what has a caller's values in it cannot be recorded


def test_what_the_settings_want_is_told(hotline_command, places):
    told = listed(hotline_command, {**places, "HOTLINE_PROMPTS": "say"})
    assert "the provider's voice speaks, and none of these" in told
    assert row(told, "pyttsx3")[0] == "-"
    told = listed(hotline_command, {**places, "HOTLINE_VOICE": "pyttsx3"})
    assert "HOTLINE_VOICE=pyttsx3: no other voice is used" in told
    refused = hotline_command("voices", **{**places, "HOTLINE_VOICE": "alto"})
    assert (refused.exit_code, "HOTLINE_VOICE" in refused.output) == (1, True)


def test_speakers_whose_files_are_there_are_listed(hotline_command, places, tmp_path):
    other = next(speaker for speaker in reversed(SPEAKERS) if speaker != DEFAULT)
    _pretend_files(tmp_path / "models" / "kokoro", DEFAULT, other)
    told = listed(hotline_command, places)
    (line,) = [each for each in told.splitlines() if each.startswith("kokoro speaks as ")]
    assert f"{DEFAULT} (default)" in line
    assert line.endswith(f"{other}; choose with HOTLINE_VOICE=kokoro:SPEAKER.")
    assert (row(told, "kokoro")[0], row(told, "pyttsx3")[0]) == ("1", "2")
    told = listed(hotline_command, {**places, "HOTLINE_VOICE": f"kokoro:{other}"})
    assert row(told, f"kokoro:{other}")[0] == "1"


def test_what_was_published_counts_and_an_old_database_does_not(hotline_command, places, config):
    assert hotline_command("db", "upgrade", **places).exit_code == 0
    assert f"For {config};" in listed(hotline_command, places)
    published = hotline_command("menus", "publish", str(config), "--now", **places)
    assert published.exit_code == 0, published.output
    digest = digest_of(read_files(config))[:12]
    assert f"For the menus published last, {digest};" in listed(hotline_command, places)
    Path(places["HOTLINE_DATABASE_URL"].removeprefix("sqlite:///")).write_bytes(b"no database at all")
    assert f"For {config};" in listed(hotline_command, places)


def test_rendering_is_stopped_by_ctrl_c_and_goes_on_where_it_was(places, tmp_path):
    sounds = Path(places["HOTLINE_SOUNDS"])
    with running("voices", "render", "--voice", "pyttsx3", environment=places, folder=tmp_path) as process:
        _until_some(sounds, process)
        assert process.end(signal.SIGINT, group=True) == 130
        told = process.output
    there = len(list(sounds.glob("*.wav")))
    assert f"{there} of " in told
    assert "To go on: hotline voices render" in told
    assert "the largest process took" in told
    assert not list(sounds.glob("*.part"))
    with running("voices", "render", "--voice", "pyttsx3", environment=places, folder=tmp_path) as process:
        _until_some(sounds, process, more_than=there)
        process.end(signal.SIGINT, group=True)
        (line,) = [each for each in process.output.splitlines() if each.startswith("pyttsx3: ")]
    now = len(list(sounds.glob("*.wav")))
    assert line.startswith(f"pyttsx3: {now - there} parts, ")


def test_a_voice_that_is_not_here_renders_nothing(hotline_command, places, monkeypatch):
    refused = hotline_command("voices", "render", "--voice", "kokoro", **places)
    assert (refused.exit_code, "hotline models fetch kokoro" in refused.output) == (1, True)
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    refused = hotline_command("voices", "render", **places)
    assert (refused.exit_code, "hotline voices says why" in refused.output) == (1, True)


def test_all_of_short_menus_is_rendered_with_an_account_of_it(hotline_command, places, config, monkeypatch):
    for module in ("ivr.channels.utterances", "ivr.commands.completeness"):
        # Thousands of clips would take minutes.
        monkeypatch.setattr(f"{module}.every_clip", lambda _kind, _pace: iter(()))
    file = config / "prompts" / "zh-CN.yaml"
    file.write_text("greet: 您好。\nmain: 要听余额,请按一。\nbye: 再见。\n", "utf-8")
    for menus in (config / "menus").glob("*.yaml"):
        if menus.name != "start.yaml":
            menus.unlink()
    (config / "menus" / "main.yaml").write_text(SHORT, "utf-8")
    rendered = hotline_command("voices", "render", **places)
    assert rendered.exit_code == 0, rendered.output
    assert rendered.stdout.startswith("pyttsx3: 6 parts, ")
    assert rendered.stdout.endswith("6 of 6 parts are there.\n")
    assert row(listed(hotline_command, places), "pyttsx3")[1:3] == ["3/3", "3/3"]
    again = hotline_command("voices", "render", **{**places, "HOTLINE_VOICE": "pyttsx3"})
    assert again.stdout.startswith("pyttsx3: 0 parts, 0 s of sound")


def _until_some(sounds: Path, process, more_than: int = 0) -> None:
    until(lambda: len(list(sounds.glob("*.wav"))) > more_than + 3, process.output)


def _hum() -> Sound:
    wave = np.sin(np.arange(RATE) * 2 * np.pi * 200 / RATE) * 8000
    return Sound(wave.astype(np.int16), RATE)


def _pretend_files(folder: Path, *speakers: str) -> None:
    """Make files of the right length, which is all that is looked at before a voice speaks."""
    folder.mkdir(parents=True)
    for name, size in ((MODEL, MODEL_BYTES), *((f"{each}.bin", SPEAKER_BYTES) for each in speakers)):
        with (folder / name).open("wb") as file:
            file.truncate(size)
