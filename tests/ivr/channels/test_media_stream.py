"""What the provider sends is read to the last field, anything else is refused without quoting it."""

import doctest
import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.channels import media_stream, stream_events
from ivr.channels.media_stream import LARGEST, MOST_SOUND, Unreadable, clear, mark, media, read
from ivr.channels.stream_events import (
    TELEPHONE,
    Connected,
    Event,
    Key,
    Label,
    Mark,
    Media,
    MediaFormat,
    Start,
    Stop,
    label_of,
)

STREAM, CALL, ACCOUNT = "MZ" + "a1" * 16, "CA" + "b2" * 16, "AC" + "c3" * 16
FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
SECRET = "837294"
SIDS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
NUMBERS = st.integers(0, 10**15 - 1)
PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z")))


def start(**changes: Any) -> dict[str, Any]:
    inside = {
        "streamSid": STREAM,
        "accountSid": ACCOUNT,
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": FORMAT,
        "customParameters": {"token": SECRET},
    }
    return {"event": "start", "sequenceNumber": "1", "streamSid": STREAM, "start": {**inside, **changes}}


def frame(mulaw: bytes = b"\xff" * 160, **changes: Any) -> dict[str, Any]:
    inside = {"track": "inbound", "chunk": "1", "timestamp": "20", "payload": b64encode(mulaw).decode()}
    return {"event": "media", "sequenceNumber": "2", "streamSid": STREAM, "media": {**inside, **changes}}


def key(digit: Any) -> dict[str, Any]:
    inside = {"track": "inbound_track", "digit": digit}
    return {"event": "dtmf", "sequenceNumber": "5", "streamSid": STREAM, "dtmf": inside}


def marked(name: Any) -> dict[str, Any]:
    return {"event": "mark", "sequenceNumber": "6", "streamSid": STREAM, "mark": {"name": name}}


STOP = {
    "event": "stop",
    "sequenceNumber": "9",
    "streamSid": STREAM,
    "stop": {"accountSid": ACCOUNT, "callSid": CALL},
}
CONNECTED = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
ALL = (CONNECTED, start(), frame(), key("1"), marked("x"), STOP)


def told(message: dict[str, Any], stream: str | None = STREAM) -> Event | None:
    return read(json.dumps(message), stream)


def refusal(message: str | bytes, stream: str | None = STREAM) -> str:
    with pytest.raises(Unreadable) as found:
        read(message, stream)
    return str(found.value)


def test_a_whole_stream_is_read():
    begun = Start(1, STREAM, CALL, ACCOUNT, ("inbound",), TELEPHONE, {"token": SECRET})
    assert told(CONNECTED, None) == Connected()
    assert told(start(), None) == begun
    assert [told(message) for message in ALL[1:]] == [
        begun,
        Media(2, 1, 20, b"\xff" * 160),
        Key(5, "1"),
        Mark(6, "x"),
        Stop(9),
    ]


def test_somleng_puts_parameters_beside_the_start_and_counts_from_nothing():
    message = """{"event": "start","sequenceNumber": "0","start": {"accountSid": "5f1c-0a",
        "callSid": "77aa-1b","tracks": ["inbound","outbound"],"mediaFormat": {
        "encoding": "audio/x-mulaw","sampleRate": 8000,"channels": 1}},
        "customParameters": {"token":"one"},"streamSid": "c0ffee-2d"}"""
    assert read(message) == Start(
        0, "c0ffee-2d", "77aa-1b", "5f1c-0a", ("inbound", "outbound"), TELEPHONE, {"token": "one"}
    )


def test_parameters_of_both_places_are_one_and_those_inside_count_more():
    message = {**start(), "customParameters": {"token": "outside", "name": "王"}}
    begun = told(message)
    assert isinstance(begun, Start)
    assert begun.parameters == {"token": SECRET, "name": "王"}


@pytest.mark.parametrize("nothing", [{}, None])
def test_a_start_need_not_have_parameters(nothing: Any):
    begun = told(start(customParameters=nothing))
    assert isinstance(begun, Start)
    assert begun.parameters == {}


