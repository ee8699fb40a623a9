"""The messages of a call's WebSocket (Media Streams): text becomes events, sound and orders become text.

Source: www.twilio.com/docs/voice/media-streams/websocket-messages. Compatible engines are read too: numbers
may be texts or numbers, and parameters stand inside `start` or beside it (Somleng). Sound is mu-law, 8000
bytes a second, and never has a header.

>>> read('{"event": "mark", "sequenceNumber": "6", "streamSid": "MZ1", "mark": {"name": "g7-prompt"}}', "MZ1")
Mark(sequence=6, name='g7-prompt')
>>> read('{"event": "weather"}') is None
True
>>> clear("MZ1")
'{"event": "clear", "streamSid": "MZ1"}'
"""

import json
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping

from ivr.channels.stream_events import Connected, Event, Key, Label, Mark, Media, MediaFormat, Start, Stop

LARGEST = 16 * 1024
"""Characters of a message we read. A frame of sound has 400, a start with our parameters a thousand, and a
whole second of sound 11 thousand; what is longer would only cost memory."""
MOST_SOUND = 8000
"""Bytes of sound in a message we write, a second: an engine whose buffer is too full drops a message whole
(Somleng), and a clear has to wait until the message before it is through."""

Fields = Mapping[str, object]

# Names of other engines too (UUIDs, with a prefix or without), and nothing that could be more than a name.
_SID = re.compile(r"[\w-]{1,64}", re.ASCII)
_ENCODING = re.compile(r"[\w/.+-]{1,64}", re.ASCII)
_DIGIT = re.compile("[0-9*#A-D]")
_MOST_DIGITS = 15


class Unreadable(ValueError):  # noqa: N818 - says what it is
    """A message is not what the protocol allows. The sentence is all ours, with nothing from the message."""


def read(message: str | bytes, stream: str | None = None) -> Event | None:
    """Return what a message tells; None if that is nothing we know, as providers add events.

    `stream` is the name from the start, once there was one. Unreadable if the message is of another stream,
    binary or too long, or if anything we need in it is missing or of a wrong kind: drop it and go on.
    """
    fields = _parsed(message)
    event = fields.get("event")
    if type(event) is not str:
        raise Unreadable("the message names no event")
    if event == "connected":  # it stands outside of any stream
        return Connected()
    reader = _READERS.get(event)
    if reader is None:
        return None
    if fields.get("streamSid") != (stream or _name(fields, "streamSid", _SID)):
        raise Unreadable("the message is of another stream")
    return reader(fields)


def media(stream: str, mulaw: bytes) -> str:
    """Write sound to be played after all that was sent before; ValueError for none or over MOST_SOUND."""
    if not 0 < len(mulaw) <= MOST_SOUND:
        raise ValueError(f"a message carries 1 to {MOST_SOUND} bytes of sound, not {len(mulaw)}")
    payload = b2a_base64(mulaw, newline=False).decode("ascii")
    # Base64 needs no escaping; to let json look for some takes four times as long (tests/bench/frames.py).
    return f'{{"event": "media", "streamSid": {json.dumps(stream)}, "media": {{"payload": "{payload}"}}}}'


def mark(stream: str, label: Label) -> str:
    """Write a mark: it comes back when all that was sent before it is played or cleared."""
    return json.dumps({"event": "mark", "streamSid": stream, "mark": {"name": label.name}})


def clear(stream: str) -> str:
    """Write the order to forget all that is not played yet."""
    return json.dumps({"event": "clear", "streamSid": stream})


def _parsed(message: str | bytes) -> Fields:
    if not isinstance(message, str):
        raise Unreadable("the message is binary, where only text is allowed")
    if len(message) > LARGEST:
        raise Unreadable(f"the message has more than {LARGEST} characters")
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        found = None  # an error raised from here would carry json's, and that one the whole message
    if type(found) is not dict:
        raise Unreadable("the message is no JSON object")
    return found


def _start(fields: Fields) -> Start:
    start, stream = _inside(fields, "start"), _name(fields, "streamSid", _SID)
    if start.get("streamSid", stream) != stream:
        raise Unreadable("the start names two streams")
    written = _inside(start, "mediaFormat")
    return Start(
        _number(fields, "sequenceNumber"),
        stream,
        _name(start, "callSid", _SID),
        _name(start, "accountSid", _SID),
        _tracks(start),
        MediaFormat(
            _name(written, "encoding", _ENCODING),
            _number(written, "sampleRate"),
            _number(written, "channels"),
        ),
        {**_parameters(fields), **_parameters(start)},
    )


def _media(fields: Fields) -> Media | None:
    inside = _inside(fields, "media")
    if "track" in inside and _text(inside, "track").startswith("outbound"):
        return None  # some engines send our own voice back, which nobody should answer
    payload = _text(inside, "payload")
    try:
        mulaw = a2b_base64(payload, strict_mode=True)
    except ValueError:
        raise Unreadable("the sound is no base64") from None
    return Media(
        _number(fields, "sequenceNumber"), _number(inside, "chunk"), _number(inside, "timestamp"), mulaw
    )


def _key(fields: Fields) -> Key:
    return Key(_number(fields, "sequenceNumber"), _name(_inside(fields, "dtmf"), "digit", _DIGIT))


def _mark(fields: Fields) -> Mark:
    return Mark(_number(fields, "sequenceNumber"), _text(_inside(fields, "mark"), "name"))


def _stop(fields: Fields) -> Stop:
    return Stop(_number(fields, "sequenceNumber"))


_READERS: Mapping[str, Callable[[Fields], Event | None]] = {
    "start": _start,
    "media": _media,
    "dtmf": _key,
    "mark": _mark,
    "stop": _stop,
}


def _inside(fields: Fields, name: str) -> Fields:
    found = fields.get(name)
    if type(found) is not dict:
        raise Unreadable(f"{name} is no object")
    return found


def _text(fields: Fields, name: str) -> str:
    found = fields.get(name)
    if type(found) is not str:
        raise Unreadable(f"{name} is no text")
    return found


def _name(fields: Fields, name: str, pattern: re.Pattern[str]) -> str:
    found = _text(fields, name)
    if not pattern.fullmatch(found):
        raise Unreadable(f"{name} does not look like one")
    return found


def _number(fields: Fields, name: str) -> int:
    found = fields.get(name)
    text = str(found) if type(found) is int else found
    if type(text) is str and len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit():
        return int(text)
    raise Unreadable(f"{name} is no number")


def _tracks(start: Fields) -> tuple[str, ...]:
    found = start.get("tracks")
    if type(found) is not list or not all(type(track) is str for track in found):
        raise Unreadable("tracks is no list of texts")
    return tuple(found)


def _parameters(fields: Fields) -> dict[str, str]:
    if fields.get("customParameters") is None:
        return {}
    # JSON can spell halves of characters, on which whoever encodes or compares a text would break.
    found = _inside(fields, "customParameters")
    if not all(type(value) is str and value.isprintable() for value in found.values()):
        raise Unreadable("customParameters are not all printable texts")
    return {name: str(value) for name, value in found.items()}
