"""What one frame costs on a call's WebSocket: 20 ms of sound read and written, beside another codec.

Rounds alternate as those of turns do, over frames of random sound that are all different. The standing peer
is the least anybody can do: json and base64, nothing checked. A peer whose sound is 16-bit samples, as that
of voice frameworks is, is compared with `OURS_AS_SAMPLES`. Before anything is measured, both sides must read
the same sound and write the same message.
"""

import json
import random
import subprocess
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np

from ivr.channels import media_stream
from ivr.channels.stream_events import Media
from speech.telephone import mulaw_decode, mulaw_encode

_ROOT = Path(__file__).parents[2]
STREAM = "MZ" + "0123456789abcdef" * 2
FRAME = 160
"""Bytes of mu-law in 20 ms, what the provider sends in a message."""
MOST = 14.0
"""Microseconds that one way may cost on the machine of docs/bench."""

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec for the stream named STREAM: the sound of a media message, and the message for a sound.

    `sound` says what its sound is, given that of the line: mu-law bytes.
    """

    name: str
    decode: Callable[[str], bytes]
    encode: Callable[[bytes], str]
    sound: Callable[[bytes], bytes] = bytes


@dataclass(frozen=True, slots=True)
class Size:
    """How many pairs of rounds, and how many frames a round has."""

    pairs: int
    frames: int


@dataclass(frozen=True, slots=True)
class Row:
    """Microseconds of processor time a frame; `ratio` is peer over ours, above 1 where ours costs less."""

    way: str
    ours: str
    peer: str
    our_microseconds: float
    peer_microseconds: float
    ratio: float
    lowest: float
    highest: float


def _read(message: str) -> bytes:
    event = media_stream.read(message, STREAM)
    if not isinstance(event, Media):
        raise TypeError("the frame is no sound")
    return event.mulaw


def _write(mulaw: bytes) -> str:
    return media_stream.media(STREAM, mulaw)


def _bare_write(mulaw: bytes) -> str:
    payload = b64encode(mulaw).decode()
    return json.dumps({"event": "media", "streamSid": STREAM, "media": {"payload": payload}})


OURS = Codec("ours", _read, _write)
OURS_AS_SAMPLES = Codec(
    "ours, 16-bit samples",
    lambda message: mulaw_decode(_read(message)).tobytes(),
    lambda samples: _write(mulaw_encode(np.frombuffer(samples, dtype=np.int16))),
    lambda mulaw: mulaw_decode(mulaw).tobytes(),
)
BARE = Codec(
    "json and base64 alone", lambda message: b64decode(json.loads(message)["media"]["payload"]), _bare_write
)


def messages(count: int) -> list[str]:
    """Return so many messages as the provider sends them, of noise that is the same in every run.

    The noise is without the second zero of mu-law (0x7F), which is lost in samples.
    """
    noise = random.Random(20)
    codes = [code for code in range(256) if code != 0x7F]
    return [_message(number, bytes(noise.choices(codes, k=FRAME))) for number in range(1, count + 1)]


def compare(peer: Codec, size: Size, ours: Codec = OURS) -> list[Row]:
    """Return what reading and writing frames costs; RuntimeError if the two codecs do not agree."""
    frames = messages(size.frames)
    line = [_read(frame) for frame in frames]
    ours_of, peers_of = ([codec.sound(mulaw) for mulaw in line] for codec in (ours, peer))
    _check(ours, peer, frames, list(zip(ours_of, peers_of, strict=True)))
    read = _alternated(size.pairs, (frames, ours.decode), (frames, peer.decode))
    written = _alternated(size.pairs, (ours_of, ours.encode), (peers_of, peer.encode))
    return [_row("read", ours, peer, read), _row("write", ours, peer, written)]


def measure(peers: Sequence[tuple[Codec, Codec]] = ((OURS, BARE),), *, quick: bool = False) -> list[Row]:
    """Return the rows of every pair of ours and a peer."""
    size = Size(1, 20) if quick else Size(31, 2000)
    return [row for ours, peer in peers for row in compare(peer, size, ours)]


def beside(peers: Path, *, quick: bool = False) -> list[Row]:
    """Return the rows of ours and pipecat's, measured by the Python of the environment that has both."""
    command = [peers, "-m", "tests.bench.peers", "codec", *(["--quick"] if quick else [])]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True)
    return [Row(**row) for row in json.loads(done.stdout)]


