"""From YAML to Menus: one folder of config, or the stored files of a published version."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from menus.catalogue import Catalogue, levels
from menus.menu import Menu, Menus, Start
from menus.source import Fault, Source, SourceError, build, parse

# Names that the hotline fills in itself, in every prompt and text, from config/hotline.yaml.
CONSTANTS = frozenset({"机构", "hotline", "notice", "announcement"})
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_START = "menus/start.yaml"
_FOLDERS = ("menus", "prompts", "texts")

Files = Mapping[str, str]


@dataclass(frozen=True)
class Loaded:
    """Menus with the sources they came from: `places` maps a menu to its file and its place there."""

    menus: Menus
    sources: Mapping[str, Source]
    places: Mapping[str, Source]

    def fault(self, menu: str, place: tuple[str | int, ...], what: str) -> Fault:
        """Return a fault at a place inside a menu."""
        return self.places[menu].fault((menu, *place), what)


def read_files(folder: Path) -> dict[str, str]:
    """Return the files of a config folder that make up a version of menus: relative path -> text."""
    files = {}
    faults = []
    for part in _FOLDERS:
        for path in sorted((folder / part).glob("*.yaml")):
            name = f"{part}/{path.name}"
            try:
                files[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                faults.append(Fault(str(path), 0, "this is not UTF-8; save it as UTF-8"))
    if faults:
        raise SourceError(faults)
    return files


def digest_of(files: Files) -> str:
    """Return the content hash of a version, 64 hex digits."""
    content = "".join(f"{name}\0{files[name]}\0" for name in sorted(files))
    return sha256(content.encode()).hexdigest()


def load(files: Files, catalogue: Catalogue, shown: str = "") -> Loaded:
    """Return the menus of some files; SourceError lists every fault of shape with its line.

    `shown` is put before file names in faults. Faults between menus are for `menus.check`.
    """
    sources, faults = _parsed(files, f"{shown}/" if shown else "")
    if _START not in files:
        faults.append(
            Fault(f"{shown or 'config'}/{_START}", 0, "this file is missing; it says where calls begin")
        )
    if faults:
        raise SourceError(faults)
    start = build(Start, sources[_START])
    menus, places = _menus(sources)
    wording = {part: _wording(sources, part) for part in ("prompts", "texts")}
    return Loaded(
        Menus(
            digest=digest_of(files),
            start=start,
            menus=MappingProxyType(menus),
            prompts=wording["prompts"],
            texts=wording["texts"],
            catalogue=catalogue,
            levels=levels(catalogue),
            placeholders=_placeholders(wording),
        ),
        sources,
        places,
    )


def load_folder(folder: Path, catalogue: Catalogue) -> Loaded:
    """Return the menus of a config folder, faults named by the path given."""
    if not folder.is_dir():
        raise SourceError([Fault(str(folder), 0, "there is no such folder; name a config folder")])
    return load(read_files(folder), catalogue, str(folder))


def _parsed(files: Files, prefix: str) -> tuple[dict[str, Source], list[Fault]]:
    sources: dict[str, Source] = {}
    faults: list[Fault] = []
    for name, text in files.items():
        try:
            source = parse(text, prefix + name)
        except SourceError as error:
            faults.extend(error.faults)
            continue
        if isinstance(source.data, dict):
            sources[name] = source
        else:
            faults.append(Fault(prefix + name, 1, "this file must hold names with their contents"))
    return sources, faults


def _menus(sources: Mapping[str, Source]) -> tuple[dict[str, Menu], dict[str, Source]]:
    menus: dict[str, Menu] = {}
    places: dict[str, Source] = {}
    faults: list[Fault] = []
    for file, source in sources.items():
        if not file.startswith("menus/") or file == _START:
            continue
        for name in source.data:
            if name in menus:
                faults.append(
                    source.fault((name,), f"there is a menu '{name}' in {places[name].file} too; keep one")
                )
                continue
            places[name] = source
            try:
                menus[name] = build(Menu, source, (name,))
            except SourceError as error:
                faults.extend(error.faults)
    if faults:
        raise SourceError(faults)
    return menus, places


def _wording(sources: Mapping[str, Source], part: str) -> dict[str, dict[str, str]]:
    """Return language -> id -> wording from <part>/<language>.yaml."""
    found: dict[str, dict[str, str]] = {}
    faults: list[Fault] = []
    for file, source in sources.items():
        if not file.startswith(part):
            continue
        for name, text in source.data.items():
            if not isinstance(text, str) or not text.strip():
                faults.append(source.fault((name,), f"'{name}' needs its wording on the same line"))
        found[Path(file).stem] = dict(source.data)
    if faults:
        raise SourceError(faults)
    return found


def names_in(wording: str) -> tuple[str, ...]:
    """Return the names in braces of a wording that conversations fill in, each once, in order."""
    return tuple(dict.fromkeys(name for name in _PLACEHOLDER.findall(wording) if name not in CONSTANTS))


def _placeholders(wording: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, tuple[str, ...]]:
    """Return for each id the names in its wording, in any language and medium."""
    found: dict[str, tuple[str, ...]] = {}
    for languages in wording.values():
        for texts in languages.values():
            for name, text in texts.items():
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *names_in(text))))
    return found
