"""Importing on real databases: the tools, files to write, and what stands in the tables afterwards."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from import_samples import HEADERS
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ivr.services.pin_hasher import PinHasher
from ivr.store.sealed import Vault
from ivr.tools.importing import Importing, Kind, Report, import_file

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)  # in China it is the 23rd already
MOBILES = re.compile(r"\A\+86(?:1[3-9]\d{9}|100\d{8})\Z", re.ASCII)
KEY = "c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE="  # 32 bytes that protect nobody


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(KEY)


@pytest.fixture(scope="session")
def tools(vault: Vault) -> Importing:
    pins = PinHasher(b"p" * 32, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return Importing(vault, pins, MOBILES, NOW)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """One session, rolled back at the end; every test runs on SQLite and on PostgreSQL."""
    with Session(engine) as session:
        yield session
        session.rollback()


Import = Callable[..., Report]


@pytest.fixture
def imported(session: Session, tools: Importing, tmp_path: Path) -> Import:
    """Import rows under the usual header: imported("people", "4501...,黄建国,...", dry_run=True)."""

    def run(
        kind: Kind, *rows: str, header: str = "", tools: Importing = tools, dry_run: bool = False
    ) -> Report:
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join((header or HEADERS[kind], *rows)) + "\n", encoding="utf-8")
        return import_file(kind, path, session, tools, dry_run=dry_run)

    return run


@pytest.fixture
def faults(imported: Import) -> Callable[..., list[str]]:
    """Return the faults of rows as `line: sentence`."""

    def run(kind: Kind, *rows: str, **options: object) -> list[str]:
        return [f"{fault.line}: {fault.what}" for fault in imported(kind, *rows, **options).faults]

    return run
