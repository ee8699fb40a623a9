"""Threads for calls whose clock is not this machine's: what they are given is done at once, or never."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from speech.ears import EarError


class AtOnce(Executor):
    """Does its work while it is given it; with `hangs` it does nothing, for ever."""

    def __init__(self, *, hangs: bool = False) -> None:
        self.hangs = hangs

    def submit(self, work: Callable[..., Any], /, *given: Any, **more: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        if not self.hangs:
            try:
                future.set_result(work(*given, **more))
            except EarError as fault:
                future.set_exception(fault)
        return future
