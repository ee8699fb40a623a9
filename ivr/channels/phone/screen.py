"""What the page shows of a call, as JSON: the present stretch of sound, the question, and what went on
behind.

Sounds are addressed relative to the page (../sound/..), so that they are found wherever the page is mounted.
"""

from collections.abc import Callable
from typing import Any
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from ivr.channels.phone.calllog import (
    Asked,
    Closed,
    Dialled,
    Ended,
    Entry,
    Faulted,
    Heard,
    Opened,
    Pressed,
    Sent,
    Spoke,
    Whispered,
)
from ivr.channels.phone.demo import DemoCall, DemoPhone
from ivr.channels.phone.line import Line
from ivr.channels.phone.messages import TextMessage
from ivr.channels.phone.stage import Joined, Sound, Stage
from ivr.channels.phone.transport import Answer
from ivr.channels.phone.verbs import Dial, Gather

Json = dict[str, Any]


def call_view(phone: DemoPhone, call: DemoCall, seen: int = 0) -> Json:
    """The state of a call: `stage` (null when it is over), and the log entries from number `seen` on."""
    line = call.line
    endings = [entry.reason for entry in line.log if isinstance(entry, Ended)]
    return {
        "id": call.id,
        "over": line.over,
        "ending": endings[-1] if endings else None,
        "stage": _stage(phone, line, line.stage) if line.stage else None,
        **log_view(line, seen),
    }


def log_view(line: Line, seen: int) -> Json:
    """The log entries from number `seen` on, and how many there are by now."""
    return {"log": [_entry(entry) for entry in line.log[seen:]], "seen": len(line.log)}


def text_view(text: TextMessage, mobile: str) -> Json:
    """One text as the mobile shows it; `mine` if it was written there."""
    return {"id": text.id, "mine": text.sender == mobile, "body": text.body, "at": text.at}


def _stage(phone: DemoPhone, line: Line, stage: Stage) -> Json:
    return {
        "number": stage.number,
        "sounds": [_sound(phone, sound) for sound in stage.sounds],
        "question": _question(stage.gather),
        "transfer": isinstance(stage.closing, Dial),
        "joined": isinstance(stage.closing, Joined),
        "stream": line.stream is not None,  # it lasts until somebody closes it
        "patience": 0.0 if line.stream else stage.patience,
        "keys": len(stage.keys),
    }


def _sound(phone: DemoPhone, sound: Sound) -> Json:
    return {
        "text": sound.text,
        "address": _beside_page(phone, sound.url),
        "voice": phone.voice(sound.url) if sound.url else None,
        "language": sound.language or "zh-CN",
        "seconds": sound.seconds,
        "loop": sound.loop,
        "interruptible": sound.interruptible,
    }


def _question(gather: Gather | None) -> Json | None:
    if gather is None:
        return None
    return {"digits": gather.number_of_digits, "finish": gather.finish_on_key}


def _beside_page(phone: DemoPhone, url: str | None) -> str | None:
    base = phone.twilio.account.public_url.rstrip("/") + "/"
    return f"../{url.removeprefix(base)}" if url and url.startswith(base) else url


def _entry(entry: Entry) -> Json:
    return {"kind": type(entry).__name__.lower(), "at": round(entry.at, 1), **_ENTRIES[type(entry)](entry)}


def _sent(entry: Sent) -> Json:
    request, answer = entry.request, entry.answer
    return {
        "method": request.method,
        "address": request.url,
        "fields": {name: value for name, value in request.form.items() if value},
        "signature": request.headers["X-Twilio-Signature"],
        "status": answer.status if answer else None,
        "answer": _readable(answer) if answer else "",
    }


def _readable(answer: Answer) -> str:
    text = answer.body.decode(errors="replace")
    if "xml" not in answer.media_type:
        return text
    try:
        # Written by our own doors and read a moment ago by the telephone itself.
        lines = minidom.parseString(text).toprettyxml(indent="  ").splitlines()  # noqa: S318
    except ExpatError:
        return text
    return "\n".join(line for line in lines[1:] if line.strip())  # without the prolog


_ENTRIES: dict[type, Callable[[Any], Json]] = {
    Sent: _sent,
    Heard: lambda entry: {"text": entry.text, "interruptible": entry.interruptible},
    Asked: lambda entry: {"digits": entry.gather.number_of_digits, "timeout": entry.gather.timeout},
    Pressed: lambda entry: {"key": entry.key, "lost": entry.lost},
    Opened: lambda entry: {"address": entry.url},
    Spoke: lambda entry: {"words": entry.words},
    Closed: lambda entry: {"code": entry.code},
    Whispered: lambda entry: {"text": entry.text},
    Dialled: lambda entry: {"outcome": entry.outcome},
    Faulted: lambda entry: {"code": entry.code, "text": entry.sentence},
    Ended: lambda entry: {"reason": entry.reason},
}
