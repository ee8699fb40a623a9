"""hotline hear: what an ear hears in a sound file, and which phrase a caller would have chosen with it."""

import json
import logging
import os
import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from ivr.commands.ears import ear_settings
from ivr.commands.settings import tells
from ivr.ears import choose
from ivr.settings import SettingsError
from menus.answers import Chosen, Doubtful, match, weighed
from speech.ears import Ear, EarError, Heard
from speech.ears.whisper_pool import WhisperPool
from speech.sound import Sound

_EARLESS = "there is no ear to hear with; hotline ears says what each of them needs"
_PATIENCE = 120.0  # seconds: nobody is on the line, and the model has to be loaded first
_SWITCHED_OFF = "HOTLINE_EAR is none, so nobody is heard; name an ear, such as --ear whisper"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, readable=True))
@click.option("--phrases", default="", metavar="LIST", help='Phrases to expect, such as "查余额,人工服务".')
@click.option("--ear", "name", metavar="NAME", help="What HOTLINE_EAR may be. Default: the one used here.")
@tells
def hear(file: Path, phrases: str, name: str | None) -> None:
    """Hear the WAV file FILE as a telephone would carry it, and write what was heard as JSON.

    "words" is what the ear heard, "confidence" how sure it is (0 to 1), "phrase" which of the phrases that
    means, and "match" how: chosen, doubtful (callers would be asked back), or none. The ear is told what it
    may expect, as it is in a call: without phrases it hears short words badly.
    """
    sound = _read(file)
    listed = [phrase.strip() for phrase in re.split("[,，、]", phrases) if phrase.strip()]
    ear = _ear(name)
    try:
        heard = _heard(ear, listed, sound)
    except EarError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps({**_told(listed, heard), "ear": ear.name}, ensure_ascii=False))


def _read(file: Path) -> Sound:
    try:
        return Sound.from_wav(file.read_bytes())
    except (ValueError, OSError) as error:
        raise click.ClickException(f"{file}: {error}") from error


def _ear(name: str | None) -> Ear:
    logging.getLogger("ivr.ears").addHandler(logging.NullHandler())
    try:
        settings = ear_settings({**os.environ, **({"HOTLINE_EAR": name} if name else {})})
        chosen = choose(settings)
    except SettingsError as error:
        if name is None:
            raise
        raise click.BadParameter(str(error).replace("HOTLINE_EAR", "--ear"), param_hint="--ear") from error
    if chosen.ear is None:
        raise click.ClickException(_SWITCHED_OFF if settings.ear == "none" else _EARLESS)
    return chosen.ear.with_patience(_PATIENCE) if isinstance(chosen.ear, WhisperPool) else chosen.ear


def _heard(ear: Ear, phrases: Sequence[str], sound: Sound) -> Heard:
    with closing(ear.listen(phrases)) as hearing:
        hearing.feed(sound)
        return hearing.finish()


def _told(phrases: Sequence[str], heard: Heard) -> dict[str, object]:
    listed = {phrase: [phrase] for phrase in phrases}
    found = weighed(match(listed, heard.words), heard.confidence, match(listed, heard.perhaps))
    phrase = found.answer if isinstance(found, Chosen | Doubtful) else None
    how = {Chosen: "chosen", Doubtful: "doubtful"}.get(type(found), "none")
    return {"words": heard.words, "confidence": heard.confidence, "phrase": phrase, "match": how}
