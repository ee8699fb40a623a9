"""`hotline menus` and `hotline texts`: what operators do with a config folder."""

import csv
import io
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from ears_korean import korean_model
from running import SHIPPED

from ivr.app import assemble
from ivr.rendering import sentences
from ivr.services.register import CATALOGUE
from ivr.settings import Settings
from menus.load import digest_of, load_folder, read_files


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def database(tmp_path: Path, sounds: str, hotline_command) -> dict[str, str]:
    settings = {"HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/hotline.db", "HOTLINE_SOUNDS": sounds}
    assert hotline_command("db", "upgrade", **settings).exit_code == 0
    return settings


def replaced(file: Path, old: str, new: str) -> int:
    """Replace the first occurrence in a file and return its line."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


TIMED = "no faults. Prompts were timed with the built-in voice.\n"


def test_the_shipped_folder_has_no_faults(hotline_command, sounds):
    checked = hotline_command("menus", "check", str(SHIPPED), HOTLINE_SOUNDS=sounds)
    assert (checked.exit_code, checked.output) == (0, f"{SHIPPED}: {TIMED}")


def test_the_folder_of_the_settings_is_checked_where_none_is_named(hotline_command, config, sounds):
    checked = hotline_command("menus", "check", HOTLINE_CONFIG=str(config), HOTLINE_SOUNDS=sounds)
    assert checked.output == f"{config}: {TIMED}"


def test_words_that_the_ear_of_this_machine_can_never_hear_are_faults(hotline_command, tmp_path, sounds):
    (tmp_path / "vosk-small-cn").symlink_to(korean_model())
    checked = hotline_command("menus", "check", str(SHIPPED), HOTLINE_MODELS=str(tmp_path))
    assert checked.exit_code == 1
    assert re.search(
        r"menus/main\.yaml:\d+: the ear does not know '.+' and never hears '查余额'", checked.output
    )
    deaf = hotline_command(
        "menus",
        "check",
        str(SHIPPED),
        HOTLINE_MODELS=str(tmp_path),
        HOTLINE_EAR="none",
        HOTLINE_SOUNDS=sounds,
    )
    assert deaf.exit_code == 0


def test_a_menu_or_an_instruction_that_lasts_too_long_is_a_fault_with_its_seconds(
    hotline_command, config, sounds
):
    file = config / "prompts" / "zh-CN.yaml"
    longer = "请听好,这一句话说得太久了,没有人能记住它前面说的是什么。"
    menu = replaced(file, "main: 查余额", f"main: {longer * 2}查余额")
    instruction = replaced(file, "bye: 谢谢来电。", f"bye: 谢谢来电。{longer}")
    checked = hotline_command("menus", "check", str(config), HOTLINE_SOUNDS=sounds)
    assert checked.exit_code == 1
    lasts = r"'{}' lasts (\d\d\.\d) s with the built-in voice; at most {} s; shorten it"
    told = checked.stdout.splitlines()
    for line, where, prompt, most in zip(told, (menu, instruction), ("main", "bye"), (20, 12), strict=True):
        place, _, what = line.partition(": ")
        assert place == f"{file}:{where}"
        found = re.fullmatch(lasts.format(prompt, most), what)
        assert found
        assert most < float(found[1]) < 60
    assert checked.stderr == "Prompts were timed with the built-in voice.\n"


def test_where_no_voice_speaks_it_is_told_that_prompts_were_not_timed(hotline_command, sounds, monkeypatch):
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    checked = hotline_command(
        "menus", "check", str(SHIPPED), HOTLINE_SOUNDS=sounds, HOTLINE_MODELS="/nowhere"
    )
    assert checked.exit_code == 0
    assert "no faults. How long prompts last was not checked: the built-in voice needs" in checked.output


def test_every_file_with_a_fault_is_told_with_its_line(hotline_command, config):
    hotline = replaced(config / "hotline.yaml", "recording:", "recoding:")
    region = replaced(config / "regions" / "nanning.yaml", "effective_from:", "effective:")
    checked = hotline_command("menus", "check", str(config))
    assert checked.exit_code == 1
    for file, line in (("hotline.yaml", hotline), ("regions/nanning.yaml", region)):
        (told,) = [
            each for each in checked.output.splitlines() if each.startswith(f"{config}/{file}:{line}: ")
        ]
        assert "is not known here; check the spelling" in told


def test_holidays_are_checked_too(hotline_command, config):
    (config / "holidays.yaml").write_text("2027-01-01: {desk: shut, note: 元旦}\n", "utf-8")
    checked = hotline_command("menus", "check", str(config))
    assert checked.exit_code == 1
    assert checked.output.startswith(f"{config}/holidays.yaml:1: ")


def test_faults_of_menus_are_told_beside_those_of_other_files(hotline_command, config):
    line = replaced(config / "menus" / "main.yaml", "1: main", "1: nowhere_main")
    replaced(config / "hotline.yaml", "recording:", "recoding:")
    told = hotline_command("menus", "check", str(config)).output.splitlines()
    assert any(each.startswith(f"{config}/menus/main.yaml:{line}: ") and "nowhere_" in each for each in told)
    assert any(each.startswith(f"{config}/hotline.yaml:") for each in told)


def test_what_is_not_yaml_is_a_fault_and_no_traceback(hotline_command, config):
    (config / "menus" / "main.yaml").write_text("main: [\n  - {", "utf-8")
    checked = hotline_command("menus", "check", str(config))
    assert (checked.exit_code, f"{config}/menus/main.yaml:2: this is not YAML" in checked.output) == (1, True)
    (config / "prompts" / "zh-CN.yaml").write_bytes(b"greet: \xff\xfe\n")
    checked = hotline_command("menus", "check", str(config))
    assert (checked.exit_code, f"{config}/prompts/zh-CN.yaml: this is not UTF-8" in checked.output) == (
        1,
        True,
    )


def test_a_called_number_of_a_region_without_a_file_is_a_fault(hotline_command, config):
    replaced(config / "hotline.yaml", '"450100"', '"451300"')
    checked = hotline_command("menus", "check", str(config))
    assert checked.exit_code == 1
    (told,) = checked.output.splitlines()
    assert told.startswith(f"{config}/hotline.yaml: numbers gives +867710000000 to region 451300")


def test_a_folder_that_is_not_there_is_one_fault(hotline_command, tmp_path):
    checked = hotline_command("menus", "check", str(tmp_path / "confg"))
    assert (checked.exit_code, checked.output) == (
        1,
        f"{tmp_path}/confg: there is no such folder; name a config folder\n",
    )


@pytest.fixture
def menus(hotline_command, database) -> Callable[..., str]:
    """Run `hotline menus` on the database, and return what it says."""

    def run(*arguments: str, **settings: str) -> str:
        result = hotline_command("menus", *arguments, **{**database, **settings})
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    return run


def reworded(config: Path, old: str, new: str) -> str:
    """Change a prompt, and return how the version is called now."""
    replaced(config / "prompts" / "zh-CN.yaml", old, new)
    return digest_of(read_files(config))[:12]


def test_publish_versions_and_rollback(menus, config):
    assert "Nothing was published yet" in menus("versions")
    first = digest_of(read_files(config))[:12]
    told = menus("publish", str(config), "--reason", "the first")
    assert told == f"{first} is live: new calls begin with it.\n"
    told = menus("publish", str(config))
    assert told == f"New calls begin with {first} already; nothing was changed.\n"
    second = reworded(config, "您还在吗", "您还在听吗")
    told = menus("publish", str(config), "--reason", "friendlier", "--now")
    assert told == f"{second} is live: new calls begin with it.\n"
    assert _versions(menus("versions")) == [second, first]
    assert menus("rollback") == f"New calls begin with {first} again.\n"
    assert _versions(menus("versions")) == [first, second]
    assert menus("rollback") == f"New calls begin with {second} again.\n"


def test_a_version_waits_until_the_worker_has_spoken_it(menus, config):
    first = digest_of(read_files(config))[:12]
    menus("publish", str(config))
    second = reworded(config, "您还在吗", "您还在听吗")
    waits = (
        f"{second} goes live when `hotline worker` has spoken what is new in it; "
        "until then calls begin as before.\n"
    )
    assert menus("publish", str(config)) == waits
    assert menus("publish", str(config)) == waits, "it still does"
    newest, oldest = _rows(menus("versions"))
    assert newest.startswith(second)
    assert " waiting " in newest
    assert re.search(r" live since \d{4}-\d\d-\d\d \d\d:\d\d ", oldest)
    assert menus("rollback") == f"New calls go on with {first}; {second} will not go live.\n"
    newest, oldest = _rows(menus("versions"))
    assert (" live since " in newest, " never live " in oldest) == (True, True)


@pytest.mark.parametrize("setting", ["HOTLINE_ENV=demo", "HOTLINE_PROMPTS=say"])
def test_nothing_waits_where_nothing_is_spoken_ahead(menus, config, setting):
    menus("publish", str(config))
    reworded(config, "您还在吗", "您还在听吗")
    name, _, value = setting.partition("=")
    assert "is live" in menus("publish", str(config), **{name: value})


def test_only_what_is_to_be_spoken_has_to_be_waited_for(menus, production, tmp_path, sounds):
    config = Path(production["HOTLINE_CONFIG"])
    shutil.copytree(sounds, tmp_path / "own")
    settings = production | {
        "HOTLINE_PROMPTS": "play",
        "HOTLINE_VOICE": "pyttsx3",
        "HOTLINE_SOUNDS": f"{tmp_path}/own",
    }
    menus("publish", str(config), **settings)
    _spoken(Settings.read(settings))
    replaced(config / "texts" / "zh-CN.yaml", "查询验证码{code}", "验证码{code}")
    assert "is live: new calls begin with it" in menus("publish", str(config), **settings)
    reworded(config, "您还在吗", "您还在听吗")
    assert "has spoken its 1 new sentence; until" in menus("publish", str(config), **settings)
    replaced(config / "prompts" / "zh-CN.yaml", "查余额,请按一", "要听余额,请按一")
    assert "has spoken its 2 new sentences; until" in menus("publish", str(config), **settings)


def _spoken(settings: Settings) -> None:
    """Have all sentences of the live version there, as links to one sound."""
    built = assemble(settings)
    (studio,) = built.repertoire.studios
    one = next(settings.sounds.glob("*.wav"))
    for part in studio.missing(sentences(built, built.newest_menus())):
        os.link(one, settings.sounds / f"{studio.digest(part)}.wav")
    built.engine.dispose()


def _versions(told: str) -> list[str]:
    return [line.split()[0] for line in _rows(told)]


def _rows(told: str) -> list[str]:
    """Return the lines of the table that begin with a version; a long reason has more lines."""
    return [line.strip() for line in told.splitlines() if re.match(r" *[0-9a-f]{12} ", line)]


def test_nothing_is_published_with_faults(hotline_command, config, database):
    replaced(config / "menus" / "main.yaml", "1: main", "1: nowhere_main")
    refused = hotline_command("menus", "publish", str(config), **database)
    assert (refused.exit_code, "nowhere_" in refused.output) == (1, True)
    assert "Nothing was published yet" in hotline_command("menus", "versions", **database).output


def test_there_may_be_nothing_to_go_back_to(hotline_command, config, database):
    hotline_command("menus", "publish", str(config), **database)
    refused = hotline_command("menus", "rollback", **database)
    assert (refused.exit_code, "no version before the newest" in refused.output) == (1, True)


def test_whoever_has_no_name_can_publish_too(hotline_command, config, database, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_000_000_000)
    assert hotline_command("menus", "publish", str(config), **database).exit_code == 0
    assert "user 4000000000" in hotline_command("menus", "versions", **database).output


def test_publishing_needs_a_database_that_is_up_to_date(hotline_command, config, tmp_path):
    refused = hotline_command(
        "menus", "publish", str(config), HOTLINE_DATABASE_URL=f"sqlite:///{tmp_path}/empty.db"
    )
    assert (refused.exit_code, "run: hotline db upgrade" in refused.output) == (1, True)


def test_templates_are_listed_as_they_are_registered(hotline_command, config):
    listed = hotline_command("texts", "list", "--csv", HOTLINE_CONFIG=str(config))
    rows = list(csv.DictReader(io.StringIO(listed.output)))
    texts = load_folder(config, CATALOGUE).menus.texts["zh-CN"]
    assert [row["id"] for row in rows] == list(texts)
    for row in rows:
        filled = texts[row["id"]].replace("{机构}", "演示").replace("{hotline}", "0771-0000000")
        assert row["text"] == filled
    by_id = {row["id"]: row["text"] for row in rows}
    assert "{code}" in by_id["SMS01_verify_code"]
    plain = hotline_command("texts", "list", HOTLINE_CONFIG=str(config)).output
    assert plain.splitlines() == [f"{name}\t{text}" for name, text in by_id.items()]


def test_a_list_of_a_broken_folder_is_its_faults(hotline_command, config):
    (config / "texts" / "zh-CN.yaml").write_text("a: 1\na: 2\n", "utf-8")
    listed = hotline_command("texts", "list", HOTLINE_CONFIG=str(config))
    assert (listed.exit_code, "texts/zh-CN.yaml:2: 'a' stands here a second time" in listed.output) == (
        1,
        True,
    )
