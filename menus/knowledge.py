"""What a conversation knows: taken over from services and callers, and forgotten when it must be."""

from dataclasses import replace

from menus.events import Told
from menus.menu import Menus
from menus.state import State
from menus.values import Count, Secret, Word


def learned(menus: Menus, state: State, service: str, told: Told) -> State:
    """Take over what a service told: its declared values, and no more assurance than it may give.

    Whatever the service could have told and did not is forgotten, so that no old figure is said again.
    """
    declaration = menus.catalogue[service]
    declared = {name for outcome in declaration.outcomes.values() for name in outcome.values}
    outcome = declaration.outcomes[told.outcome]
    kept = {name: value for name, value in state.answers.items() if name not in declared}
    new = {name: value for name, value in told.values.items() if name in outcome.values}
    state = replace(state, answers={**kept, **new})
    if told.assurance is None:
        return state
    return lowered(
        menus, replace(state, assurance=min(told.assurance, max(outcome.gives or 0, state.assurance)))
    )


def lowered(menus: Menus, state: State) -> State:
    """Forget what the assurance no longer allows to say."""
    allowed = {
        name: value for name, value in state.answers.items() if menus.levels.get(name, 0) <= state.assurance
    }
    return replace(state, answers=allowed)


def without_secrets(state: State) -> State:
    """Forget keyed secrets as soon as no service is to be given them: a state that is stored holds none."""
    known = state.answers
    if (state.consulting and not state.looks) or not any(
        isinstance(value, Secret) for value in known.values()
    ):
        return state
    kept = {name: value for name, value in known.items() if not isinstance(value, Secret)}
    return replace(state, answers=kept)


def keys_told(told: Told) -> str:
    """Return the keys that a service gave back."""
    keys = told.values.get("keys")
    return keys.keys if isinstance(keys, Secret) else ""


def with_rest(state: State, name: str, rest: str) -> State:
    """Return the state that knows, by a name, what followed the heading of a text, and nothing else by it."""
    known = {key: value for key, value in state.answers.items() if key != name}
    if name and rest:
        known[name] = (
            Count(int(rest)) if rest.isascii() and rest.isdecimal() and len(rest) < 4 else Word(rest)
        )
    return replace(state, answers=known)