def test_numbers_may_be_numbers():
    assert told({**frame(chunk=7, timestamp=140), "sequenceNumber": 8}) == Media(8, 7, 140, b"\xff" * 160)
    begun = told(start(mediaFormat={"encoding": "audio/x-l16", "sampleRate": "16000", "channels": "2"}))
    assert isinstance(begun, Start)
    assert begun.media_format == MediaFormat("audio/x-l16", 16000, 2)


def test_our_own_voice_that_comes_back_is_not_read():
    assert told(frame(track="outbound")) is None
    assert told(frame(track="outbound_track")) is None


def test_sound_of_no_named_track_is_the_callers():
    message = frame()
    del message["media"]["track"]
    assert isinstance(told(message), Media)


@pytest.mark.parametrize("digit", "0123456789*#ABCD")
def test_all_sixteen_keys(digit: str):
    assert told(key(digit)) == Key(5, digit)


def test_an_unknown_event_is_ignored_whatever_it_holds():
    assert told({"event": "weather", "streamSid": 5}) is None
    assert told({"event": "weather"}, None) is None


def test_a_message_of_another_stream_is_refused():
    for message in ALL[1:]:
        assert refusal(json.dumps(message), "MZ" + "0" * 32) == "the message is of another stream"
        assert refusal(json.dumps({**message, "streamSid": None})) == "the message is of another stream"
    assert refusal(json.dumps({**start(), "streamSid": "MZ1"}), None) == "the start names two streams"


DEEP = "[" * LARGEST
REFUSED = [
    (b'{"event":"stop"}', "the message is binary, where only text is allowed"),
    (" " * (LARGEST + 1), f"the message has more than {LARGEST} characters"),
    ("", "the message is no JSON object"),
    ("{", "the message is no JSON object"),
    ('{"a":1}{"b":2}', "the message is no JSON object"),
    (DEEP, "the message is no JSON object"),
    ("9" * 5000, "the message is no JSON object"),
    ('["event", "stop"]', "the message is no JSON object"),
    ("{}", "the message names no event"),
    ('{"event":["stop"]}', "the message names no event"),
    ({**STOP, "sequenceNumber": None}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": "-1"}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": -1}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": True}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": 1.5}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": ""}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": "٣"}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": "²"}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": "1" * 16}, "sequenceNumber is no number"),
    ({**STOP, "sequenceNumber": 10**15}, "sequenceNumber is no number"),
    ({**frame(), "media": []}, "media is no object"),
    (frame(chunk="one"), "chunk is no number"),
    (frame(timestamp=[20]), "timestamp is no number"),
    (frame(track=5), "track is no text"),
    (frame(payload=None), "payload is no text"),
    (frame(payload="//8"), "the sound is no base64"),
    (frame(payload="//8=//8="), "the sound is no base64"),
    (frame(payload="_-8="), "the sound is no base64"),
    (frame(payload="//8 ="), "the sound is no base64"),
    (frame(payload="声音"), "the sound is no base64"),
    (key(1), "digit is no text"),
    (key("12"), "digit does not look like one"),
    (key(""), "digit does not look like one"),
    (key("E"), "digit does not look like one"),
    (key("１"), "digit does not look like one"),
    (marked(None), "name is no text"),
    (start(callSid="CA 1"), "callSid does not look like one"),
    (start(callSid="电话"), "callSid does not look like one"),
    (start(callSid=""), "callSid does not look like one"),
    (start(accountSid="A" * 65), "accountSid does not look like one"),
    (start(tracks="inbound"), "tracks is no list of texts"),
    (start(tracks=["inbound", 5]), "tracks is no list of texts"),
    (start(mediaFormat="audio/x-mulaw"), "mediaFormat is no object"),
    (start(mediaFormat={**FORMAT, "encoding": "a b"}), "encoding does not look like one"),
    (start(mediaFormat={**FORMAT, "channels": "mono"}), "channels is no number"),
    (start(customParameters=["token"]), "customParameters is no object"),
    (start(customParameters={"token": 5}), "customParameters are not all printable texts"),
    (start(customParameters={"token": "\ud800"}), "customParameters are not all printable texts"),
    (start(customParameters={"token": "a\nb"}), "customParameters are not all printable texts"),
]


