"""Turns as JSON: what happened, what was done, and the state after it. Secrets leave only their length.

A record is sealed as a whole by whoever stores it; masking comes first, so that not even the sealed bytes
hold an ID number, a PIN or a code.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from menus.actions import Action, Ask, Consult, HangUp, Say, Transfer, Wait
from menus.dialogue import Turn
from menus.events import (
    Arrived,
    Event,
    Left,
    Pressed,
    Reading,
    Said,
    StayedSilent,
    Told,
    TransferEnded,
    Wrote,
)
from menus.state import State, state_from_json, state_to_json
from menus.values import values_from_json, values_to_json
from speech.heard.digit_strings import FIGURES

# Four digits in a row, in any script and with anything but words between them, may be a piece of a secret.
_DIGIT = rf"[\d{''.join(FIGURES.values()).replace(' ', '')}Xx*]"
_DIGITS = re.compile(rf"{_DIGIT}(?:(?:[^\w*]|_)*{_DIGIT}){{3,}}")

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Consulted:
    """A service that was asked within a turn, and what it told."""

    service: str
    told: Told


@dataclass(frozen=True, slots=True)
class Record:
    """One turn as it is remembered: the event, what services told on the way, actions and state."""

    event: Event
    consulted: tuple[Consulted, ...]
    turn: Turn


def dump(record: Record, secret: bool) -> str:
    """Return a record as JSON; `secret` says that the keys of its event must not be stored."""
    return _JSON.encode(
        {
            "event": event_to_json(record.event, secret),
            "consulted": [
                {"service": one.service, **event_to_json(one.told, secret=False)} for one in record.consulted
            ],
            "actions": [action_to_json(action) for action in record.turn.actions],
            "state": state_to_json(record.turn.state),
        }
    )


def load(text: str) -> Record:
    """Return the record that `dump` wrote; secrets come back as question marks."""
    data = json.loads(text)
    consulted = [Consulted(one["service"], _told(one)) for one in data["consulted"]]
    actions = tuple(action_from_json(action) for action in data["actions"])
    turn = Turn(actions, state_from_json(data["state"]))
    return Record(event_from_json(data["event"]), tuple(consulted), turn)


def load_state(text: str) -> State:
    """Return only the state of a record, which is all that the next turn needs of the last."""
    return state_from_json(json.loads(text)["state"])


# --- events ------------------------------------------------------------------------------------------------


def event_to_json(event: Event, secret: bool) -> dict[str, Any]:
    """Return an event as JSON with its kind.

    Where they are secret, keys and spoken words are question marks; digits in words are so always.
    """
    kind = type(event).__name__
    match event:
        case Arrived(channel, day, pace, facts):
            return {"kind": kind, "channel": channel, "day": day.isoformat(), "pace": pace, "facts": facts}
        case Pressed(keys):
            return {"kind": kind, "keys": "?" * len(keys) if secret else keys}
        case Said(words, confidence, reading, perhaps):
            kept = "?" * len(words) if secret else masked(words)
            said = {"words": kept, "confidence": confidence, "perhaps": "" if secret else perhaps}
            return {"kind": kind, **said, **_reading(reading)}
        case Wrote(text, reading):
            return {"kind": kind, "text": masked(text), **_reading(reading)}
        case Told(outcome, values, assurance):
            told = {"outcome": outcome, "values": values_to_json(values), "assurance": assurance}
            return {"kind": kind, **told}
        case TransferEnded(outcome):
            return {"kind": kind, "outcome": outcome}
        case _:
            return {"kind": kind}


def masked(words: str) -> str:
    """Return words with every run of four or more digits, in any script, as question marks.

    >>> masked("验证码是482913。")
    '验证码是??????。'
    """
    plain = unicodedata.normalize("NFKC", words)
    return _DIGITS.sub(lambda run: "?" * len(run.group()), plain)


def _reading(reading: Reading) -> dict[str, Any]:
    digits = reading.digits if len(reading.digits) < 4 else "?" * len(reading.digits)
    return {"digits": digits, "sure": reading.sure, "yes": reading.yes, "meaning": reading.meaning}


def _reading_from(data: Mapping[str, Any]) -> Reading:
    return Reading(data["digits"], data["sure"], data["yes"], data["meaning"])


def _told(data: Mapping[str, Any]) -> Told:
    return Told(data["outcome"], values_from_json(data["values"]), data["assurance"])


def _arrived(data: Mapping[str, Any]) -> Arrived:
    return Arrived(data["channel"], date.fromisoformat(data["day"]), data["pace"], tuple(data["facts"]))


_EVENTS: Mapping[str, Any] = {
    "Arrived": _arrived,
    "Pressed": lambda data: Pressed(data["keys"]),
    "Said": lambda data: Said(
        data["words"], data["confidence"], _reading_from(data), data.get("perhaps", "")
    ),
    "Wrote": lambda data: Wrote(data["text"], _reading_from(data)),
    "Told": _told,
    "TransferEnded": lambda data: TransferEnded(data["outcome"]),
    "StayedSilent": lambda _: StayedSilent(),
    "Left": lambda _: Left(),
}


def event_from_json(data: Mapping[str, Any]) -> Event:
    """Return the event that `event_to_json` wrote."""
    event: Event = _EVENTS[data["kind"]](data)
    return event


# --- actions -----------------------------------------------------------------------------------------------


def action_to_json(action: Action) -> dict[str, Any]:
    """Return an action as JSON with its kind."""
    kind = type(action).__name__
    match action:
        case Say(prompt, values, interruptible):
            said = {"prompt": prompt, "values": values_to_json(values), "interruptible": interruptible}
            return {"kind": kind, **said}
        case Ask(keys, seconds, finish, secret, phrases):
            asked = {"keys": keys, "seconds": seconds, "finish": finish, "secret": secret}
            return {"kind": kind, **asked, "phrases": phrases}
        case Wait(seconds):
            return {"kind": kind, "seconds": seconds}
        case Consult(service, arguments, looks):
            consult = {"arguments": values_to_json(arguments), "looks": looks}
            return {"kind": kind, "service": service, **consult}
        case Transfer(to, tell):
            return {"kind": kind, "to": to, "tell": [action_to_json(said) for said in tell]}
        case _:
            return {"kind": kind}


def _say(data: Mapping[str, Any]) -> Say:
    return Say(data["prompt"], values_from_json(data["values"]), data["interruptible"])


_ACTIONS: Mapping[str, Any] = {
    "Say": _say,
    "Ask": lambda data: Ask(
        data["keys"], data["seconds"], data["finish"], data["secret"], tuple(data["phrases"])
    ),
    "Wait": lambda data: Wait(data["seconds"]),
    "Consult": lambda data: Consult(
        data["service"], values_from_json(data["arguments"]), data.get("looks", 0)
    ),
    "Transfer": lambda data: Transfer(data["to"], tuple(_say(said) for said in data.get("tell", ()))),
    "HangUp": lambda _: HangUp(),
}


def action_from_json(data: Mapping[str, Any]) -> Action:
    """Return the action that `action_to_json` wrote."""
    action: Action = _ACTIONS[data["kind"]](data)
    return action
