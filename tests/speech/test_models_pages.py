"""Model files from web pages: what a network can do to a download, done by a real server."""

import hashlib
import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_pages import Site, serving

from speech.models.errors import SourceFailed
from speech.models.model import ModelFile, State
from speech.models.pages import Pages

WHOLE = random.Random(12333).randbytes(300_000)
FILE = ModelFile("voice/net.onnx", len(WHOLE), hashlib.sha256(WHOLE).hexdigest())


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def fetch(site: Site, folder: Path, **pages: float) -> list[int]:
    """Fetch the one file and return how many bytes were told to be there, step by step."""
    told: list[int] = []
    Pages({FILE.path: site.url("net")}, **pages).fetch([FILE], folder, lambda _, size: told.append(size))
    return told


def left(folder: Path, size: int, content: bytes = WHOLE) -> None:
    """Leave a part behind, as an earlier attempt does."""
    FILE.part(folder).parent.mkdir(parents=True)
    FILE.part(folder).write_bytes(content[:size])


def is_right(folder: Path) -> bool:
    assert FILE.state(folder, verify=True) is State.THERE
    assert (folder / FILE.path).read_bytes() == WHOLE
    return not FILE.part(folder).exists()


def test_a_file_is_downloaded_and_told_of_byte_by_byte(site: Site, tmp_path: Path) -> None:
    page = site.put("net", WHOLE)
    told = fetch(site, tmp_path)
    assert is_right(tmp_path)
    assert page.asked == [""]
    assert (told[0], told[-1]) == (0, len(WHOLE))
    assert told == sorted(told)


def test_what_an_earlier_attempt_left_is_not_downloaded_again(site: Site, tmp_path: Path) -> None:
    page = site.put("net", WHOLE)
    left(tmp_path, 120_000)
    assert fetch(site, tmp_path)[0] == 120_000
    assert is_right(tmp_path)
    assert page.asked == ["bytes=120000-"]


def test_a_part_that_is_whole_already_needs_no_network(site: Site, tmp_path: Path) -> None:
    left(tmp_path, len(WHOLE))
    fetch(site, tmp_path)
    assert is_right(tmp_path)


def test_a_download_that_is_cut_off_goes_on_where_it_ended(site: Site, tmp_path: Path) -> None:
    page = site.put("net", WHOLE, cuts=[100_000, 50_000])
    fetch(site, tmp_path)
    assert is_right(tmp_path)
    assert page.asked == ["", "bytes=100000-", "bytes=150000-"]


def test_a_server_that_sends_nothing_more_is_left_and_the_part_stays(site: Site, tmp_path: Path) -> None:
    site.put("net", WHOLE, cuts=[100_000, 0])
    with pytest.raises(SourceFailed, match="net: it ends too early"):
        fetch(site, tmp_path)
    assert FILE.part(tmp_path).read_bytes() == WHOLE[:100_000]
    assert FILE.state(tmp_path, verify=False) is State.PARTIAL


def test_a_server_that_ignores_ranges_makes_it_begin_again(site: Site, tmp_path: Path) -> None:
    page = site.put("net", WHOLE, knows_ranges=False)
    left(tmp_path, 120_000)
    fetch(site, tmp_path)
    assert is_right(tmp_path)
    assert page.asked == ["bytes=120000-"]


@pytest.mark.parametrize("size", [120_000, len(WHOLE), len(WHOLE) + 7])
def test_a_part_of_another_file_is_found_out_and_begun_again(site: Site, tmp_path: Path, size: int) -> None:
    site.put("net", WHOLE)
    left(tmp_path, size, bytes(size))
    fetch(site, tmp_path)
    assert is_right(tmp_path)


def test_a_file_of_another_size_is_refused_before_it_is_downloaded(site: Site, tmp_path: Path) -> None:
    site.put("net", WHOLE + b"!")
    with pytest.raises(SourceFailed, match="the file there has 300,001 bytes, not 300,000"):
        fetch(site, tmp_path)
    assert list((tmp_path / "voice").iterdir()) == []


def test_a_file_that_became_shorter_is_told_of_and_nothing_is_kept(site: Site, tmp_path: Path) -> None:
    site.put("net", WHOLE[:1000])
    left(tmp_path, 120_000)
    with pytest.raises(SourceFailed, match="the file there has 1,000 bytes"):
        fetch(site, tmp_path)
    assert list((tmp_path / "voice").iterdir()) == []


def test_wrong_bytes_of_the_right_size_never_take_the_place(site: Site, tmp_path: Path) -> None:
    site.put("net", bytes(len(WHOLE)))
    with pytest.raises(SourceFailed, match="what came has another SHA-256 than the file has to have"):
        fetch(site, tmp_path)
    assert list((tmp_path / "voice").iterdir()) == []


@pytest.mark.parametrize("lie", [b"bytes 5-299999/300000", b"nonsense"])
def test_another_piece_than_the_one_asked_for_is_refused(site: Site, tmp_path: Path, lie: bytes) -> None:
    site.put("net", WHOLE, lies=lie)
    left(tmp_path, 120_000)
    with pytest.raises(SourceFailed, match="another piece than the one it was asked for"):
        fetch(site, tmp_path)


def test_a_server_that_hangs_is_left_after_the_patience(site: Site, tmp_path: Path) -> None:
    site.put("net", WHOLE, cuts=[100_000, 0, 0], hangs=True)
    with pytest.raises(SourceFailed, match="it does not answer in time"):
        fetch(site, tmp_path, patience=0.2)
    assert FILE.part(tmp_path).stat().st_size == 100_000


def test_a_server_that_takes_no_call_is_left_after_the_patience(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        pages = Pages({FILE.path: f"http://127.0.0.1:{deaf.getsockname()[1]}/net"}, patience=0.2)
        with pytest.raises(SourceFailed, match="it does not answer in time"):
            pages.fetch([FILE], tmp_path, lambda *_: None)


def test_no_server_and_no_page_are_told_as_they_are(site: Site, tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="net: it answers 404 Not Found"):
        fetch(site, tmp_path)
    site.address = "http://127.0.0.1:9"
    with pytest.raises(
        SourceFailed, match=r"127\.0\.0\.1:9/net: it cannot be reached \(Connection refused\)"
    ):
        fetch(site, tmp_path)
    site.address = "http://nowhere.invalid"
    with pytest.raises(SourceFailed, match="it cannot be reached"):
        fetch(site, tmp_path)


def test_something_that_is_no_web_server_is_told_of(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def mumble() -> None:
            caller, _ = other.accept()
            with caller:
                caller.recv(1000)
                caller.sendall(b"220 mail here\r\n")

        thread = threading.Thread(target=mumble)
        thread.start()
        pages = Pages({FILE.path: f"http://127.0.0.1:{other.getsockname()[1]}/net"})
        with pytest.raises(SourceFailed, match="it cannot be reached"):
            pages.fetch([FILE], tmp_path, lambda *_: None)
        thread.join()
