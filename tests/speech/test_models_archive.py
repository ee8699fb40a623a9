"""A model that comes as a zip: checked as far as it is known, unpacked whole or not at all, by hand too."""

import hashlib
import io
import os
import random
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_pages import Site, serving

from speech.models import VOSK_SMALL_CN, Edition, Model, ModelError, ModelsUnreachable, State, fetch, state
from speech.models.archive import LIST, Archive, cut_short
from speech.models.pages import Pages

NOWHERE = "http://127.0.0.1:9"
SOUNDS = random.Random(12333).randbytes(100_000)
FILES = {"am/final.mdl": SOUNDS, "conf/model.conf": b"--beam=10\n", "README": b""}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def zipped(files: dict[str, bytes], top: str = "vosk-model-0.1/") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        if top:
            archive.mkdir(top.rstrip("/"))
        for path, data in files.items():
            archive.writestr(f"{top}{path}", data)
    return made.getvalue()


def model_of(content: bytes, address: str = NOWHERE, known: int = 8) -> Model:
    """Return a model whose zip has this content, `known` characters of its SHA-256 being known."""
    sha256 = hashlib.sha256(content).hexdigest()[:known]
    archive = Archive("ear-0.1.zip", len(content), sha256, unpacked="ear")
    return Model("ear", "an ear", "MIT", (Edition((archive,), (Pages({archive.path: f"{address}/zip"}),)),))


def below(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != f"ear/{LIST}"}


UNPACKED = {f"ear/{path}": data for path, data in FILES.items()}


@pytest.mark.parametrize("known", [8, 64])
def test_a_zip_is_fetched_and_becomes_a_folder(site, tmp_path, known):
    content = zipped(FILES)
    site.put("zip", content)
    model = model_of(content, site.address, known)
    assert state(model, tmp_path) is State.MISSING
    assert fetch(model, tmp_path)
    assert below(tmp_path) == {**UNPACKED, ".fetching.lock": b""}
    assert state(model, tmp_path, verify=True) is State.THERE
    assert not fetch(model, tmp_path)
    assert site.pages["zip"].asked == [""]
    assert stat.S_IMODE((tmp_path / "ear").stat().st_mode) == 0o777 & ~umask()


def umask() -> int:
    now = os.umask(0o022)
    os.umask(now)
    return now


def test_what_was_unpacked_is_checked_by_its_list(site, tmp_path):
    content = zipped(FILES)
    site.put("zip", content)
    model = model_of(content, site.address)
    fetch(model, tmp_path)
    file = tmp_path / "ear" / "am" / "final.mdl"
    file.write_bytes(bytes(len(SOUNDS)))  # of the right size: only its bytes tell
    assert (state(model, tmp_path), state(model, tmp_path, verify=True)) == (State.THERE, State.DAMAGED)
    file.write_bytes(SOUNDS[:-1])
    assert (state(model, tmp_path), cut_short(tmp_path / "ear")) == (State.DAMAGED, ["am/final.mdl"])
    file.unlink()
    assert state(model, tmp_path) is State.DAMAGED
    assert fetch(model, tmp_path)
    assert {name for name in below(tmp_path) if name.startswith(".")} == {".fetching.lock"}
    assert below(tmp_path / "ear")["am/final.mdl"] == SOUNDS
    for nonsense in ("nonsense", "[]", '{"a": 1}'):
        (tmp_path / "ear" / LIST).write_text(nonsense)
        assert state(model, tmp_path) is State.DAMAGED


@pytest.mark.parametrize(
    "other", [zipped({"am/other": b"1"}), b"\0" * len(zipped(FILES))], ids=["size", "bytes"]
)
def test_another_file_is_refused(site, tmp_path, other):
    site.put("zip", other)
    with pytest.raises(ModelsUnreachable):
        fetch(model_of(zipped(FILES), site.address), tmp_path)
    assert below(tmp_path) == {".fetching.lock": b""}


def test_without_any_page_a_person_is_told_exactly_what_to_do_and_it_works(tmp_path):
    content = zipped(FILES)
    model = model_of(content)
    with pytest.raises(ModelsUnreachable) as caught:
        fetch(model, tmp_path)
    told = str(caught.value)
    begins = hashlib.sha256(content).hexdigest()[:8]
    for line in (
        f"{NOWHERE}/zip: it cannot be reached (Connection refused)",
        f"  {len(content):>11}  {begins}... (no more of it is known)  ear-0.1.zip",
        "leave the zip as it is: this command checks it and unpacks it into ear",
        f"- download {NOWHERE}/zip",
    ):
        assert line in told
    assert f"into {tmp_path}, or put these files there" in told
    (tmp_path / "ear-0.1.zip").write_bytes(content)
    assert state(model, tmp_path) is State.PARTIAL
    assert fetch(model, tmp_path)
    assert below(tmp_path) == {**UNPACKED, ".fetching.lock": b""}


