"""What operators write: menus as they stand in config/menus, checked for shape, frozen.

A menu says its lines and then does exactly one thing: asks for a key, offers a choice among items, takes a
number, listens for words of a text, consults a service, goes on, waits, transfers or hangs up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from menus.catalogue import Catalogue
from menus.events import Channel

# Where a route may lead besides a menu: on with what asked for the verification; one menu back; the same
# question once more.
RESUME, BACK, AGAIN = "resume", "back", "again"
SPECIAL = frozenset({RESUME, BACK, AGAIN})

# What a text can mean besides beginning with a heading.
MEANINGS = ("code", "refusal", "not_me", "opt_out", "otherwise")
NumberKind = Literal["identity", "pin", "code"]
Key = Literal["1", "2", "3", "4"]


class Frozen(BaseModel):
    """A piece of a menus file: no unknown fields, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Frozen):
    """One prompt to say: always, only `when` a value is there, or once for `each` item of a list.

    Of a list, `skip` items are left out at its beginning and then at `most` so many are said; `when` and
    `unless` ask whether there are more of it than `skip`.
    """

    prompt: str
    when: str = ""
    unless: str = ""
    each: str = ""
    skip: Annotated[int, Field(ge=0)] = 0
    most: Annotated[int, Field(ge=1, le=20)] = 20
    interruptible: bool = True


def _lines(value: Any) -> Any:
    listed = value if isinstance(value, list | tuple) else [value]
    return [{"prompt": line} if isinstance(line, str) else line for line in listed]


def _route(value: Any) -> Any:
    return {"go": value} if isinstance(value, str) else value


Lines = Annotated[tuple[Line, ...], BeforeValidator(_lines)]


class Route(Frozen):
    """Where an answer leads, what is said on the way, and words it adds to what is known; "" forgets one."""

    go: str
    say: Lines = ()
    give: Mapping[str, str] = Field(default_factory=dict)


To = Annotated[Route, BeforeValidator(_route)]


class Option(Route):
    """An answer by key; `phrases` are the words that mean the same."""

    phrases: tuple[str, ...] = ()


class Choose(Frozen):
    """A choice among the items of a list: each is said with `prompt`, and {key} is its key.

    Four items at most are offered at once; of more, three and `more` on key 4.
    """

    items: str
    prompt: str
    more: str
    go: To


class Consultation(Frozen):
    """A question to a service: `arguments` name known values, `told` has a route for every outcome."""

    service: str
    arguments: Mapping[str, str] = Field(default_factory=dict)
    told: Mapping[str, To]


class Entry(Frozen):
    """A number to key in, and the service that takes it; `card` takes a card number instead of an ID.

    `star` is the other way, offered on * before any digit. `faults` are prompts for what can be told wrong
    about the number without looking anybody up.
    """

    number: NumberKind
    consult: Consultation
    card: str = ""
    star: To | None = None
    faults: Mapping[Literal["short", "long", "check", "ending"], str]


class Heading(Frozen):
    """Words that begin a text message and where they lead; `rest` names the value of what follows them."""

    words: tuple[str, ...]
    go: To
    rest: str = ""


class Listening(Frozen):
    """What text messages may say: headings, a six-digit code, refusals, and everything otherwise.

    What a menu leaves out is understood as in the menu where texts begin, which leaves out nothing.
    """

    headings: tuple[Heading, ...] = ()
    code: To | None = None
    refusal: To | None = None
    not_me: To | None = None
    opt_out: To | None = None
    otherwise: To | None = None


class Waiting(Frozen):
    """Waiting some seconds, at most ten, and then going on."""

    seconds: Annotated[int, Field(ge=1, le=10)]
    go: To


class Transferring(Frozen):
    """Putting the caller through, and where to go on when the transfer is over.

    `tell` is what the person who answers hears before the caller does; what the caller last wanted follows.
    """

    to: str
    tell: Lines = ()
    ended: Mapping[Literal["answered", "busy", "no_answer", "failed"], To]


class Menu(Frozen):
    """One menu; see config/menus for examples of each kind.

    `yes_no` says that key 1 is a yes and key 2, where there is one, a no; `keys_only` that words are no
    answer. `about` is the prompt that tells a person what callers want who came here.
    """

    say: Lines = ()
    help: Lines = ()
    needs: Annotated[int, Field(ge=0, le=3)] = 0
    channel: Channel = "voice"
    ask: Mapping[Key, Annotated[Option, BeforeValidator(_route)]] | None = None
    yes_no: bool = False
    keys_only: bool = False
    choose: Choose | None = None
    enter: Entry | None = None
    listen: Listening | None = None
    consult: Consultation | None = None
    go: To | None = None
    wait: Waiting | None = None
    transfer: Transferring | None = None
    hang_up: bool = False
    about: str = ""
    back: str = ""
    person: To | None = None
    seconds: Annotated[int, Field(ge=4, le=60)] | None = None
    restate: bool = True
    silence: tuple[str, ...] | None = None
    unmatched: tuple[str, ...] | None = None
    give_up: To | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Menu":
        kinds = ("ask", "choose", "enter", "listen", "consult", "go", "wait", "transfer", "hang_up")
        chosen = [kind for kind in kinds if getattr(self, kind)]
        if len(chosen) != 1:
            found = " and ".join(chosen) or "none of them"
            raise ValueError(f"a menu does exactly one of {', '.join(kinds)}; here is {found}")
        return self

    @property
    def is_question(self) -> bool:
        """Whether the menu stops to listen for the caller."""
        return any((self.ask, self.choose, self.enter, self.listen))


