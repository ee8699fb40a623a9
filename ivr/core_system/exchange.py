"""One question to a core system and its answer: a POST on a connection of its own, and an end to patience."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
from requests import PreparedRequest, Response
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

CONNECT_SECONDS = 2.0
LONGEST_ANSWER = 65536
"""Bytes: a year of credits has two thousand."""


class NoAnswer(Exception):  # noqa: N818 - it reads as what happened
    """There is no answer; the word says why and quotes nothing."""


class _Bearer(AuthBase):
    """Our token; given as `auth`, so that no file of the machine's user puts another in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass(frozen=True)
class Exchange:
    """Asks at an address. `seconds` is the patience for a whole answer; `now` never goes back."""

    address: str
    token: str = field(repr=False)
    seconds: float
    now: Callable[[], float] = time.monotonic

    def ask(self, path: str, question: Mapping[str, str], headers: Mapping[str, str]) -> bytes:
        """Return the body of a 200; NoAnswer for anything else, a redirect too. Nothing is repeated here."""
        until = self.now() + self.seconds
        patience = min(CONNECT_SECONDS, self.seconds), self.seconds
        with requests.Session() as session:
            session.trust_env = False  # neither a proxy nor a password of the machine's user
            try:
                answer = session.post(
                    f"{self.address}{path}",
                    data=json.dumps(question),
                    headers={"Content-Type": "application/json", "Accept-Encoding": "identity", **headers},
                    auth=_Bearer(self.token),
                    timeout=patience,
                    allow_redirects=False,
                    stream=True,
                )
                if answer.status_code != 200:
                    raise NoAnswer(f"status {answer.status_code}")
                return self._body(answer, until)
            except (requests.RequestException, HTTPError) as error:
                raise NoAnswer(type(error).__name__) from None

    def _body(self, answer: Response, until: float) -> bytes:
        body = b""
        while piece := answer.raw.read1(LONGEST_ANSWER):
            body += piece
            if len(body) > LONGEST_ANSWER:
                raise NoAnswer("too long")
            if self.now() > until:
                raise NoAnswer("too slow")
        return body
