"""What a config folder, or what was published of it, has callers hear: the same sentences as calls have."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from ivr.app import utc_now
from ivr.channels import utterances
from ivr.channels.script import Line, Script
from ivr.hotline import Hotline, constants
from ivr.regions import Regions
from ivr.services.register import CATALOGUE
from ivr.settings import Settings
from ivr.store import schema, versions
from ivr.store.engine import connect, reading
from ivr.wording import WordingError
from menus.actions import Say
from menus.load import load_folder
from menus.menu import Menus
from menus.values import Day, Digits, Money, Month, Name, Value
from speech.score import NORMAL, Phrase, Sounding

# What stands for a caller's own values where a prompt is timed: of the usual length, none of them anybody's.
EXAMPLES: dict[str, Value] = {
    "day": Day(date(2026, 11, 20)),
    "month": Month(2026, 11),
    "name": Name("陈*英"),
    "caller_number": Digits("13800138000", "phone"),
    "caller": Name("欧阳*英"),
    "first": Name("陈*英"),
    "second": Name("黄*明"),
    "phone": Digits("0771-2800185", "phone"),
}
_AMOUNT = Money(102251)


@dataclass(frozen=True)
class Sayings:
    """Menus with all that can be put into their prompts; `origin` says which menus they are."""

    menus: Menus
    script: Script
    known: utterances.Words
    origin: str

    def everything(self) -> Iterator[Sounding]:
        """Yield all that must be rendered, the main path first."""
        return utterances.everything(self.menus, self.script, self.known)

    def phrases(self, prompt: str, pace: float, language: str = "zh-CN") -> tuple[Phrase, ...]:
        """Return what is spoken whole in one prompt, with every word that can stand in it."""
        alone = {language: {prompt: self.menus.prompts[language][prompt]}}
        only = replace(self.menus, prompts=alone)
        return tuple(utterances.phrases(only, self.script, self.known, pace, language))

    def fixed(self, language: str) -> tuple[str, ...]:
        """Return the prompts that hold nothing of a caller's: those a person can record."""
        lines = self.script.fixed_lines(self.menus, language)
        return tuple(dict.fromkeys(line.prompt for line in lines))

    def lines(self, prompt: str, pace: float = NORMAL, language: str = "zh-CN") -> list[Line]:
        """Return a prompt with each of its words, and examples for callers' own values.

        Empty for what nobody hears now, such as an announcement when there is none.
        """
        places = self.menus.placeholders[prompt]
        most = max((len(self.known.get(place, ())) for place in places), default=1) or 1
        says = (
            Say(prompt, {place: self._value(place, number) for place in places}) for number in range(most)
        )
        with suppress(WordingError):
            return [self.script.line(self.menus, say, pace, language) for say in says]
        return []

    def _value(self, place: str, number: int) -> Value:
        words = self.known.get(place)
        return words[number % len(words)] if words else EXAMPLES.get(place, _AMOUNT)


def of_folder(folder: Path) -> Sayings:
    """Return what a config folder says; SourceError tells what is wrong with it."""
    return _sayings(folder, load_folder(folder, CATALOGUE).menus, str(folder))


def last_published(settings: Settings) -> Sayings:
    """Return what was published last, live or about to be; before anything was, the config folder."""
    found = _published(settings)
    if found:
        return _sayings(settings.config, found, f"the menus published last, {found.digest[:12]}")
    return of_folder(settings.config)


def _sayings(folder: Path, menus: Menus, origin: str) -> Sayings:
    hotline = Hotline.load(folder / "hotline.yaml")
    known = utterances.words(menus, Regions.load(folder / "regions"), hotline)
    return Sayings(menus, Script(lambda: constants(hotline, demo=True, now=utc_now())), known, origin)


def _published(settings: Settings) -> Menus | None:
    """Look into the database, if there is one; looking must not make one."""
    url = make_url(settings.database_url)
    if url.drivername.startswith("sqlite") and not (url.database and Path(url.database).is_file()):
        return None
    engine = connect(settings.database_url)
    try:
        schema.check(engine)
        with reading(engine).begin() as connection:
            last = versions.listed(connection)[:1]
            return versions.Versions(CATALOGUE).menus(connection, last[0].digest) if last else None
    except (schema.SchemaError, DBAPIError):
        return None
    finally:
        engine.dispose()
