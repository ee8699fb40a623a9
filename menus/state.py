"""Where a conversation stands: small, frozen, and the same after a trip through JSON."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from typing import Any

from menus.events import Channel, Pace
from menus.values import Value, values_from_json, values_to_json


@dataclass(frozen=True, slots=True)
class Tries:
    """How often the caller of this menu stayed silent, was not understood, asked again.

    `granted` counts silences that cost nothing: the caller is looking for the card. `unheard` counts words
    that were not understood; after the first the menu takes keys only.
    """

    silent: int = 0
    unmatched: int = 0
    repeated: int = 0
    granted: int = 0
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """Everything `step` remembers between two events.

    `after` is the menu that waits for a verification; `kept` says that keys of an unfinished entry are kept
    by the host; `consulting` is the service whose answer is awaited; `page` is which items are offered;
    `asked` is the answer that was asked back about because it was in doubt; `about` is the prompt that tells
    a person what the caller wanted last; `looks` is how often we have looked for an answer that comes from
    another machine, counted from one while the caller waits for it.
    """

    menu: str
    channel: Channel
    day: date
    pace: Pace = "normal"
    assurance: int = 0
    tries: Tries = Tries()
    answers: Mapping[str, Value] = field(default_factory=dict)
    after: str = ""
    kept: int = 0
    consulting: str = ""
    page: int = 0
    asked: str = ""
    about: str = ""
    looks: int = 0
    language: str = "zh-CN"
    over: bool = False

    def at(self, menu: str) -> "State":
        """Return the state on entering a menu: nothing tried, nothing half keyed, nothing in doubt."""
        return replace(self, menu=menu, tries=Tries(), kept=0, consulting="", page=0, asked="", looks=0)

    def knowing(self, values: Mapping[str, Value]) -> "State":
        """Return the state with more answers."""
        return replace(self, answers={**self.answers, **values}) if values else self


def state_to_json(state: State) -> dict[str, Any]:
    """Return the state as JSON, less than 2 kB for the shipped menus; it holds no secret."""
    return {
        "menu": state.menu,
        "channel": state.channel,
        "day": state.day.isoformat(),
        "pace": state.pace,
        "assurance": state.assurance,
        "tries": list(astuple(state.tries)),
        "answers": values_to_json(state.answers),
        "after": state.after,
        "kept": state.kept,
        "consulting": state.consulting,
        "page": state.page,
        "asked": state.asked,
        "about": state.about,
        "looks": state.looks,
        "language": state.language,
        "over": state.over,
    }


def state_from_json(data: Mapping[str, Any]) -> State:
    """Return the state that `state_to_json` wrote, also before there was all of it."""
    return State(
        **{
            **data,
            "day": date.fromisoformat(data["day"]),
            "tries": Tries(*data["tries"]),
            "answers": values_from_json(data["answers"]),
        }
    )
