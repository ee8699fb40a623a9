"""What /readyz looks at: the database answers, a voice of ours has what callers hear, the ear can listen."""

import time
from collections.abc import Callable, Iterable

from sqlalchemy import Engine, text

from ivr.ears import Choice
from ivr.store.engine import reading
from speech.repertoire import Repertoire
from speech.score import Sounding
from speech.voices import VoiceError

_REMEMBERED = 60.0
"""Seconds."""


def database(engine: Engine) -> Callable[[], None]:
    """Return a check that the database answers."""

    def answers() -> None:
        with reading(engine).connect() as connection:
            connection.execute(text("SELECT 1"))

    return answers


def own_voice(
    repertoire: Repertoire | None, main_path: Callable[[], Iterable[Sounding]]
) -> Callable[[], None]:
    """Return a check that one voice has rendered the main path; VoiceError says why the provider's speaks.

    The main path takes a moment to be put together and hardly ever changes: it is remembered for a minute.
    """
    remembered: tuple[float, tuple[Sounding, ...]] = (0, ())

    def speaks() -> None:
        nonlocal remembered
        if repertoire is None:
            raise VoiceError("no voice of ours can be used here; the provider's speaks")
        until, said = remembered
        if time.monotonic() >= until:
            said = tuple(main_path())
            remembered = time.monotonic() + _REMEMBERED, said
        if all(studio.missing(said) for studio in repertoire.studios):
            raise VoiceError("not all prompts are rendered yet; the provider's voice speaks the others")

    return speaks


def ear(choice: Choice) -> Callable[[], str]:
    """Return a check that the ear can listen, for which it loads what it needs; EarError says why it cannot.

    It says which ear was chosen and why. Where there is none nothing is amiss: callers press keys.
    """

    def hears() -> str:
        if choice.ear:
            choice.ear.check()
        return choice.why

    return hears


def providers_voice() -> None:
    """Find nothing amiss: the provider's voice needs nothing of us."""
