"""Files become menus, or a sentence says why not."""

from pathlib import Path

import pytest
from small import CATALOGUE, FILES  # type: ignore[import-not-found]

from menus.load import digest_of, load, load_folder, names_in, read_files
from menus.source import Source, SourceError, parse, read


def written(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_folder_and_its_stored_files_are_the_same_menus(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert load_folder(folder, CATALOGUE).menus.digest == load(read_files(folder), CATALOGUE).menus.digest
    assert load(FILES, CATALOGUE).menus.digest == digest_of(FILES)


def test_a_changed_word_is_another_version() -> None:
    changed = {**FILES, "prompts/zh-CN.yaml": FILES["prompts/zh-CN.yaml"].replace("再见", "回见")}
    assert digest_of(changed) != digest_of(FILES)


def test_a_missing_folder_is_told() -> None:
    with pytest.raises(SourceError, match="nowhere: there is no such folder"):
        load_folder(Path("nowhere"), CATALOGUE)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (written(tmp_path) / "prompts" / "zh-CN.yaml").write_bytes("bye: 再见".encode("gb18030"))
    with pytest.raises(SourceError, match="not UTF-8; save it as UTF-8"):
        load_folder(tmp_path, CATALOGUE)
    with pytest.raises(SourceError, match="not UTF-8; save it as UTF-8"):
        read(tmp_path / "prompts" / "zh-CN.yaml")


def test_an_unreadable_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the file cannot be read"):
        read(tmp_path / "nothing.yaml")


def test_scalars_stay_as_they_are_written() -> None:
    assert parse("a: no\nb: 012\nc: 1.50\nd: 2026-01-09\n", "x").data == {
        "a": "no",
        "b": "012",
        "c": "1.50",
        "d": "2026-01-09",
    }


def test_an_empty_file_holds_nothing() -> None:
    assert parse("", "x").data == {}


def test_control_characters_are_no_text() -> None:
    with pytest.raises(SourceError, match="x: this is not a text file"):
        parse("a: \x00", "x")


def test_a_place_without_a_line_has_the_line_around_it() -> None:
    source = parse("a:\n  b: 1\n", "x")
    assert source.line(("a", "b", "c", 3)) == 2
    assert Source("x", {}, {}).line(("a",)) == 1


def test_constants_are_not_asked_of_conversations() -> None:
    assert names_in("您好,这里是{机构}。{amount}再说{amount},{name}") == ("amount", "name")
