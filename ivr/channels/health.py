"""How we are: alive, ready for callers, and counted."""

import hmac
import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify, request

from ivr.channels.protection import protected
from ivr.failures import place_of

_log = logging.getLogger(__name__)

_TEXT = "text/plain; version=0.0.4; charset=utf-8"

# Part of the hotline -> what raises if the part cannot serve callers, and may return a remark for operators.
Checks = Mapping[str, Callable[[], str | None]]
_FAILED = "failed"


class Counters:
    """Counts of what happened in this process since it started; for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, name: str) -> None:
        """Count one more; `name` is lower-case words with underscores."""
        with self._lock:
            self._counts[name] += 1

    def read(self) -> Mapping[str, int]:
        """Return all counts so far."""
        with self._lock:
            return dict(self._counts)


def blueprint(checks: Checks, numbers: Callable[[], Mapping[str, float]], token: str) -> Blueprint:
    """Return the doors /healthz, /readyz and /metrics.

    `numbers` are what /metrics shows, in the text format of Prometheus; with a `token` it wants that as a
    bearer token, else the network must keep strangers out.
    """
    doors = Blueprint("health", __name__)

    @doors.get("/healthz")
    @protected("network")
    def alive() -> Response:
        return Response("alive\n", content_type="text/plain; charset=utf-8")

    @doors.get("/readyz")
    @protected("network")
    def ready() -> Response:
        found = {name: _state(name, check) for name, check in checks.items()}
        answer = jsonify(found)
        answer.status_code = 503 if _FAILED in found.values() else 200
        return answer

    @doors.get("/metrics")
    @protected("token" if token else "network")
    def metrics() -> Response:
        given = request.headers.get("Authorization", "")
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        lines = [f"hotline_{name} {value}\n" for name, value in sorted(numbers().items())]
        return Response("".join(lines), content_type=_TEXT)

    return doors


def _state(name: str, check: Callable[[], str | None]) -> str:
    try:
        remark = check()
    except Exception as error:  # noqa: BLE001 - whatever it is, this part does not work
        _log.warning("%s is not ready: %s", name, place_of(error))
        return _FAILED
    return f"ok: {remark}" if remark else "ok"
