"""Who may come through a door: every route declares it, and whoever starts or tests the application can ask.

signature   the provider, by X-Twilio-Signature
token       whoever was given an unguessable address or a bearer token
digest      anyone: what stands there is the same for all and named by its content
network     anyone the network lets through: nothing personal, for operations
login       operators who have logged in
open        anyone, such as the page where operators log in
demo        anyone, and only in a demonstration
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from flask import Flask

Protection = Literal["signature", "token", "digest", "network", "login", "open", "demo"]
View = TypeVar("View", bound=Callable[..., Any])


def protected(by: Protection) -> Callable[[View], View]:
    """Declare the protection of a view function, in its attribute `protection`; this alone checks nothing."""

    def declare(view: View) -> View:
        view.protection = by  # type: ignore[attr-defined]
        return view

    return declare


def protection_of(view: Callable[..., Any]) -> str | None:
    """Return the protection a view function declares; None if somebody forgot."""
    return getattr(view, "protection", None)


def undeclared(app: Flask) -> list[str]:
    """Return the endpoints whose view functions declare no protection; an application has none."""
    return sorted(name for name, view in app.view_functions.items() if protection_of(view) is None)