def test_a_wrong_zip_put_there_by_hand_is_told_of_and_left(tmp_path):
    (tmp_path / "ear-0.1.zip").write_bytes(b"something else")
    with pytest.raises(
        ModelsUnreachable, match=r"ear-0\.1\.zip: this is another file than the one"
    ) as caught:
        fetch(model_of(zipped(FILES)), tmp_path)
    assert str(caught.value).count("this is another file") == 1
    assert (tmp_path / "ear-0.1.zip").is_file()


def test_what_a_killed_process_left_is_no_hindrance(tmp_path):
    content = zipped(FILES)
    (tmp_path / "ear-0.1.zip").write_bytes(content)
    for left in (".unpacking/am", ".replaced/am", "ear/am"):
        (tmp_path / left).mkdir(parents=True)
        (tmp_path / left / "left").touch()
    assert state(model_of(content), tmp_path) is State.PARTIAL
    assert fetch(model_of(content), tmp_path)
    assert below(tmp_path) == {**UNPACKED, ".fetching.lock": b""}
    assert not (tmp_path / ".unpacking").exists()


def linked() -> bytes:
    made = io.BytesIO(zipped(FILES))
    with zipfile.ZipFile(made, "a") as archive:
        link = zipfile.ZipInfo("vosk-model-0.1/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def doubled() -> bytes:
    made = io.BytesIO(zipped(FILES))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr("vosk-model-0.1/README", b"another")
    return made.getvalue()


def spoiled() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("vosk-model-0.1/am/final.mdl", SOUNDS)
    content = bytearray(made.getvalue())
    content[5000] ^= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (zipped({"../../outside": b"1"}), "would not stay in its folder"),
        (zipped({"/outside": b"1"}, top=""), "would not stay in its folder"),
        (zipped({"a\\..\\outside": b"1"}), "would not stay in its folder"),
        (zipped({"README": b"1"}, top=""), "would not stay in its folder"),
        (zipped({"one/a": b"1", "two/b": b"2"}, top=""), "not one folder in it"),
        (zipped({}), "not one folder in it"),
        (zipped({LIST: b"{}"}), "two files of one name"),
        (b"no zip at all", "not a zip file"),
    ],
)
def test_a_zip_that_no_model_would_be_is_not_unpacked(site, tmp_path, content, why):
    refused(site, tmp_path / "models", content, why)
    assert [path.name for path in tmp_path.iterdir()] == ["models"]


@pytest.mark.parametrize(
    ("make", "why"),
    [(linked, "would not stay"), (doubled, "two files of one name"), (spoiled, "Bad CRC-32")],
)
def test_a_zip_with_links_doubles_or_damage_is_not_unpacked(site, tmp_path, make, why):
    refused(site, tmp_path, make(), why)


def test_a_zip_that_would_fill_the_disk_is_not_unpacked(site, tmp_path, monkeypatch):
    monkeypatch.setattr("speech.models.archive._MOST", len(SOUNDS))
    refused(site, tmp_path, zipped(FILES), "larger than any model")


def refused(site: Site, folder: Path, content: bytes, why: str) -> None:
    site.put("zip", content)
    with pytest.raises(ModelsUnreachable, match=rf"ear-0\.1\.zip: it cannot be unpacked \(.*{why}"):
        fetch(model_of(content, site.address), folder)
    assert below(folder) == {".fetching.lock": b""}


def test_a_disk_that_refuses_is_told_of(tmp_path):
    content = zipped(FILES)
    (tmp_path / "ear-0.1.zip").write_bytes(content)
    (tmp_path / ".unpacking").write_text("a file in the place of a folder")
    with pytest.raises(ModelError, match=r"\.unpacking cannot be used"):
        fetch(model_of(content), tmp_path)
    assert (tmp_path / "ear-0.1.zip").is_file()


def test_the_chinese_model_is_described_as_far_as_it_is_known():
    (archive,) = VOSK_SMALL_CN.editions[0].files
    assert isinstance(archive, Archive)
    assert (archive.size, archive.sha256, archive.unpacked) == (43_898_754, "3af8b0e7", "vosk-small-cn")
    (page,) = VOSK_SMALL_CN.editions[0].sources
    assert page.by_hand([archive]) == [
        "download https://alphacephei.com/vosk/models/vosk-model-small-cn-0.22.zip"
    ]
