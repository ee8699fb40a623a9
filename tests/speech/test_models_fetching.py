"""Fetching models: each source in turn, one process at a time, whatever happens to it."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from model_fetcher import described, model_of
from model_pages import Site, serving

from speech.models import Edition, Model, ModelError, ModelsUnreachable, State, fetch, state
from speech.models.pages import Pages

HOUSE = Path(__file__).parents[2]
NET = random.Random(12333).randbytes(1_000_000)
SPEAKER = random.Random(1).randbytes(5_000)
FILES = described("tiny/net", NET), described("tiny/speaker", SPEAKER)
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.put("net", NET)
        site.put("speaker", SPEAKER)
        yield site


@pytest.fixture
def tiny(site: Site) -> Model:
    return model_of(FILES, site.address)


def with_sources(*addresses: str) -> Model:
    """Return the model with several sources, in this order."""
    sources = tuple(source for each in addresses for source in model_of(FILES, each).editions[0].sources)
    return Model("tiny", "nothing", "MIT", (Edition(FILES, sources),))


def test_a_model_is_fetched_once_and_then_left_alone(site: Site, tiny: Model, tmp_path: Path) -> None:
    assert state(tiny, tmp_path) is State.MISSING
    steps: list[tuple[str, int, int]] = []
    assert fetch(tiny, tmp_path, lambda *step: steps.append(step))
    assert state(tiny, tmp_path, verify=True) is State.THERE
    assert steps[0] == ("checking what is there", 0, tiny.size)
    assert steps[-1] == (f"speaker from {site.address[7:]}", 1_005_000, 1_005_000)
    assert not fetch(tiny, tmp_path)
    assert [page.asked for page in site.pages.values()] == [[""], [""]]


def test_only_what_is_wrong_is_fetched_again(site: Site, tiny: Model, tmp_path: Path) -> None:
    fetch(tiny, tmp_path)
    (tmp_path / "tiny" / "speaker").write_bytes(bytes(5_000))  # of the right size: only its bytes tell
    assert (state(tiny, tmp_path), state(tiny, tmp_path, verify=True)) == (State.THERE, State.DAMAGED)
    assert fetch(tiny, tmp_path)
    assert state(tiny, tmp_path, verify=True) is State.THERE
    assert [len(page.asked) for page in site.pages.values()] == [1, 2]


def test_states_are_told_apart(tiny: Model, tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "net.part").write_bytes(NET[:10])
    assert state(tiny, tmp_path) is State.PARTIAL
    (tmp_path / "tiny" / "speaker").write_bytes(SPEAKER)
    assert state(tiny, tmp_path) is State.PARTIAL
    (tmp_path / "tiny" / "net").write_bytes(NET[:10])
    assert state(tiny, tmp_path) is State.DAMAGED


def test_the_next_source_gives_what_the_one_before_did_not(tmp_path: Path) -> None:
    with serving() as first, serving() as second:
        first.put("net", NET)
        first.put("speaker", bytes(5_000))
        second.put("speaker", SPEAKER)
        assert fetch(with_sources(NOWHERE, first.address, second.address), tmp_path)
        assert state(with_sources(), tmp_path, verify=True) is State.THERE
        assert sorted(path.name for path in (tmp_path / "tiny").iterdir()) == ["net", "speaker"]


def test_another_edition_will_do_and_the_first_is_not_asked_for_any_more(site: Site, tmp_path: Path) -> None:
    other = described("tiny/net", NET[::-1]), FILES[1]
    first = Edition(other, (Pages({file.path: f"{NOWHERE}/x" for file in other}),))
    model = Model("tiny", "nothing", "MIT", (first, *model_of(FILES, site.address).editions))
    assert fetch(model, tmp_path)
    assert state(model, tmp_path, verify=True) is State.THERE
    assert not fetch(model, tmp_path)


def test_when_nothing_is_reachable_a_person_is_told_everything(site: Site, tmp_path: Path) -> None:
    del site.pages["net"]
    with pytest.raises(ModelsUnreachable) as caught:
        fetch(with_sources(NOWHERE, site.address), tmp_path)
    told = str(caught.value)
    assert f"{NOWHERE}/net: it cannot be reached (Connection refused)" in told
    assert f"{site.url('net')}: it answers 404 Not Found" in told
    assert f"into {tmp_path}, or put these files there (bytes, SHA-256, file):" in told
    for file in FILES:
        assert f"{file.size}  {file.sha256}  {file.path}" in told
        assert f"download {site.url(Path(file.path).name)}" in told
    assert state(with_sources(), tmp_path) is State.MISSING


def test_what_is_told_by_hand_names_only_what_is_missing(site: Site, tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "net").write_bytes(NET)
    with pytest.raises(ModelsUnreachable) as caught:
        fetch(with_sources(NOWHERE), tmp_path)
    assert FILES[1].sha256 in str(caught.value)
    assert FILES[0].sha256 not in str(caught.value)


def test_files_put_there_by_hand_need_no_source_and_no_right_to_write(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "net").write_bytes(NET)
    (tmp_path / "tiny" / "speaker").write_bytes(SPEAKER)
    assert not fetch(with_sources(NOWHERE), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def started(site: Site, folder: Path, *before: str) -> "subprocess.Popen[str]":
    """Start a process that fetches the net alone; what it prints comes through a pipe."""
    net = FILES[0]
    words = [site.address, str(folder), net.path, str(net.size), net.sha256]
    return subprocess.Popen(
        [*before, sys.executable, str(Path(__file__).with_name("model_fetcher.py")), *words],
        cwd=HOUSE,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_process_killed_in_the_middle_leaves_what_the_next_one_goes_on_with(
    site: Site, tmp_path: Path
) -> None:
    site.pages["net"].slow = 0.05
    with started(site, tmp_path) as killed:
        assert killed.stdout
        next(line for line in killed.stdout if int(line.partition(" ")[0]) > 200_000)
        killed.kill()
    had = (tmp_path / "tiny" / "net.part").stat().st_size
    assert 200_000 < had < len(NET)
    assert state(replace(model_of(FILES, ""), name="tiny"), tmp_path) is State.PARTIAL
    with started(site, tmp_path) as second:
        assert second.communicate()[0].splitlines()[-1] == "fetched"
    assert (tmp_path / "tiny" / "net").read_bytes() == NET
    assert site.pages["net"].asked == ["", f"bytes={had}-"]


def test_of_two_at_once_one_fetches_and_the_other_waits(site: Site, tmp_path: Path) -> None:
    site.pages["net"].slow = 0.05
    with started(site, tmp_path) as one, started(site, tmp_path) as other:
        said = [process.communicate()[0] for process in (one, other)]
    assert {each.splitlines()[-1] for each in said} == {"fetched", "already there"}
    assert sum("another process fetches; waiting for it" in each for each in said) == 1
    assert site.pages["net"].asked == [""]
    assert (tmp_path / "tiny" / "net").read_bytes() == NET


def mounted(folder: Path, options: str) -> list[str]:
    """Return what runs a command with a file system of memory at a folder, seen by that command alone."""
    shell = f'mount -t tmpfs -o {options} tmpfs {folder} && exec "$@"'
    around = ["unshare", "--map-root-user", "--mount", "sh", "-c", shell, "sh"]
    tried = shutil.which("unshare") and subprocess.run([*around, "true"], capture_output=True, check=False)
    if not tried or tried.returncode:
        pytest.skip("this machine lets nobody mount a file system of their own")
    return around


def test_a_disk_that_is_full_is_told_in_a_sentence(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    with started(site, folder, *mounted(folder, "size=256k")) as starved:
        last = starved.communicate()[0].splitlines()[-1]
    assert last == (
        f"ModelError: the disk of {folder} is full; "
        "make room there, or name another folder with HOTLINE_MODELS"
    )


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    with started(site, folder, *mounted(folder, "ro")) as forbidden:
        last = forbidden.communicate()[0].splitlines()[-1]
    assert last == (
        f"ModelError: {folder}/.fetching.lock may not be read or written by this user "
        "(Read-only file system); allow it, or name another folder with HOTLINE_MODELS"
    )


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_told_in_a_sentence(tiny: Model, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ModelError, match="may not be read or written by this user"):
        fetch(tiny, tmp_path / "models")


def test_a_file_in_the_place_of_the_folder_is_told_in_a_sentence(tiny: Model, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("")
    with pytest.raises(ModelError, match=r"models cannot be used \(File exists\); does HOTLINE_MODELS name"):
        fetch(tiny, tmp_path / "models")


def test_whoever_is_told_can_stop_it_and_what_came_stays(tiny: Model, tmp_path: Path) -> None:
    def stop(_what: str, done: int, _total: int) -> None:
        if done > 300_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(tiny, tmp_path, stop)
    assert 300_000 < (tmp_path / "tiny" / "net.part").stat().st_size < len(NET)
    assert fetch(tiny, tmp_path)


def test_all_editions_are_told_of_when_none_is_reachable(tmp_path: Path) -> None:
    other = described("tiny/net", NET[::-1]), FILES[1]
    editions = [edition for files in (FILES, other) for edition in model_of(files, NOWHERE).editions]
    with pytest.raises(ModelsUnreachable) as caught:
        fetch(Model("tiny", "nothing", "MIT", tuple(editions)), tmp_path)
    first, second = str(caught.value).split("or these files in their place:")
    assert FILES[0].sha256 in first
    assert other[0].sha256 in second