class Wish(Frozen):
    """What may be said in any question besides its own phrases: the same as a `key`, or a way to `go`.

    `alone` are words that count only where nothing else is said with them: too short to be known by sound.
    """

    phrases: Annotated[tuple[str, ...], Field(min_length=1)]
    alone: tuple[str, ...] = ()
    key: Literal["0", "8", "9", "*"] | None = None
    go: To | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Wish":
        if (self.key is None) == (self.go is None):
            raise ValueError("a wish is the same as a 'key' or leads somewhere with 'go'; name one of them")
        return self

    @property
    def answer(self) -> str:
        """What the wish is known by among the answers to a question: its key, or its first phrase."""
        return self.key or self.phrases[0]


class ByChannel(Frozen):
    """A menu for each channel."""

    voice: str
    text: str

    def of(self, channel: Channel) -> str:
        """Return the menu of a channel."""
        return self.text if channel == "text" else self.voice


class Start(ByChannel):
    """config/menus/start.yaml: where conversations begin, and what every menu has that names no other.

    What has to do with speech may be missing, as in versions published before there was any: `doubt` asks
    back what was {meant}; `unheard` is said instead of the usual prompt after words that were not understood;
    `yes` and `no` are what an ear listens for where either is an answer. So may `wait`, which is said to who
    waits for another machine's answer.
    """

    verify: ByChannel
    failed: ByChannel
    back: str
    person: To
    expired: Lines
    slower: str
    silence: tuple[str, ...]
    unmatched: tuple[str, ...]
    after_silence: To
    after_unmatched: To
    doubt: str = ""
    unheard: str = ""
    wait: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    everywhere: tuple[Wish, ...] = ()


@dataclass(frozen=True)
class Menus:
    """Everything a conversation needs: menus and wording of one version, and what services declare.

    `prompts` and `texts` map language -> id -> wording; `placeholders` maps a prompt id to the names in
    its wording; `levels` maps a value name to the assurance needed to say it; `constants` are the names
    that the hotline itself fills in.
    """

    digest: str
    start: Start
    menus: Mapping[str, Menu]
    prompts: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, Mapping[str, str]]
    catalogue: Catalogue
    levels: Mapping[str, int]
    placeholders: Mapping[str, tuple[str, ...]]

    def wording(self, channel: Channel, language: str) -> Mapping[str, str]:
        """Return prompts for a call, text templates for a text conversation."""
        return (self.texts if channel == "text" else self.prompts)[language]


def routes(menu: Menu) -> Iterator[tuple[tuple[str | int, ...], Route]]:
    """Yield every route out of a menu that its own file names, with its place in the menu."""
    for key, option in (menu.ask or {}).items():
        yield ("ask", key), option
    if menu.choose:
        yield ("choose", "go"), menu.choose.go
    if menu.enter and menu.enter.star:
        yield ("enter", "star"), menu.enter.star
    if consultation := consultation_of(menu):
        place = ("enter", "consult", "told") if menu.enter else ("consult", "told")
        yield from (((*place, outcome), route) for outcome, route in consultation.told.items())
    yield from _routes_of_listening(menu)
    yield from _routes_of_rest(menu)


def _routes_of_listening(menu: Menu) -> Iterator[tuple[tuple[str | int, ...], Route]]:
    if not menu.listen:
        return
    for number, heading in enumerate(menu.listen.headings):
        yield ("listen", "headings", number, "go"), heading.go
    for name in MEANINGS:
        if route := getattr(menu.listen, name):
            yield ("listen", name), route


def _routes_of_rest(menu: Menu) -> Iterator[tuple[tuple[str | int, ...], Route]]:
    if menu.go:
        yield ("go",), menu.go
    if menu.wait:
        yield ("wait", "go"), menu.wait.go
    if menu.transfer:
        yield from ((("transfer", "ended", outcome), to) for outcome, to in menu.transfer.ended.items())
    for name in ("person", "give_up"):
        route = getattr(menu, name)
        if route:
            yield (name,), route


def consultation_of(menu: Menu) -> Consultation | None:
    """Return what a menu asks a service, directly or with the number it takes."""
    return menu.enter.consult if menu.enter else menu.consult