def write(rows: Sequence[Row], folder: Path, listening: float) -> str:
    """Write frames.md into a folder; return the Markdown. `listening` to a silent frame takes so many µs."""
    table = "\n".join(map(_line, rows))
    text = f"""# What a frame costs

Written by `make bench`. A call sends a frame of 20 ms ({FRAME} bytes of mu-law) fifty times a second; this is
what one costs to read, with everything checked, and to write. Processor time, medians of alternating rounds,
and the least and greatest ratio. Goal: {MOST:.0f} µs or less each way, and no more than pipecat's serializer
in the same run. Pipecat's sound is 16-bit samples; ours is what came over the line, which is what the hotline
listens to and plays, so it needs no samples; the same work with samples stands below it.
Listening to a silent frame takes another {listening:.1f} µs (listening.md).

| way | codec | peer | codec, a frame | peer, a frame | ratio |
|---|---|---|---:|---:|---:|
{table}
"""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "frames.md").write_text(text)
    return text


def _line(row: Row) -> str:
    return (
        f"| {row.way} | {row.ours} | {row.peer} | {row.our_microseconds:.2f} µs "
        f"| {row.peer_microseconds:.2f} µs | **{row.ratio:.2f}** ({row.lowest:.2f} to {row.highest:.2f}) |"
    )


def _message(number: int, mulaw: bytes) -> str:
    sound = {
        "track": "inbound",
        "chunk": str(number),
        "timestamp": str(20 * number),
        "payload": b64encode(mulaw).decode(),
    }
    message = {"event": "media", "sequenceNumber": str(number + 1), "media": sound, "streamSid": STREAM}
    return json.dumps(message, separators=(",", ":"))


def _check(ours: Codec, peer: Codec, frames: Sequence[str], sounds: Sequence[tuple[bytes, bytes]]) -> None:
    for frame, (our_sound, peer_sound) in zip(frames, sounds, strict=True):
        if ours.decode(frame) != our_sound or peer.decode(frame) != peer_sound:
            raise RuntimeError(f"{ours.name} and {peer.name} do not read the same sound")
        if json.loads(peer.encode(peer_sound)) != json.loads(ours.encode(our_sound)):
            raise RuntimeError(f"{ours.name} and {peer.name} do not write the same message")


def _alternated(
    pairs: int,
    ours: tuple[Sequence[Given], Callable[[Given], Made]],
    theirs: tuple[Sequence[Given], Callable[[Given], Made]],
) -> list[tuple[float, float]]:
    """Return the microseconds of one frame in each pair of rounds; a pair begins now here, now there."""
    found = []
    for pair in range(pairs):
        if pair % 2:
            peer = _microseconds(*theirs)
            found.append((_microseconds(*ours), peer))
        else:
            found.append((_microseconds(*ours), _microseconds(*theirs)))
    return found


def _microseconds(given: Sequence[Given], work: Callable[[Given], Made]) -> float:
    began = time.process_time()
    for one in given:
        work(one)
    return (time.process_time() - began) / len(given) * 1e6


def _row(way: str, ours: Codec, peer: Codec, pairs: Sequence[tuple[float, float]]) -> Row:
    ratios = [theirs / mine for mine, theirs in pairs]
    mine, theirs = (median(times) for times in zip(*pairs, strict=True))
    return Row(way, ours.name, peer.name, mine, theirs, median(ratios), min(ratios), max(ratios))
