"""Fixtures of the telephone tests: the toy hotline, a pretend provider that reaches it, and a way to dial."""

from collections.abc import Callable

import pytest
from toy_hotline import CALLER, HOTLINE, PUBLIC, TOKEN, Toy

from ivr.channels.phone.line import FarEnd, Line
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import Account, PretendTwilio


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def twilio(toy: Toy) -> PretendTwilio:
    return PretendTwilio(InProcess(toy.app, PUBLIC), Account(PUBLIC, TOKEN, HOTLINE))


@pytest.fixture
def call(toy: Toy, twilio: PretendTwilio) -> Callable[..., Line]:
    """Dial the toy, whose first document is given."""

    def dialled(first: str, *, far_end: FarEnd | None = None, strict: bool = True) -> Line:
        toy.says("/voice/incoming", first)
        line = Line(
            twilio, CALLER, far_end=far_end, strict=strict, caption={f"{PUBLIC}/sound/a.wav": "您好"}.get
        )
        line.dial()
        return line

    return dialled


__all__ = ["call", "toy", "twilio"]
