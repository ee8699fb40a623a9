"""TwiML of the voice doors, read strictly: an answer becomes a Document of verbs, or a Fault with the
provider's code.

Only the verbs and attributes this hotline may use are known (the subset other engines understand as well,
plus Pause); anything else is a fault here even where the provider would only warn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from ivr.channels.phone.faults import Fault
from ivr.channels.phone.markup import (
    KEYS,
    attributes,
    check_status,
    digits,
    flag,
    loop,
    method,
    noun,
    number,
    response_element,
)
from ivr.channels.phone.transport import Answer
from ivr.channels.phone.verbs import (
    Connect,
    Dial,
    Gather,
    Hangup,
    Pause,
    Play,
    Redirect,
    Reject,
    Say,
    Spoken,
    Verb,
    Whisper,
)
from ivr.settings import LOOPBACK

_GATHER_ATTRIBUTES = [
    "input",
    "action",
    "method",
    "timeout",
    "numDigits",
    "finishOnKey",
    "actionOnEmptyResult",
    "language",
]
LONGEST_SAY = 4500  # characters after URL encoding; a Hanzi takes nine


@dataclass(frozen=True)
class Document:
    """The verbs of one answer and the URL it came from, against which its relative URLs are resolved."""

    url: str
    verbs: tuple[Verb, ...]

    @classmethod
    def read(cls, answer: Answer, url: str) -> "Document":
        """Understand a voice door's answer as the provider would; raises Fault."""
        check_status(answer, url)
        if answer.media_type.startswith("audio/"):
            return cls(url, (Play(url), Hangup()))
        if answer.media_type == "text/plain":
            return cls(url, (Say(answer.body.decode(errors="replace")), Hangup()))
        return cls(url, tuple(_verb(element) for element in response_element(answer, url)))


# What is heard when neither the door nor its fallback answers properly. English on purpose: this is what
# callers of a broken hotline meet, and why no door of ours may answer 500.
APOLOGY = Document("", (Say("We are sorry. An application error has occurred. Goodbye.", "en-US"), Hangup()))


def _verb(element: ElementTree.Element) -> Verb:
    reader = _READERS.get(element.tag)
    if reader is None:
        raise Fault(12200, f"<{element.tag}> is not a verb this telephone knows")
    return reader(element)


def _say(element: ElementTree.Element) -> Say:
    given = attributes(element, "language", "voice", "loop")
    text = " ".join("".join(element.itertext()).split())
    if len(quote(text)) > LONGEST_SAY:
        raise Fault(13521, f"<Say> is longer than {LONGEST_SAY} encoded characters")
    return Say(text, given.get("language", ""), given.get("voice", ""), loop(given))


def _play(element: ElementTree.Element) -> Play:
    given = attributes(element, "loop")
    return Play(noun(element), loop(given))


def _pause(element: ElementTree.Element) -> Pause:
    return Pause(number(element, attributes(element, "length"), "length", 1.0))


def _gather(element: ElementTree.Element) -> Gather:
    given = attributes(element, *_GATHER_ATTRIBUTES)
    if given.get("input", "dtmf") != "dtmf":
        raise Fault(12200, "<Gather> listens for keys only: input must be dtmf")
    finish = given.get("finishOnKey", "#")
    if len(finish) > 1 or finish not in KEYS:
        raise Fault(13311, "finishOnKey must be one key or empty")
    return Gather(
        prompt=tuple(_nested(child) for child in element),
        action=given.get("action", ""),
        method=method(given),
        timeout=number(element, given, "timeout", 5.0, 13313),
        number_of_digits=digits(given),
        finish_on_key=finish,
        on_empty=flag(given, "actionOnEmptyResult", 13338),
    )


def _nested(element: ElementTree.Element) -> Spoken:
    reader = _SPOKEN.get(element.tag)
    if reader is None:
        raise Fault(13320, f"<{element.tag}> cannot stand inside <Gather>")
    return reader(element)


def _redirect(element: ElementTree.Element) -> Redirect:
    return Redirect(noun(element), method(attributes(element, "method")))


def _hangup(element: ElementTree.Element) -> Hangup:
    attributes(element)
    return Hangup()


def _reject(element: ElementTree.Element) -> Reject:
    reason = attributes(element, "reason").get("reason", "rejected")
    if reason not in ("rejected", "busy"):
        raise Fault(12200, "<Reject> knows the reasons rejected and busy")
    return Reject(reason)


def _dial(element: ElementTree.Element) -> Dial:
    given = attributes(element, "action", "method", "timeout", "callerId", "answerOnBridge", "timeLimit")
    whispers = [_whisper(child) for child in element]
    numbers = tuple(noun(child) for child in element) or (noun(element),)
    timeout = number(element, given, "timeout", 30.0)
    first = whispers[0] if whispers else None
    return Dial(numbers, given.get("action", ""), method(given), timeout, given.get("callerId", ""), first)


def _whisper(element: ElementTree.Element) -> Whisper | None:
    if element.tag != "Number":
        raise Fault(12200, f"<{element.tag}> cannot stand inside <Dial> here; only <Number> can")
    given = attributes(element, "url", "method")
    return Whisper(given["url"], method(given)) if given.get("url") else None


def _connect(element: ElementTree.Element) -> Connect:
    given = attributes(element, "action", "method")
    if [child.tag for child in element] != ["Stream"]:
        raise Fault(12200, "<Connect> holds exactly one <Stream>")
    stream = element[0]
    url = attributes(stream, "url", "name", "statusCallback", "statusCallbackMethod").get("url", "")
    if not (url.startswith("wss://") or _is_beside_us(url)):
        raise Fault(31922, "the url of <Stream> must begin with wss://")
    return Connect(url, tuple(_parameter(child) for child in stream), given.get("action", ""))


def _is_beside_us(url: str) -> bool:
    """Whether a socket is one of this very machine, where nobody is on the way to listen.

    The provider could not reach it by wss either: only a telephone that stands beside the hotline can.
    """
    return url.startswith("ws://") and urlsplit(url).hostname in LOOPBACK


def _parameter(element: ElementTree.Element) -> tuple[str, str]:
    given = attributes(element, "name", "value")
    if element.tag != "Parameter" or len(given) != 2:
        raise Fault(12200, "<Stream> holds only <Parameter name value>")
    return given["name"], given["value"]


_SPOKEN: dict[str, Callable[[ElementTree.Element], Spoken]] = {"Say": _say, "Play": _play, "Pause": _pause}
_READERS: dict[str, Callable[[ElementTree.Element], Verb]] = {
    **_SPOKEN,
    "Gather": _gather,
    "Redirect": _redirect,
    "Hangup": _hangup,
    "Reject": _reject,
    "Dial": _dial,
    "Connect": _connect,
}
