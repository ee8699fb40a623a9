"""`hotline serve` really started, as in production, for calls over sockets; killed and started again."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import sqlalchemy
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from ivr.app import Assembly
from ivr.conversation import Request
from menus.events import Arrived, Pressed, StayedSilent
from speech.score import Clip, Phrase, joined
from tests.bench.client import Address, Connection, ask_all
from tests.bench.hotlines import CONFIG, assembled, settings_in
from tests.bench.walk import KEYS, Prepared, Provider
from tests.running import Running, free_port, running

PUBLIC_URL = "https://hotline.example"
POSTGRESQL = os.environ.get(
    "HOTLINE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
_BRIEFLY = {
    'greet.notice: "{notice}"': "greet.notice: 请听。",
    "greet: 您好,这里是{机构}医保电话。": "greet: 您好。",
    "greet.demo: 这是演示电话,不是医保局。": "greet.demo: 演示。",
}
_TICKS = os.sysconf("SC_CLK_TCK")
_LANES = 16  # requests at once that wake all processes up
_QUIET_WITHIN = 60.0


@dataclass
class Hotline:
    """A hotline whose processes run; `provider` makes requests that its doors believe."""

    environment: Mapping[str, str]
    folder: Path
    address: Address = field(default_factory=lambda: ("127.0.0.1", free_port()))
    _held: ExitStack = field(default_factory=ExitStack)
    _server: Running | None = None

    @property
    def token(self) -> str:
        """What signs the provider's requests."""
        return self.environment["TWILIO_AUTH_TOKEN"]

    @property
    def provider(self) -> Provider:
        """Whoever sends calls here."""
        return Provider(PUBLIC_URL, self.token)

    def start(self) -> None:
        """Start its processes."""
        bind = f"{self.address[0]}:{self.address[1]}"
        self._server = self._held.enter_context(
            running("serve", "--bind", bind, environment=self.environment, folder=self.folder)
        )
        self._server.until_it_says(f"answers on {bind}")

    def warm(self) -> None:
        """Wait until all processes have loaded what they need, and have taken turns."""
        deadline, before = time.monotonic() + _QUIET_WITHIN, -1.0
        while (now := self.processor_seconds()) - before > 0.05 and time.monotonic() < deadline:
            before = now
            time.sleep(1)
        lanes = [[call.greeting.raw(), call.redirect.raw()] for call in self.provider.calls(_LANES)]
        ask_all(self.address, lanes)

    def ask(self, request: Prepared) -> bytes:
        """Send one request, and return the document that answers it."""
        with Connection(self.address) as connection:
            return connection.ask(request.raw())

    def kill(self) -> None:
        """Kill all its processes at once, so that none of them can note anything."""
        assert self._server
        self._server.end(signal.SIGKILL, group=True)

    def stop(self) -> None:
        """End its processes."""
        self._held.close()

    def processor_seconds(self) -> float:
        """Return what all its processes have used so far."""
        assert self._server
        return sum(map(_used, [self._server.pid, *self._server.family()]))


@contextmanager
def serving(database: str, ear: str) -> Iterator[Hotline]:
    """Give a hotline on an empty "sqlite" or "postgresql", led by an ear; all its prompts are rendered.

    OperationalError if no PostgreSQL answers.
    """
    with tempfile.TemporaryDirectory() as name, _database(database, Path(name)) as url:
        environment = settings_in(Path(name), "play") | {
            "HOTLINE_CONFIG": str(_brief(Path(name))),
            "HOTLINE_DATABASE_URL": url,
            "HOTLINE_PUBLIC_URL": PUBLIC_URL,
            "HOTLINE_VOICE": "pyttsx3",
            "HOTLINE_EAR": ear,
            "HOTLINE_MODELS": name,
        }
        _render(assembled(environment))
        hotline = Hotline(environment, Path(name))
        try:
            hotline.start()
            hotline.warm()
            yield hotline
        finally:
            hotline.stop()


def has_postgresql() -> bool:
    """Whether one answers here."""
    try:
        with _owner():
            return True
    except OperationalError:
        return False


def _brief(folder: Path) -> Path:
    """Return a copy of the shipped config that greets briefly: no key counts before the notice is over."""
    config = folder / "config"
    shutil.copytree(CONFIG, config)
    prompts = config / "prompts" / "zh-CN.yaml"
    text = prompts.read_text("utf-8")
    for shipped, brief in _BRIEFLY.items():
        if shipped not in text:
            raise RuntimeError(f"the prompts have no {shipped}")
        text = text.replace(shipped, brief)
    prompts.write_text(text, "utf-8")
    return config


def _render(built: Assembly) -> None:
    """Speak what the walk of these calls says, as the worker would have."""
    assert built.repertoire
    events = [Arrived("voice", built.clock().date()), *map(Pressed, KEYS), StayedSilent()]
    for number, event in enumerate(events, 1):
        request = Request("rendered", f"rendered/{number}", event, "voice", "", number == 1, number)
        for passage in built.script.passages(built.conversations.take_turn(request)):
            parts = joined(line.score for line in passage.lines)
            for studio in built.repertoire.studios:
                studio.render(part for part in parts if isinstance(part, Phrase | Clip))
    for studio in built.repertoire.studios:
        studio.close()
    built.engine.dispose()


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'hotline.db'}"
        return
    name = f"hotline_bench_{uuid4().hex[:12]}"
    with _owner() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    finally:
        with _owner() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def _owner() -> Iterator[sqlalchemy.Connection]:
    engine = create_engine(POSTGRESQL, connect_args={"connect_timeout": 3}, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _used(pid: int) -> float:
    """Return the seconds of processor time of a process, 0 for one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
