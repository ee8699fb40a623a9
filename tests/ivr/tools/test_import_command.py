"""hotline import, as an operator runs it."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from import_samples import FAMILY, HEADERS, LI, movement, person
from sqlalchemy import func, select

from ivr.app import assemble
from ivr.commands.importing import import_
from ivr.settings import Settings
from ivr.store import schema
from ivr.store.engine import connect
from ivr.store.tables import Person
from ivr.tools.demo_people import demo_callers, fill

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture
def address(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture
def environment(tmp_path: Path, address: str) -> dict[str, str]:
    return {
        "HOTLINE_ENV": "demo",
        "HOTLINE_CONFIG": str(CONFIG),
        "HOTLINE_DATABASE_URL": address,
        "HOTLINE_SECRET_KEY": base64.b64encode(b"s" * 32).decode(),
        "HOTLINE_TEXTS": f"file:{tmp_path / 'texts.jsonl'}",
        "HOTLINE_PROMPTS": "say",
    }


@pytest.fixture
def run(tmp_path: Path, environment: dict[str, str]) -> Callable[..., Result]:
    """Run the command on rows: run("people", person(), "--dry-run")."""

    def command(kind: str, *rows: str) -> Result:
        path = tmp_path / f"{kind}.csv"
        options = [row for row in rows if row.startswith("--")]
        lines = (HEADERS.get(kind, ""), *(row for row in rows if row not in options))
        path.write_text("\n".join(lines), encoding="utf-8")
        return CliRunner().invoke(import_, [kind, str(path), *options], env=environment)

    return command


@pytest.fixture
def _migrated(address: str) -> None:
    engine = connect(address)
    schema.upgrade(engine)
    engine.dispose()


def people(address: str) -> int:
    with connect(address).connect() as connection:
        return connection.scalar(select(func.count()).select_from(Person)) or 0


@pytest.mark.usefixtures("_migrated")
def test_what_was_done_is_told(run: Callable[..., Result], address: str) -> None:
    first = run("people", *FAMILY)
    assert (first.exit_code, first.output) == (0, "4 rows: 4 added, 0 changed, 0 already there.\n")
    again = run("people", person(name="黄国", mobile="+8610000000001"), *FAMILY[1:])
    assert again.output == "4 rows: 0 added, 1 changed, 3 already there.\n"
    ledger = run("ledger", movement(), movement())
    assert ledger.output == "2 rows: 2 added, 0 changed, 0 already there.\n"
    assert people(address) == 4


@pytest.mark.usefixtures("_migrated")
def test_a_dry_run_says_so(run: Callable[..., Result], address: str) -> None:
    result = run("people", *FAMILY, "--dry-run")
    assert result.exit_code == 0
    assert result.output == "4 rows: 4 added, 0 changed, 0 already there (a dry run: nothing was changed).\n"
    assert people(address) == 0


@pytest.mark.usefixtures("_migrated")
def test_every_fault_has_its_line_and_nothing_is_changed(
    run: Callable[..., Result], address: str, tmp_path: Path
) -> None:
    result = run("people", person(), person(id_number=LI, region="x", status="y"), person())
    file = tmp_path / "people.csv"
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{file}:3: region: not a region; write its six digits, such as 450100",
        f"{file}:3: status: not one of active, suspended, ended, frozen, deceased",
        f"{file}:4: id_number: this person stands in line 2 already; leave one of the two",
        "Nothing was changed: 3 faults in 3 rows.",
    ]
    assert people(address) == 0


def test_a_database_without_tables_is_told(run: Callable[..., Result]) -> None:
    result = run("people", person())
    assert result.exit_code == 1
    assert "hotline db upgrade" in result.output


def test_another_kind_is_refused(run: Callable[..., Result]) -> None:
    result = run("persons")
    assert result.exit_code == 2
    assert "'people', 'ledger', 'bindings'" in result.output


@pytest.mark.usefixtures("_migrated")
def test_a_whole_hotline_is_filled_with_demo_people(environment: dict[str, str], address: str) -> None:
    built = assemble(Settings.read(environment))
    fill(built)
    fill(built)
    assert people(address) >= len(demo_callers())
    built.engine.dispose()
