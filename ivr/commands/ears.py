"""hotline ears: which ears this machine has, which one hears callers, and why."""

import logging
import os
import time
from collections.abc import Iterator, Mapping

import click
from rich.console import Console
from rich.table import Table

from ivr.commands.settings import tells
from ivr.ears import choose, ladder
from ivr.settings import Settings
from speech.ears import Ear, EarError

_NEEDED = ("HOTLINE_EAR", "HOTLINE_MODELS")
# The ears that were tried -> the seconds until each could listen, or why it cannot.
Tried = Mapping[str, float | EarError]


def ear_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings as far as ears need them; the others are what a demo has."""
    needed = {name: environ[name] for name in _NEEDED if name in environ}
    return Settings.read({**needed, "HOTLINE_ENV": "demo"})


@click.command()
@click.option("--try", "trying", is_flag=True, help="Load or reach each ear, to see whether it really works.")
@tells
def ears(trying: bool) -> None:
    """See which ears this machine has, and which one hears callers. No other setting is needed.

    An ear turns what callers say into words. Callers can always press keys instead.
    """
    # What the choice says in the log is told below.
    logging.getLogger("ivr.ears").addHandler(logging.NullHandler())
    settings = ear_settings(os.environ)
    chosen = choose(settings)
    found = dict(ladder(settings))
    console = Console()
    tried = {name: _tried(ear) for name, ear in found.items() if trying and not isinstance(ear, EarError)}
    console.print(_table(found, chosen.ear, tried))
    for line in _remarks(found, chosen.ear, tried):
        console.print(line, highlight=False, soft_wrap=True)
    failed = chosen.ear.name if chosen.ear and isinstance(tried.get(chosen.ear.name), EarError) else ""
    now = f"{failed} fails, so callers press keys only" if failed else chosen.why.partition(";")[0]
    console.print(f"Now: {now} (HOTLINE_EAR={settings.ear}).", highlight=False)
    if failed:
        raise SystemExit(1)


def _tried(ear: Ear) -> float | EarError:
    """Return the seconds until an ear could listen, or why it cannot."""
    began = time.monotonic()
    try:
        ear.check()
    except EarError as fault:
        return fault
    return time.monotonic() - began


def _table(found: Mapping[str, Ear | EarError], chosen: Ear | None, tried: Tried) -> Table:
    table = Table("Ear", "Used", "Here", box=None, padding=(0, 2, 0, 0), header_style="bold")
    if tried:
        table.add_column("Tried")
    for name, ear in found.items():
        here = "no" if isinstance(ear, EarError) else "yes"
        used = "yes" if chosen and chosen.name == name else "-"
        table.add_row(name, used, here, *([_outcome(tried.get(name))] if tried else []))
    return table


def _outcome(tried: float | EarError | None) -> str:
    if tried is None:
        return "-"
    return "failed" if isinstance(tried, EarError) else f"ready in {tried:.1f} s"


def _remarks(found: Mapping[str, Ear | EarError], chosen: Ear | None, tried: Tried) -> Iterator[str]:
    for name, ear in found.items():
        fault = ear if isinstance(ear, EarError) else tried.get(name)
        if isinstance(fault, EarError):
            yield f"{name} cannot be used: {fault}"
            if name == "vosk-server":
                yield "  Start one there, or name yours: HOTLINE_EAR=vosk-server:ws://HOST:PORT"
    if chosen and chosen.name == "whisper":
        yield "whisper takes a second or two for each answer, and hears only a few callers at once."
