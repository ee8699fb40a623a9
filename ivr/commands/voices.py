"""hotline voices: which voices there are, how much of what callers hear each has, and rendering it all."""

import logging
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import click
from rich.console import Console
from rich.table import Table

from ivr.commands.completeness import Completeness, Share, completeness
from ivr.commands.demonstration import progress_bar
from ivr.commands.sayings import Sayings, last_published
from ivr.commands.settings import tells
from ivr.commands.studios import NAMES, ladder, own_name, studio, voice_settings
from ivr.settings import Settings
from ivr.voices import LADDER, recordings
from speech.score import NORMAL, SLOW, Sounding
from speech.studio import NotAllRendered, Studio
from speech.voices import VoiceError
from speech.voices.kokoro import DEFAULT
from speech.voices.kokoro_files import SPEAKERS, assert_present
from speech.voices.recordings import Recordings

_FIRST_GAPS = 10
_PACES = {"normal": NORMAL, "slow": SLOW}


@click.group(invoke_without_command=True, subcommand_metavar="[COMMAND]")
@click.option("--gaps", is_flag=True, help="List every prompt that has no recording, not only the first ten.")
@click.pass_context
@tells
def voices(context: click.Context, gaps: bool) -> None:
    """See which voices this machine has, which are used and how complete each is; or render everything.

    Callers hear a person's recording where there is one, else the first voice that has all of a turn.
    """
    if context.invoked_subcommand:
        return
    # What is wrong with recordings is listed below; the log of a call would only repeat it.
    logging.getLogger("speech").addHandler(logging.NullHandler())
    settings = voice_settings(os.environ)
    sayings = last_published(settings)
    person = recordings(settings.config / "recordings")
    found = dict(ladder(settings))
    console = Console()
    console.print(f"For {sayings.origin}; sounds are in {settings.sounds}.", highlight=False, soft_wrap=True)
    console.print(_table(settings, sayings, person, found))
    for line in _remarks(settings, found, person):
        console.print(line, highlight=False, soft_wrap=True)
    if person:
        for line in _recorded(person, sayings, everything=gaps):
            console.print(line, highlight=False, soft_wrap=True)


@voices.command(short_help="Render everything callers hear, so that no call waits for it.")
@click.option(
    "--voice", "name", type=click.Choice(NAMES), metavar="NAME", help="Default: the best used here."
)
@tells
def render(name: str | None) -> None:
    """Render all prompts and clips at both paces. Ctrl-C stops it; run again, it goes on where it was."""
    settings = voice_settings(os.environ)
    parts = list(dict.fromkeys(last_published(settings).everything()))
    try:
        with closing(_chosen(settings, name)) as chosen:
            missing = chosen.missing(parts)
            began = time.monotonic()
            complete = _render(chosen, parts)
            seconds = time.monotonic() - began
    except VoiceError as error:
        raise click.ClickException(str(error)) from error
    fresh = [part for part in missing if chosen.has(part)]
    left = len(chosen.missing(parts))
    click.echo(_account(chosen, fresh, len(parts) - left, len(parts), seconds))
    if left:
        raise SystemExit(1 if complete else 130)


def _chosen(settings: Settings, name: str | None) -> Studio:
    if name or settings.voice != "auto":
        return studio(settings, name or settings.voice)
    for _, found in ladder(settings):
        if isinstance(found, Studio):
            return found
    raise VoiceError("no voice can be used here; hotline voices says why")


def _render(chosen: Studio, parts: Sequence[Sounding]) -> bool:
    """Render with a bar; False if Ctrl-C stopped it. What could not be spoken is told, the rest is there."""
    with _interrupted() as stop, progress_bar(Console(stderr=True)) as bar:
        task = bar.add_task(f"Rendering with {chosen.name}")
        try:
            chosen.render(
                parts, lambda done, total: bar.update(task, completed=done, total=total), stop.is_set
            )
        except NotAllRendered as fault:
            bar.console.print(f"{fault}", highlight=False, soft_wrap=True)
        return not stop.is_set()


