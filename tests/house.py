"""A whole hotline in a test: assembled as in production, on a database of its own, with a clock to move.

Only the people are made up, the texts go to a file and the provider is a pretended one. A House is built once
and made new between tests, which costs milliseconds.
"""

import json
import re
import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from cast import settle_in
from flask import Flask
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from ivr.app import Assembly, assemble, create_app
from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.telephone import LineTelephone
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import Account, PretendTwilio
from ivr.settings import Settings
from ivr.store import schema
from ivr.store.engine import connect
from ivr.store.tables import Table
from ivr.texts.delivery import Worker
from ivr.texts.senders import FileSender

START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # a Monday, half past nine in China
SECRET_KEY = b64encode(b"this key protects nobody at all.").decode()
CONFIG = Path(__file__).parents[1] / "config"
NUMBER = "+867710000000"

# A region of no country, whose rules are the strictest the code knows.
STRICT_REGION = """\
code: "999999"
name: 测试市
policies:
  - id: strict-2026
    effective_from: 2026-02-01
    source: none, for tests
    reliability: C
    phone_unbind: false
    who_may_unbind: counter_only
    allowed_relations: [parent]
    allowed_uses: [outpatient]
"""


@dataclass
class Clock:
    """The time of a test, and how to move it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class House:
    """The hotline on one database. `variant` is what hotline.yaml says otherwise: pieces of text replaced."""

    url: str
    folder: Path
    variant: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)

    @cached_property
    def settings(self) -> Settings:
        return Settings.read(
            {
                "HOTLINE_ENV": "demo",
                "HOTLINE_CONFIG": str(self._config()),
                "HOTLINE_DATABASE_URL": self.url,
                "HOTLINE_SECRET_KEY": SECRET_KEY,
                "HOTLINE_PUBLIC_URL": "https://hotline.example",
                "HOTLINE_TEXTS": f"file:{self.folder / 'texts.jsonl'}",
                "HOTLINE_PROMPTS": "say",
                "HOTLINE_SOUNDS": str(self.folder / "sounds"),
                "HOTLINE_MODELS": str(self.folder / "models"),
            }
        )

    @cached_property
    def built(self) -> Assembly:
        return assemble(self.settings, self.clock)

    @cached_property
    def app(self) -> Flask:
        return create_app(self.built)

    @cached_property
    def provider(self) -> PretendTwilio:
        return PretendTwilio(InProcess(self.app, self.settings.public_url), self.account())

    @cached_property
    def worker(self) -> Worker:
        sender = FileSender(self.texts, self.clock)
        return Worker(self.built.sessions, self.built.vault, sender, self.clock)

    @property
    def texts(self) -> Path:
        return self.folder / "texts.jsonl"

    def account(self) -> Account:
        return Account(
            self.settings.public_url, self.settings.auth_tokens[0], NUMBER, self.settings.account_sid
        )

    def keys(self, far_end: FarEnd | None = None) -> LineTelephone:
        """Return a telephone that presses keys at our doors and obeys the documents it gets."""
        return LineTelephone(
            self.provider, Messages(self.provider, self.texts), settle=self.deliver, far_end=far_end
        )

    def deliver(self) -> None:
        """Send what waits in the outbox."""
        self.worker.run_once(self.clock())

    def codes(self) -> list[str]:
        """Return every code that was texted so far, the oldest first."""
        lines = self.texts.read_text("utf-8").splitlines() if self.texts.exists() else []
        bodies = [json.loads(line)["body"] for line in lines]
        return [code for body in bodies for code in re.findall(r"(?<![\d-])\d{6}(?![\d-])", body)]

    def session(self) -> Session:
        return self.built.sessions()

    def _config(self) -> Path:
        folder = self.folder / "config"
        if not folder.exists():
            shutil.copytree(CONFIG, folder)
            (folder / "regions" / "strict.yaml").write_text(STRICT_REGION, "utf-8")
            file = folder / "hotline.yaml"
            text = file.read_text("utf-8")
            for old, new in self.variant.items():
                assert old in text, old
                text = text.replace(old, new)
            file.write_text(text, "utf-8")
        return folder


class Street:
    """Houses on one database, all new whenever somebody asks for one."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._houses: dict[tuple[tuple[str, str], ...], House] = {}
        engine = connect(url)
        schema.upgrade(engine)
        engine.dispose()
        self._empty = self._rows_after_settling()

    @property
    def engine(self) -> Engine:
        return self._house({}).built.engine

    def house(self, variant: Mapping[str, str] | None = None) -> House:
        """Return a house in which nothing has happened yet; those given before are new again too."""
        house = self._house(variant or {})
        house.clock.now = START
        house.texts.unlink(missing_ok=True)
        with house.built.engine.begin() as connection:
            for table in reversed(Table.metadata.sorted_tables):
                connection.execute(table.delete())
            for table, rows in self._empty:
                connection.execute(insert(table), rows)
        if self._url.startswith("sqlite"):
            # Short files are read faster by those who look for secrets in them.
            with closing(sqlite3.connect(self._url.removeprefix("sqlite:///"))) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return house

    def close(self) -> None:
        for house in self._houses.values():
            house.built.engine.dispose()

    def _house(self, variant: Mapping[str, str]) -> House:
        key = tuple(sorted(variant.items()))
        if key not in self._houses:
            folder = self._folder / str(len(self._houses))
            folder.mkdir()
            self._houses[key] = House(self._url, folder, variant)
        return self._houses[key]

    def _rows_after_settling(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        built = self._house({}).built
        with built.sessions.begin() as session:
            settle_in(session, built.vault, built.consulting.pins)
        with built.engine.connect() as connection:
            found = [
                (table, [dict(row) for row in connection.execute(select(table)).mappings()])
                for table in Table.metadata.sorted_tables
            ]
        return [(table, rows) for table, rows in found if rows]
