"""hotline say: one sentence, amount, day or number as a caller hears it, in a sound file."""

import datetime
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from ivr.commands.settings import tells
from ivr.commands.studios import NAMES, ladder, studio, voice_settings
from ivr.settings import Settings
from ivr.voices import LADDER
from speech.score import Clip, Phrase, Piece, Score, Value, score
from speech.sound import Sound
from speech.spoken import UnspeakableError, assert_speakable, date, digits, money, yuan
from speech.studio import Studio
from speech.voices import VoiceError
from speech.voices.pacing import FASTEST, SLOWEST

_MOST_FEN = 10**11
_YEARS = range(1900, 2100)
_FIGURE = re.compile(r"\d")


@click.command()
@click.argument("text", required=False)
@click.option("--money", "amount", metavar="YUAN", help="An amount instead of TEXT, such as 1022.51.")
@click.option("--date", "day", metavar="DAY", help="A day instead of TEXT, such as 2025-06-01.")
@click.option(
    "--digits", "number", metavar="N", help="Digits one by one instead of TEXT: a telephone number."
)
@click.option("-o", "--output", "file", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--voice", type=click.Choice(NAMES), metavar="NAME", help="Default: the best there is here.")
@click.option("--pace", default=1.0, show_default=True, help=f"{SLOWEST} to {FASTEST}; 0.78 is the slow one.")
@tells
def say(file: Path, voice: str | None, pace: float, **given: str | None) -> None:
    """Speak TEXT (Hanzi), an amount, a day or digits once, into a WAV file of 8000 samples a second.

    It sounds as in a call: with its pauses, and values joined from clips. FILE is written only when all of
    it is spoken.
    """
    if not SLOWEST <= pace <= FASTEST:
        raise click.BadParameter(f"a voice speaks at paces {SLOWEST} to {FASTEST}", param_hint="--pace")
    if str(file) == "-":
        raise click.BadParameter("a sound is written into a file, not to the terminal", param_hint="--output")
    settings = voice_settings(os.environ)
    wanted = score((_piece(**given),), pace)
    spoken, name = _spoken(settings, voice, wanted)
    _write(file, spoken)
    click.echo(f"{file}: {spoken.duration:.1f} s, {name}, pace {pace:g}.")


def _piece(text: str | None, amount: str | None, day: str | None, number: str | None) -> Piece:
    given = [value for value in (text, amount, day, number) if value is not None]
    if len(given) != 1:
        raise click.UsageError("say exactly one of TEXT, --money, --date and --digits")
    try:
        if amount is not None:
            return Value("money", _money(amount))
        if day is not None:
            return Value("day", _day(day))
        return Value("digits", _digits(number)) if number is not None else _text(given[0])
    except UnspeakableError as error:
        raise click.ClickException(str(error)) from error


def _text(text: str) -> str:
    if found := _FIGURE.search(text):
        raise UnspeakableError(
            f"TEXT has the figure '{found.group()}', which no voice says well: write it in Hanzi, "
            "or say an amount with --money, a day with --date, a number with --digits"
        )
    try:
        assert_speakable(text)
    except UnspeakableError as error:
        raise UnspeakableError(f"{error}; write TEXT in Hanzi and punctuation") from error
    return text


def _money(text: str) -> str:
    fen = yuan(text)
    if abs(fen) >= _MOST_FEN:
        raise UnspeakableError("an amount is spoken up to 999999999.99")
    return money(fen)


def _day(text: str) -> str:
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        raise UnspeakableError("a day is written as 2025-06-01, and must be in the calendar") from None
    if found.year not in _YEARS:
        raise UnspeakableError(f"a day is spoken from the year {_YEARS[0]} to {_YEARS[-1]}")
    return date(found)


def _digits(text: str) -> str:
    """Group digits as what they most likely are: an identity number, a code, else a telephone number."""
    bare = re.sub(r"[\s-]", "", text)
    if len(bare) == 18:
        return digits(text, "identity")
    if bare[-1:] in ("X", "x"):
        return digits(text, "tail")
    return digits(text, "code" if len(bare) == 6 else "phone")


def _spoken(settings: Settings, name: str | None, wanted: Score) -> tuple[Sound, str]:
    """Let the voice that was asked for speak, else the best that can; say which did."""
    if name:
        try:
            chosen = studio(settings, name)
            return _by(chosen, wanted), chosen.name
        except VoiceError as error:
            raise click.ClickException(str(error)) from error
    for each, found in ladder(settings):
        try:
            if isinstance(found, VoiceError):
                raise found
            return _by(found, wanted), found.name
        except VoiceError as error:
            click.echo(f"{each} did not speak: {error}", err=True)
    raise click.ClickException(f"none of the voices {', '.join(LADDER)} could speak here")


def _by(voice: Studio, wanted: Score) -> Sound:
    """Take the sound from what is rendered, or render it for this once: it may be nobody else's business."""
    parts = [part for part in wanted if isinstance(part, Phrase | Clip)]
    try:
        if found := voice.assemble(wanted):
            return found
        with tempfile.TemporaryDirectory(prefix="hotline-say-") as folder:
            once = Studio(voice.voice, Path(folder), at_once=os.cpu_count() or 1)
            once.render(parts)
            spoken = once.assemble(wanted)
    finally:
        voice.close()
    if spoken is None:  # pragma: no cover - somebody took the folder away
        raise VoiceError("what was rendered is gone again; try once more")
    return spoken


def _write(file: Path, spoken: Sound) -> None:
    """Put the file in its place complete or not at all; a pipe or a device takes it as it comes."""
    target = file.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(spoken.wav_bytes())
            return
        draft.write_bytes(spoken.wav_bytes())
        draft.replace(target)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from error
