"""The two applications compared: the hotline as it is assembled, and a view that returns a constant."""

import base64
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask, Response

from ivr.app import Assembly, assemble, create_app
from ivr.channels.markup import TYPE
from ivr.settings import Settings
from ivr.store import schema
from ivr.store.engine import connect
from tests.bench.walk import Prepared

PROCESSOR_TIME = "/bench/processor-time"
PUBLIC_URL = "http://127.0.0.1:8012"
CONFIG = Path(__file__).parents[2] / "config"


def settings_in(folder: Path, prompts: str) -> dict[str, str]:
    """Return the variables of a hotline that keeps everything in a folder; its keys are made up."""
    return {
        "HOTLINE_ENV": "demo",
        "HOTLINE_CONFIG": str(CONFIG),
        "HOTLINE_DATABASE_URL": f"sqlite:///{folder / 'hotline.db'}",
        "HOTLINE_PUBLIC_URL": PUBLIC_URL,
        "HOTLINE_SECRET_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "HOTLINE_TEXTS": f"file:{folder / 'texts.jsonl'}",
        "HOTLINE_PROMPTS": prompts,
        "HOTLINE_SOUNDS": str(folder / "sounds"),
    }


def assembled(variables: Mapping[str, str]) -> Assembly:
    """Return the hotline of these variables, its database at the newest migration."""
    settings = Settings.read(variables)
    engine = connect(settings.database_url)
    schema.upgrade(engine)
    engine.dispose()
    return assemble(settings)


def hotline(variables: Mapping[str, str]) -> Flask:
    """Return the hotline's doors."""
    return measured(create_app(assembled(variables)))


def bare(document: str) -> Flask:
    """Return an application that answers a turn with a constant: the least that Flask can cost."""
    app = Flask(__name__, static_folder=None)

    @app.post("/voice/turn")
    def turn() -> Response:
        return Response(document, content_type=TYPE)

    return measured(app)


def measured(app: Flask) -> Flask:
    """Add a door that tells the processor time this process has used so far, in nanoseconds."""
    app.add_url_rule(PROCESSOR_TIME, "processor_time", lambda: str(time.process_time_ns()), methods=["POST"])
    return app


def answer(app: Flask, request: Prepared) -> bytes:
    """Return what an application answers, asked directly; RuntimeError unless it is 200."""
    statuses: list[str] = []

    def begin(status: str, _headers: object, _fault: object = None, /) -> Callable[[bytes], object]:
        statuses.append(status)
        return lambda _more: None

    parts = app(request.environ(), begin)
    body = b"".join(parts)
    parts.close()  # type: ignore[attr-defined] # a server closes what it was given, if it can be
    if not statuses[0].startswith("200 "):
        raise RuntimeError(f"{request.target.partition('?')[0]} answered {statuses[0]}")
    return body
