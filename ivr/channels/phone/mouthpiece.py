"""What the caller's side of a line carries, 20 ms at a time: ready sentences, the microphone, or silence."""

import threading

from ivr.channels.phone.stream import FRAME, SILENCE

MOST_WAITING = 25 * FRAME
"""Bytes of the microphone that may wait their turn: half a second; what is older is dropped."""


class Mouthpiece:
    """What a caller says; filled and emptied by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sentences = bytearray()
        self._microphone = bytearray()

    def say(self, mulaw: bytes) -> None:
        """Say a sentence after those that are being said."""
        with self._lock:
            self._sentences += mulaw

    def hear(self, mulaw: bytes) -> None:
        """Take sound of the microphone; the oldest is dropped where too much waits."""
        with self._lock:
            self._microphone += mulaw
            del self._microphone[: max(0, len(self._microphone) - MOST_WAITING)]

    def frame(self) -> bytes:
        """Return the next 20 ms; a sentence wins over the microphone, which hears it from the loudspeaker."""
        with self._lock:
            source = self._sentences or self._microphone
            taken = bytes(source[:FRAME])
            del source[:FRAME]
            if source is self._sentences:
                del self._microphone[:FRAME]
        return taken.ljust(FRAME, SILENCE[:1])
