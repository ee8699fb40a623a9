"""TwiML markup whatever the door: the provider's checks of an answer, and its attributes and texts read
strictly.
"""

from xml.etree import ElementTree

from ivr.channels.phone.faults import Fault
from ivr.channels.phone.transport import Answer

KEYS = "0123456789*#"
LARGEST_DOCUMENT = 64 * 1024
MOST_LOOPS = 1000  # what loop="0", for ever, is cut to
_TWIML_TYPES = frozenset({"text/xml", "application/xml"})


def check_status(answer: Answer, url: str) -> None:
    """Raise Fault unless the status is 2xx; a redirect is refused because it may turn a POST into a GET."""
    if not 200 <= answer.status < 300:
        raise Fault(11200, f"{url} answered with status {answer.status}")


def response_element(answer: Answer, url: str) -> ElementTree.Element:
    """The root element <Response> of a TwiML answer; raises Fault on size, content type, XML or root."""
    if not answer.content_type:
        raise Fault(12300, f"{url} answered without a content type")
    if answer.media_type not in _TWIML_TYPES:
        raise Fault(12300, f"{url} answered {answer.media_type}; TwiML is text/xml")
    if not answer.body:
        raise Fault(11770, f"{url} answered with an empty body")
    if len(answer.body) > LARGEST_DOCUMENT:
        raise Fault(11750, f"{url} answered with more than 64 kB")
    try:
        # Our own doors wrote this, and the size is limited above; expat itself stops growing entities.
        root = ElementTree.fromstring(answer.body)  # noqa: S314
    except ElementTree.ParseError as problem:
        raise Fault(12100, f"{url} answered something that is not XML: {problem}") from problem
    if root.tag != "Response":
        raise Fault(12102, f"{url} answered a document whose root is <{root.tag}>, not <Response>")
    return root


def attributes(element: ElementTree.Element, *known: str) -> dict[str, str]:
    """The attributes of an element; raises Fault 12200 on one that is not in `known`, or on stray text."""
    for name in element.keys():  # noqa: SIM118 - an Element iterates over its children
        if name not in known:
            raise Fault(12200, f"<{element.tag}> has no attribute {name}")
    return dict(element.items())


def noun(element: ElementTree.Element) -> str:
    """The text inside an element, which must not be empty."""
    text = (element.text or "").strip()
    if not text:
        raise Fault(12100, f"<{element.tag}> is empty")
    return text


def loop(given: dict[str, str]) -> int:
    """How often to play: 1 by default."""
    text = given.get("loop", "1")
    if not (text.isascii() and text.isdigit()):
        raise Fault(12200, "loop must be a whole number")
    return min(int(text) or MOST_LOOPS, MOST_LOOPS)


def digits(given: dict[str, str]) -> int | None:
    """numDigits, or None where it is not given."""
    text = given.get("numDigits")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise Fault(13314, "numDigits must be a whole number above zero")
    return int(text)


def number(
    element: ElementTree.Element, given: dict[str, str], name: str, default: float, code: int = 12200
) -> float:
    """A whole number of seconds above zero."""
    text = given.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise Fault(code, f"{name} of <{element.tag}> must be a whole number of seconds above zero")
    return float(text)


def method(given: dict[str, str]) -> str:
    """GET or POST; POST by default."""
    value = given.get("method", "POST")
    if value not in ("GET", "POST"):
        raise Fault(12200, "method must be GET or POST")
    return value


def flag(given: dict[str, str], name: str, code: int) -> bool:
    """true or false; false by default."""
    value = given.get(name, "false")
    if value not in ("true", "false"):
        raise Fault(code, f"{name} must be true or false")
    return value == "true"
