"""How the pretend provider's requests travel: over HTTP, or straight into a WSGI application.

The address a request names (and signs) is the public one; the connection may go elsewhere, as behind a proxy.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import requests
from urllib3.exceptions import MaxRetryError
from werkzeug.test import Client

from ivr.channels.phone.faults import LineError, NoAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CONNECT_SECONDS = 5.0  # the provider's documented limits: 5 s to connect,
EXCHANGE_SECONDS = 15.0  # 15 s for the whole exchange


@dataclass(frozen=True)
class Answer:
    """What came back: HTTP status, the Content-Type header as sent ("" if none), the bytes, other headers
    in lower case.
    """

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        """The content type without parameters, in lower case: "text/xml"."""
        return self.content_type.partition(";")[0].strip().lower()


class Transport(Protocol):
    """Carries one request to the door behind a public URL; raises NoAnswer, never follows redirects."""

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Send a form-encoded POST."""

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch an address."""


class OverHttp:
    """Real HTTP. `public` is the base named in requests, `connect_to` where they go instead (None: the same).

    Several threads may share it: each has connections of its own.
    """

    def __init__(
        self,
        public: str,
        connect_to: str | None = None,
        *,
        clock: Callable[[], float] = monotonic,
        limits: tuple[float, float] = (CONNECT_SECONDS, EXCHANGE_SECONDS),
    ) -> None:
        """`clock` counts seconds of an exchange; `limits` are those of connecting and of waiting."""
        self._limits = limits
        self._public = public.rstrip("/")
        self._connect_to = (connect_to or public).rstrip("/")
        self._clock = clock
        self._kept = threading.local()

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Send a form-encoded POST."""
        return self._carry("POST", url, form, headers)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch an address."""
        return self._carry("GET", url, None, headers or {})

    def close(self) -> None:
        """Close the kept connections of this thread."""
        self._session.close()

    @property
    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._kept, "session", None)
        if session is None:
            session = self._kept.session = requests.Session()
            session.trust_env = False  # a proxy variable of the machine must not carry local calls away
        return session

    def _carry(
        self, method: str, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Answer:
        start = self._clock()
        try:
            response = self._session.request(
                method,
                self._moved(url),
                data=form,
                headers=dict(headers),
                timeout=self._limits,
                allow_redirects=False,
            )
        except (requests.ConnectionError, requests.Timeout) as problem:
            raise _unanswered(problem) from problem
        _check_time(self._clock() - start)
        return _answer(response.status_code, response.headers, response.content)

    def _moved(self, url: str) -> str:
        if url.startswith(self._public):
            return self._connect_to + url.removeprefix(self._public)
        return url


class InProcess:
    """Calls a WSGI application directly; `public` is the base the doors believe they are reached under."""

    def __init__(
        self, application: "WSGIApplication", public: str, clock: Callable[[], float] = monotonic
    ) -> None:
        """`clock` counts seconds for the 15 s limit."""
        self._client = Client(application, use_cookies=False)
        self._public = public.rstrip("/")
        self._clock = clock

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Send a form-encoded POST."""
        return self._carry("POST", url, form, headers)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch an address."""
        return self._carry("GET", url, None, headers or {})

    def _carry(
        self, method: str, url: str, form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Answer:
        if not url.startswith(self._public + "/"):
            raise LineError(f"{url} is not behind {self._public}: no application in this process answers it")
        start = self._clock()
        response = self._client.open(
            url.removeprefix(self._public),
            method=method,
            # A plain address on purpose: doors that look at the request's own host instead of their
            # setting fail here.
            base_url="http://localhost",
            data=form,
            headers=dict(headers),
        )
        _check_time(self._clock() - start)
        body = response.get_data()
        response.close()
        return _answer(response.status_code, dict(response.headers), body)


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    lower = {name.lower(): value for name, value in headers.items()}
    return Answer(status, lower.get("content-type", ""), body, lower)


def _check_time(seconds: float) -> None:
    if seconds > EXCHANGE_SECONDS:
        raise NoAnswer(f"the door answered after more than {EXCHANGE_SECONDS:.0f} seconds", connected=True)


def _unanswered(problem: requests.RequestException) -> NoAnswer:
    # requests hands on MaxRetryError where no connection came about; what broke later comes as it is.
    if any(isinstance(part, MaxRetryError) for part in problem.args):
        return NoAnswer("the door could not be reached", connected=False)
    return NoAnswer("the door broke the connection or took too long", connected=True)
