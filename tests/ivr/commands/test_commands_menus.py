"""`hotline menus` and `hotline texts`: what operators do with a config folder."""

import csv
import io
import shutil
from pathlib import Path

import pytest
from running import SHIPPED

from ivr.services.register import CATALOGUE
from menus.load import load_folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def database(tmp_path: Path, hotline_command) -> dict[str, str]:
    settings = {"HOTLINE_DATABASE_URL": f"sqlite:///{tmp_path}/hotline.db"}
    assert hotline_command("db", "upgrade", **settings).exit_code == 0
    return settings


def replaced(file: Path, old: str, new: str) -> int:
    """Replace the first occurrence in a file and return its line."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_folder_has_no_faults(hotline_command):
    checked = hotline_command("menus", "check", str(SHIPPED))
    assert (checked.exit_code, checked.output) == (0, f"{SHIPPED}: no faults.\n")


def test_the_folder_of_the_settings_is_checked_where_none_is_named(hotline_command, config):
    assert hotline_command("menus", "check", HOTLINE_CONFIG=str(config)).output == f"{config}: no faults.\n"


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


def test_publish_versions_and_rollback(hotline_command, config, database):
    def menus(*arguments: str) -> str:
        result = hotline_command("menus", *arguments, **database)
        assert result.exit_code == 0, result.output
        return str(result.output)

    assert "Nothing was published yet" in menus("versions")
    first = menus("publish", str(config), "--reason", "the first").split()[-1].rstrip(".")
    assert "already; nothing was changed" in menus("publish", str(config))
    replaced(config / "prompts" / "zh-CN.yaml", "您还在吗", "您还在听吗")
    second = menus("publish", str(config), "--reason", "friendlier").split()[-1].rstrip(".")
    assert _versions(menus("versions")) == [second, first]
    assert menus("rollback") == f"New calls begin with {first} again.\n"
    assert _versions(menus("versions")) == [first, second]


def _versions(told: str) -> list[str]:
    return [line.split()[0] for line in told.splitlines()[3:] if line.strip()]


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
