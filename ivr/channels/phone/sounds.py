"""Sounds a document plays: fetched, checked against their content type, and measured in seconds."""

import struct
from collections.abc import Iterator

from ivr.channels.phone.faults import Fault, NoAnswer
from ivr.channels.phone.transport import Answer, Transport

WAVE_TYPES = frozenset({"audio/wav", "audio/wave", "audio/x-wav"})
MULAW_TYPES = frozenset({"audio/ulaw", "audio/basic"})
# Played by the provider, but their length cannot be read here; the hotline serves none of them.
OTHER_TYPES = frozenset(
    {"audio/mpeg", "audio/aiff", "audio/x-aifc", "audio/x-aiff", "audio/x-gsm", "audio/gsm"}
)
MULAW_BYTES_PER_SECOND = 8000
_REMEMBERED = 4096


class Sounds:
    """Lengths of sounds by URL, remembered where the answer says the sound never changes (Cache-Control:
    max-age).
    """

    def __init__(self, transport: Transport) -> None:
        """Nothing is fetched yet."""
        self._transport = transport
        self._lengths: dict[str, float] = {}

    def seconds(self, url: str) -> float:
        """How long the sound at `url` plays; raises Fault if the provider could not play it."""
        known = self._lengths.get(url)
        if known is not None:
            return known
        try:
            answer = self._transport.get(url)
        except NoAnswer as problem:
            raise Fault(11200, f"the sound at {url} could not be fetched: {problem}") from problem
        length = duration(answer, url)
        if "max-age" in answer.headers.get("cache-control", "") and len(self._lengths) < _REMEMBERED:
            self._lengths[url] = length
        return length


def duration(answer: Answer, url: str) -> float:
    """Seconds of sound in an answer; raises Fault 11200 or 13420 where the provider would not play it."""
    if answer.status != 200:
        raise Fault(11200, f"the sound at {url} was answered with status {answer.status}")
    if answer.media_type in MULAW_TYPES:
        return len(answer.body) / MULAW_BYTES_PER_SECOND
    if answer.media_type in OTHER_TYPES:
        raise Fault(
            13420, f"the sound at {url} is {answer.media_type}; this telephone plays wave and mu-law files"
        )
    if answer.media_type not in WAVE_TYPES:
        raise Fault(13420, f"the sound at {url} has content type {answer.content_type or 'missing'}")
    return wave_seconds(answer.body, url)


def wave_seconds(body: bytes, url: str) -> float:
    """Seconds of a RIFF wave file, PCM or mu-law; the standard `wave` module refuses mu-law, which
    telephones use.
    """
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        raise Fault(13420, f"the sound at {url} calls itself a wave file and is none")
    chunks = dict(_chunks(body))
    if len(chunks.get(b"fmt ", b"")) < 16 or b"data" not in chunks:
        raise Fault(13420, f"the wave file at {url} has no format or no data")
    bytes_per_second: int = struct.unpack_from("<I", chunks[b"fmt "], 8)[0]
    if bytes_per_second == 0:
        raise Fault(13420, f"the wave file at {url} says it has no bytes per second")
    return len(chunks[b"data"]) / bytes_per_second


def _chunks(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 12
    while position + 8 <= len(body):
        name, size = struct.unpack_from("<4sI", body, position)
        yield name, body[position + 8 : position + 8 + size]
        position += 8 + size + size % 2  # chunks are padded to even length