@contextmanager
def _interrupted() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C sets instead of breaking off: what is being spoken is still kept."""
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _account(chosen: Studio, fresh: Sequence[Sounding], done: int, total: int, seconds: float) -> str:
    """Say what rendering took; the voice's processes must have ended, or their memory is not known."""
    memory = max(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)
    )
    sounds = (chosen.assemble((part,)) for part in fresh)
    spoken = sum(sound.duration for sound in sounds if sound)
    told = (
        f"{chosen.name}: {len(fresh)} parts, {spoken:.0f} s of sound, rendered in {seconds:.0f} s; "
        f"the largest process took {memory / 1024:.0f} MB. {done} of {total} parts are there."
    )
    return told if done == total else f"{told} To go on: hotline voices render --voice {chosen.name}"


def _table(
    settings: Settings, sayings: Sayings, person: Recordings | None, found: dict[str, Studio | VoiceError]
) -> Table:
    table = Table("Voice", "Used", box=None, padding=(0, 2, 0, 0), header_style="bold")
    for language in sayings.menus.prompts:
        for pace in _PACES:
            table.add_column(f"{language} {pace}", justify="right")
    table.add_column("Clips", justify="right")
    order = _order(settings, person, found)
    has = completeness(sayings, _PACES.values())
    if person:
        shares = [has.recorded(person, language, pace) for language, pace in has.columns]
        table.add_row(f"recordings of {person.name}", order["recordings"], *map(str, shares), "-")
    else:
        table.add_row("recordings", "-", *["-"] * len(has.columns), "-")
    for name, voice in found.items():
        table.add_row(own_name(settings, name), order.get(name, "-"), *_shares(has, voice))
    return table


def _shares(has: Completeness, voice: Studio | VoiceError) -> list[str]:
    if isinstance(voice, VoiceError):
        return ["-"] * (len(has.columns) + 1)
    shares: list[Share] = [has.rendered(voice, language, pace) for language, pace in has.columns]
    return [*map(str, shares), str(has.clips(voice))]


def _order(
    settings: Settings, person: Recordings | None, found: dict[str, Studio | VoiceError]
) -> dict[str, str]:
    """Return the place of every voice that calls are answered with."""
    if settings.prompts == "say":
        return {"recordings": "-"}
    wanted = LADDER if settings.voice == "auto" else (settings.voice.partition(":")[0],)
    used = [name for name in wanted if isinstance(found[name], Studio)]
    listed = ["recordings", *used] if person else used
    return {name: str(place) for place, name in enumerate(listed, 1)}


def _remarks(
    settings: Settings, found: dict[str, Studio | VoiceError], person: Recordings | None
) -> Iterator[str]:
    if settings.prompts == "say":
        yield "HOTLINE_PROMPTS=say: the provider's voice speaks, and none of these."
    elif settings.voice != "auto":
        yield f"HOTLINE_VOICE={settings.voice}: no other voice is used; auto uses all."
    if person is None:
        place = settings.config / "recordings"
        yield f"recordings: there are none; put <prompt id>.wav into {place}/NAME, slower ones into its slow."
    for name, voice in found.items():
        if isinstance(voice, VoiceError):
            yield f"{name} cannot be used: {voice}"
    here = [speaker for speaker in SPEAKERS if _is_here(settings, speaker)]
    if here:
        told = ", ".join(f"{each} (default)" if each == DEFAULT else each for each in here)
        yield f"kokoro speaks as {told}; choose with HOTLINE_VOICE=kokoro:SPEAKER."


def _is_here(settings: Settings, speaker: str) -> bool:
    try:
        assert_present(settings.models / "kokoro", speaker)
    except VoiceError:
        return False
    return True


def _recorded(person: Recordings, sayings: Sayings, *, everything: bool) -> Iterator[str]:
    """Tell what is wrong with recordings and which are not there."""
    prompts = {prompt for wording in sayings.menus.prompts.values() for prompt in wording}
    yield from person.faults(prompts)
    for language in sayings.menus.prompts:
        fixed = sayings.fixed(language)
        for pace, slow in (("normal", False), ("slow", True)):
            gaps = person.gaps(fixed, slow)
            if not gaps:
                continue
            shown = gaps if everything else gaps[:_FIRST_GAPS]
            more = len(gaps) - len(shown)
            told = f"{person.name} has not recorded, {language} {pace} ({len(gaps)}): {', '.join(shown)}"
            yield f"{told} and {more} more (--gaps lists all)" if more else told