@pytest.mark.parametrize(("message", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_whatever_is_wrong_is_refused_in_one_sentence(message: Any, sentence: str):
    given_ = message if isinstance(message, str | bytes) else json.dumps(message)
    assert refusal(given_) == sentence


def test_before_the_start_a_message_needs_a_stream_that_could_be_one():
    assert told(STOP, None) == Stop(9)
    assert refusal(json.dumps({**STOP, "streamSid": "MZ 1"}), None) == "streamSid does not look like one"
    assert refusal(json.dumps({**STOP, "streamSid": 5}), None) == "streamSid is no text"


def test_the_longest_message_is_read():
    message = json.dumps(STOP)
    assert read(message + " " * (LARGEST - len(message)), STREAM) == Stop(9)


def test_a_refusal_carries_nothing_of_the_message_along():
    with pytest.raises(Unreadable) as found:
        read('{"event": "dtmf", "dtmf": {"digit": "' + SECRET)
    assert found.value.__context__ is None
    assert found.value.__cause__ is None


def test_no_repr_tells_what_was_said_keyed_or_secret():
    assert SECRET not in repr(told(start()))
    assert repr(told(frame(b"voice"))) == "Media(sequence=2, chunk=1, timestamp=20)"
    assert repr(told(key("7"))) == "Key(sequence=5)"


@given(st.sampled_from(["text", "number"]), NUMBERS, NUMBERS, NUMBERS, SIDS, st.binary(max_size=9000))
def test_any_sound_is_read_as_it_was_written(
    kind: str, sequence: int, chunk: int, timestamp: int, stream: str, mulaw: bytes
):
    spell = str if kind == "text" else int
    message = frame(mulaw, chunk=spell(chunk), timestamp=spell(timestamp))
    message |= {"sequenceNumber": spell(sequence), "streamSid": stream}
    assert told(message, stream) == Media(sequence, chunk, timestamp, mulaw)


@given(st.tuples(SIDS, SIDS, SIDS), st.lists(PRINTABLE), st.dictionaries(st.text(), PRINTABLE), st.booleans())
def test_any_start_is_read_as_it_was_written(
    sids: tuple[str, str, str], tracks: list[str], parameters: dict[str, str], beside: bool
):
    stream, call, account = sids
    message = start(streamSid=stream, callSid=call, accountSid=account, tracks=tracks)
    message["streamSid"] = stream
    del message["start"]["customParameters"]
    (message if beside else message["start"])["customParameters"] = parameters
    begun = Start(1, stream, call, account, tuple(tracks), TELEPHONE, parameters)
    assert read(json.dumps(message)) == begun
    assert read(json.dumps(message, ensure_ascii=False)) == begun


@given(st.text())
def test_any_name_of_a_mark_is_read_as_it_was_written(name: str):
    assert told(marked(name)) == Mark(6, name)


@given(SIDS, st.binary(min_size=1, max_size=MOST_SOUND))
def test_sound_is_written_as_the_provider_wants_it(stream: str, mulaw: bytes):
    expected = {"event": "media", "streamSid": stream, "media": {"payload": b64encode(mulaw).decode()}}
    message = media(stream, mulaw)
    assert json.loads(message) == expected
    assert "\n" not in message
    assert len(message) < LARGEST


@given(st.text())
def test_no_name_of_a_stream_can_break_out_of_what_is_written(stream: str):
    label = Label(1, "prompt")
    assert [
        json.loads(text)["streamSid"] for text in (media(stream, b"1"), mark(stream, label), clear(stream))
    ] == [stream] * 3


def test_a_whole_second_fits_in_a_message():
    assert (
        json.loads(media(STREAM, bytes(MOST_SOUND)))["media"]["payload"]
        == b64encode(bytes(MOST_SOUND)).decode()
    )


@pytest.mark.parametrize("length", [0, MOST_SOUND + 1])
def test_a_message_carries_some_sound_and_not_too_much(length: int):
    with pytest.raises(ValueError, match=f"1 to {MOST_SOUND} bytes of sound, not {length}"):
        media(STREAM, bytes(length))


def test_marks_and_clearing_are_written_as_the_provider_wants_them():
    assert json.loads(mark(STREAM, Label(7, "prompt"))) == {
        "event": "mark",
        "streamSid": STREAM,
        "mark": {"name": "g7-prompt"},
    }
    assert json.loads(clear(STREAM)) == {"event": "clear", "streamSid": STREAM}


@given(st.integers(0, 999_999_999), st.from_regex("[a-z][a-z0-9_]{0,31}", fullmatch=True))
def test_a_label_comes_back_as_it_went(generation: int, played: str):
    label = Label(generation, played)
    back = told({**json.loads(mark(STREAM, label)), "sequenceNumber": "3"})
    assert isinstance(back, Mark)
    assert label_of(back.name) == label


@pytest.mark.parametrize(
    "name",
    ["", "x", "g7", "g7-", "7-prompt", "g07-prompt", "g-1-x", "g7-Prompt", "g7-x\n", "g７-x", "g7-x y"],
)
def test_marks_of_others_are_no_labels(name: str):
    assert label_of(name) is None


@given(st.text())
def test_a_name_is_a_label_only_if_we_could_have_written_it(name: str):
    label = label_of(name)
    assert label is None or label.name == name


@pytest.mark.parametrize(
    ("generation", "played"), [(-1, "x"), (10**9, "x"), (1, ""), (1, 'x"'), (1, "X"), (1, "x" * 33)]
)
def test_a_label_nobody_could_read_is_not_made(generation: int, played: str):
    with pytest.raises(ValueError, match="a mark needs"):
        Label(generation, played)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def places(message: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for name, value in message.items():
        yield message, name
        if isinstance(value, dict):
            yield from places(value)


def outcome(message: str | bytes, stream: str | None) -> Event | Unreadable | None:
    try:
        return read(message, stream)
    except Unreadable as refused:
        return refused


def survives(message: str | bytes, stream: str | None) -> None:
    """Read it, whatever it is: an event, nothing, or our own error with our own words."""
    found = outcome(message, stream)
    assert found is None or isinstance(found, Event | Unreadable)
    if isinstance(found, Unreadable):
        assert SECRET not in str(found)
        assert str(found).isascii()
        assert len(str(found)) < 80


@settings(max_examples=300)
@given(st.data())
def test_one_wrong_thing_in_a_true_message_never_breaks_reading(data: st.DataObject):
    message = json.loads(json.dumps(data.draw(st.sampled_from(ALL))))
    holder, name = data.draw(st.sampled_from(list(places(message))))
    if data.draw(st.booleans()):
        holder[name] = data.draw(JUNK)
    else:
        del holder[name]
    survives(json.dumps(message), data.draw(st.sampled_from([STREAM, None])))


@given(st.text() | st.binary() | JUNK.map(json.dumps), st.sampled_from([STREAM, None, ""]))
def test_junk_never_breaks_reading(junk: str | bytes, stream: str | None):
    survives(junk, stream)


@given(st.sampled_from(ALL), st.integers(0, 600), st.text(max_size=3))
def test_damaged_text_never_breaks_reading(message: dict[str, Any], at: int, inserted: str):
    text = json.dumps(message)
    survives(text[:at] + inserted, STREAM)
    survives(text[:at] + inserted + text[at + 1 :], STREAM)


@pytest.mark.parametrize("module", [media_stream, stream_events])
def test_examples_are_true(module: Any):
    failed, attempted = doctest.testmod(module)
    assert (failed, attempted > 0) == (0, True)
