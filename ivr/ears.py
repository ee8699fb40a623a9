"""The ear of this machine: Vosk where its Chinese model is, a vosk-server, Whisper; without any, keys only.

Choosing one loads no model: that happens in the processes that answer calls, when somebody first speaks.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ivr.settings import Settings, SettingsError
from menus.hearing import knows_all
from speech.ears import Ear, EarError, EarMissing
from speech.ears.vosk import VoskEar
from speech.ears.vosk_server import VoskServerEar
from speech.ears.whisper_pool import WhisperPool

log = logging.getLogger(__name__)

LADDER = ("vosk", "vosk-server", "whisper")
"""What HOTLINE_EAR=auto tries, in this order."""
OWN_SERVER = "ws://127.0.0.1:2700"
"""Where auto looks for a vosk-server: at its usual port, on this machine only, for it will hear callers."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The ear that hears callers, None where they press keys only; `why` is a sentence for operators."""

    ear: Ear | None
    why: str


def choose(settings: Settings) -> Choice:
    """Return the ear of these settings, and say it in the log.

    SettingsError if they insist on an ear that this machine lacks. A server that does not answer is no such
    fault: it may come back, and until then callers press keys.
    """
    choice = _insisted(settings) if settings.ear not in ("auto", "none") else _first(settings)
    log.info("%s", choice.why)
    return choice


def ladder(settings: Settings) -> Iterator[tuple[str, Ear | EarError]]:
    """Yield every ear in the order of LADDER, or why it cannot be used here."""
    for name in LADDER:
        try:
            yield name, _found(settings, name)
        except EarError as fault:
            yield name, fault


def made(settings: Settings, name: str) -> Ear:
    """Return an ear of the LADDER; EarMissing if this machine lacks it."""
    if name == "vosk":
        return VoskEar(settings.models / "vosk-small-cn")
    if name == "vosk-server":
        return VoskServerEar(settings.ear_address or OWN_SERVER)
    return WhisperPool(settings.models / "whisper-base")


def unknown_words(settings: Settings) -> Callable[[str], Iterable[str]]:
    """Return what finds in a phrase the words that the ear of these settings can never hear.

    Only Vosk in this process has a list of words that can be asked, and it loads its model for that; others
    write down whatever they hear. An ear that cannot be used is no fault of the menus.
    """
    if settings.ear not in ("auto", "vosk"):
        return knows_all
    try:
        ear = VoskEar(settings.models / "vosk-small-cn")
        ear.check()
    except EarError:
        return knows_all
    return lambda phrase: ear.unknown_words([phrase]).get(phrase, ())


def _insisted(settings: Settings) -> Choice:
    try:
        ear = made(settings, settings.ear)
    except EarMissing as missing:
        why = f"HOTLINE_EAR={settings.ear} cannot hear: {missing}; or write HOTLINE_EAR=auto"
        raise SettingsError([why]) from missing
    return Choice(ear, f"{ear.name} hears callers, as HOTLINE_EAR says")


def _first(settings: Settings) -> Choice:
    if settings.ear == "none":
        return Choice(None, "callers press keys only, as HOTLINE_EAR says")
    passed: list[str] = []
    for name, found in ladder(settings):
        if not isinstance(found, EarError):
            better = f"; nothing better can be used here ({'; '.join(passed)})" if passed else ""
            return Choice(found, f"{name} hears callers{better}")
        passed.append(f"{name}: {found}")
    return Choice(None, f"callers press keys only; no ear can be used here ({'; '.join(passed)})")


def _found(settings: Settings, name: str) -> Ear:
    """Make an ear; a server that nobody named must answer, or it is none."""
    ear = made(settings, name)
    if name == "vosk-server" and not settings.ear_address:
        ear.check()
    return ear
