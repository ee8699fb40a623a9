"""The provider's end of one stream: its messages in order, each once, until something is wrong with them."""

import time
from collections.abc import Callable
from typing import Protocol

from ivr.channels import media_stream
from ivr.channels.arrivals import Arrivals, Order
from ivr.channels.media_stream import Unreadable
from ivr.channels.stream_events import Connected, Event, Start

START_WITHIN = 5.0
"""Seconds in which a stream must have begun after its socket opened."""
DEAD_AFTER = 15.0
"""Seconds without any message, though frames come fifty a second, after which nobody is there."""
LOOK_EVERY = 0.1
"""Seconds after which `next` tells that nothing came."""
MOST_UNREADABLE = 20

ORDERLY, REFUSED, BROKEN, BUSY = 1000, 1008, 1011, 1013
"""Codes with which a socket is closed: RFC 6455, section 7.4, and its registry."""


class Socket(Protocol):
    """A WebSocket as the library gives it; any of these may raise when the far end is gone."""

    def send(self, data: str) -> None:
        """Send a message."""
        ...

    def receive(self, timeout: float) -> str | bytes | None:
        """Return the next message, None after `timeout` seconds without one."""
        ...

    def close(self, reason: int) -> None:
        """Close with a code."""
        ...


class Closed(Exception):  # noqa: N818 - how every stream ends that is not over
    """The socket is to be closed with a code; the sentence is for our log."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class StreamLine:
    """Reads one socket. `now` is a clock that never goes back, in seconds."""

    def __init__(self, ws: Socket, now: Callable[[], float] = time.monotonic) -> None:
        self._ws = ws
        self._now = now
        self._stream: str | None = None
        self._arrivals = Arrivals()
        self._unreadable = 0
        self._last = now()

    def start(self) -> Start:
        """Wait for the start of the stream; Closed if anything else comes, or nothing."""
        until = self._now() + START_WITHIN
        while (left := until - self._now()) > 0:
            event = self._event(self._ws.receive(left))
            if isinstance(event, Start):
                self._stream = event.stream
                self._arrivals = self._arrivals.take(event.sequence)[1]
                return event
            if event is not None and not isinstance(event, Connected):
                raise Closed(REFUSED, "something came before its start")
        raise Closed(REFUSED, "it did not start")

    def next(self) -> Event | None:
        """Return what came, once each; None if that was nothing for a moment, or nothing that matters."""
        message = self._ws.receive(LOOK_EVERY)
        if message is None:
            if self._now() - self._last > DEAD_AFTER:
                raise Closed(REFUSED, "nothing comes from the line any more")
            return None
        self._last = self._now()
        event = self._event(message)
        if isinstance(event, Start):
            raise Closed(REFUSED, "it started twice")
        if event is None or isinstance(event, Connected):
            return None
        order, self._arrivals = self._arrivals.take(event.sequence)
        return None if order is Order.REPEATED else event

    def _event(self, message: str | bytes | None) -> Event | None:
        if message is None:
            return None
        try:
            return media_stream.read(message, self._stream)
        except Unreadable as fault:
            self._unreadable += 1
            if self._unreadable > MOST_UNREADABLE:
                raise Closed(REFUSED, f"too many messages are unreadable; the last: {fault}") from None
            return None
