"""The house's own rules: who may import whom, who names the provider, no real person's data anywhere."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from menus.identity_number import Fault, read

HOUSE = Path(__file__).parents[1]
TODAY = date(2026, 11, 22)

FREE_OF_OTHERS = {
    "menus": {"ivr", "speech", "flask", "sqlalchemy", "twilio"},
    "speech": {"ivr", "menus", "flask", "sqlalchemy", "twilio"},
    "ivr/services": {"flask", "twilio"},
    "ivr/core_system": {"flask", "sqlalchemy", "twilio"},
    "ivr/store": {"flask", "twilio"},
    "ivr/texts": {"flask"},
    "ivr/conversation.py": {"flask", "twilio"},
    "ivr/wording.py": {"flask", "sqlalchemy", "twilio"},
    "ivr/regions.py": {"flask", "sqlalchemy", "twilio"},
    "ivr/sharing.py": {"flask", "sqlalchemy", "twilio"},
    "ivr/monthly_credit.py": {"flask", "sqlalchemy", "twilio"},
}
MENUS_MAY_USE = {"yaml", "pydantic", "pypinyin", "stdnum", "menus"}
THE_PROVIDERS_WORLD = re.compile(r"\b(twiml|<Gather|<Say|CallSid|MessageSid|X-Twilio)", re.IGNORECASE)


def modules(part: str) -> Iterator[Path]:
    place = HOUSE / part
    yield from [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("part", FREE_OF_OTHERS)
def test_rooms_import_only_what_they_may(part: str) -> None:
    for path in modules(part):
        forbidden = imported(path) & FREE_OF_OTHERS[part]
        assert not forbidden, f"{path.relative_to(HOUSE)} imports {', '.join(forbidden)}"


def test_menus_use_nothing_but_their_few_libraries() -> None:
    for path in modules("menus"):
        strange = {name for name in imported(path) if name not in sys.stdlib_module_names} - MENUS_MAY_USE
        assert not strange, f"{path.relative_to(HOUSE)} imports {', '.join(strange)}"


def test_only_channels_know_the_provider() -> None:
    for part in ("menus", "speech", "ivr/services", "ivr/store", "ivr/core_system"):
        for path in modules(part):
            code = "\n".join(
                line
                for line in path.read_text(encoding="utf-8").splitlines()
                if '"""' not in line and "#" not in line
            )
            found = THE_PROVIDERS_WORLD.search(code)
            assert not found, f"{path.relative_to(HOUSE)} names {found and found.group()}"


def test_every_module_says_what_it_is() -> None:
    for part in ("ivr", "menus", "speech"):
        for path in modules(part):
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path.relative_to(HOUSE)


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
        check=True,
    ).stdout
    return [HOUSE / name for name in listed.decode().split("\0") if name and (HOUSE / name).is_file()]


# The standard's own two examples (GB 11643), and numbers that nobody can have.
_KNOWN = {"11010519491231002X", "440524188001010014", "111111111111111111", "000000000000000000"}
_LONG = re.compile(r"(?<![\dA-Za-z.])\d{17}[\dXx](?![\dA-Za-z])")
_MOBILE = re.compile(r"(?<![\d.+])(?:\+?86)?(1[3-9]\d{9})(?!\d)")


def is_synthetic(number: str) -> bool:
    county, sequence = number[4:6], number[14:17]
    unowned = county == "99" and sequence in {"996", "997", "998", "999"}
    nobodys = (number[:2] in {"81", "82", "83"} and number[6:10] <= "1899") or number.startswith("911156")
    return unowned or nobodys or number in _KNOWN


def test_sec_57_only_synthetic_people_stand_in_the_repository() -> None:
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number in _LONG.findall(text):
            real = not isinstance(read(number.upper(), TODAY), Fault) and not is_synthetic(number.upper())
            assert not real, f"{path.relative_to(HOUSE)} holds a citizen number somebody may own"
        for mobile in _MOBILE.findall(text):
            assert mobile == "13800138000" or is_allowed_sample(mobile), (
                f"{path.relative_to(HOUSE)} holds a mobile somebody may own, ending {mobile[-4:]}"
            )


def test_the_scan_would_find_a_real_looking_number() -> None:
    owned = "45010319550317" + "123"
    whole = next(
        owned + check for check in "0123456789X" if not isinstance(read(owned + check, TODAY), Fault)
    )
    assert not is_synthetic(whole)
    assert _LONG.findall(f"id: {whole};") == [whole]
    assert _MOBILE.findall("ring +8613" + "912345678") == ["13" + "912345678"]


def is_allowed_sample(mobile: str) -> bool:
    """Numbers without a subscriber by their pattern: all zeros behind the operator's digits."""
    return mobile[3:] in {"00000000", "00138000"}
