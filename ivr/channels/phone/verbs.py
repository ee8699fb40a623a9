"""The verbs a voice document may hold, as frozen values; defaults are the provider's."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Say:
    """Text read aloud by the provider's own voice."""

    text: str
    language: str = ""
    voice: str = ""
    loop: int = 1


@dataclass(frozen=True)
class Play:
    """A sound at a URL, as written (perhaps relative)."""

    url: str
    loop: int = 1


@dataclass(frozen=True)
class Pause:
    """Silence of so many seconds."""

    length: float = 1.0


@dataclass(frozen=True)
class Gather:
    """Listen for keys while and after `prompt` plays. `number_of_digits` None: unlimited; `finish_on_key`
    "": none.
    """

    prompt: tuple[Say | Play | Pause, ...] = ()
    action: str = ""
    method: str = "POST"
    timeout: float = 5.0
    number_of_digits: int | None = None
    finish_on_key: str = "#"
    on_empty: bool = False


@dataclass(frozen=True)
class Redirect:
    """Go on with the document at a URL."""

    url: str
    method: str = "POST"


@dataclass(frozen=True)
class Hangup:
    """End the call. `written` is False where a document just stopped, which ends the call as well."""

    written: bool = True


@dataclass(frozen=True)
class Reject:
    """Refuse the call: "rejected" or "busy"."""

    reason: str = "rejected"


@dataclass(frozen=True)
class Whisper:
    """Where to ask what whoever answers is told before being joined."""

    url: str
    method: str = "POST"


@dataclass(frozen=True)
class Dial:
    """Call other numbers and join them; then go to `action` if there is one.

    `whisper` is that of the first number: who answers, answers there.
    """

    numbers: tuple[str, ...]
    action: str = ""
    method: str = "POST"
    timeout: float = 30.0
    caller_id: str = ""
    whisper: Whisper | None = None


@dataclass(frozen=True)
class Connect:
    """Open a media stream; `parameters` are its name-value pairs."""

    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    action: str = ""


Spoken = Say | Play | Pause
Verb = Say | Play | Pause | Gather | Redirect | Hangup | Reject | Dial | Connect
