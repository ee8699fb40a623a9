"""A hotline that speaks with the real built-in voice, on menus so small that this takes seconds."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path

from house import CONFIG, SECRET_KEY, Clock
from sqlalchemy import select

from ivr.app import Assembly, assemble
from ivr.rendering import Rendering, sentences
from ivr.settings import Settings
from ivr.store import schema, versions
from ivr.store.engine import connect
from ivr.store.tables import Alarm
from menus.load import digest_of
from speech.studio import Studio

_NUMBER = count()
_MENUS = {
    "menus/start.yaml": """
voice: main
text: text
verify: {voice: main, text: text}
failed: {voice: main, text: text}
back: main
person: main
expired: bye
slower: bye
silence: [bye]
unmatched: [bye]
after_silence: {say: bye, go: main}
after_unmatched: {say: bye, go: main}
""",
    "menus/all.yaml": """
main: {say: main, ask: {1: bye}}
bye: {say: bye, hang_up: true}
text: {channel: text, listen: {headings: [{words: [余额], go: text}], otherwise: text}}
""",
    "texts/zh-CN.yaml": "sorry: 对不起。\n",
}


def files(*prompts: str) -> dict[str, str]:
    """Return a version of the menus with these sentences, which together are no other version's."""
    said = {"main": "查余额,请按一。", "bye": "再见。"}
    said |= {f"line{number}": text for number, text in enumerate(prompts)}
    wording = "".join(f"{name}: {text}\n" for name, text in said.items())
    return {**_MENUS, "prompts/zh-CN.yaml": wording}


def environment(folder: Path, **others: str) -> dict[str, str]:
    """Return settings of a hotline that keeps everything in a folder and speaks with the built-in voice."""
    return {
        "HOTLINE_ENV": "demo",
        "HOTLINE_CONFIG": str(CONFIG),
        "HOTLINE_DATABASE_URL": f"sqlite:///{folder}/hotline.db",
        "HOTLINE_SECRET_KEY": SECRET_KEY,
        "HOTLINE_TEXTS": f"file:{folder}/texts.jsonl",
        "HOTLINE_SOUNDS": str(folder / "sounds"),
        "HOTLINE_VOICE": "pyttsx3",
        "HOTLINE_MODELS": str(folder / "models"),
    } | others


class Speaking:
    """A hotline in `folder` with the first version of the small menus live."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.clock = Clock()
        self.settings = Settings.read(settings)
        engine = connect(self.settings.database_url)
        schema.upgrade(engine)
        with engine.begin() as connection:
            versions.publish(connection, files(), "test", "", self.clock())
        engine.dispose()
        self.hotline: Assembly = assemble(self.settings, self.clock)

    def publish(self, *prompts: str, broken: bool = False) -> str:
        """Publish a version that waits, a minute after the one before."""
        self.clock.now += timedelta(minutes=1)
        new = files(*prompts) | ({"menus/all.yaml": "main: {dance: all night}\n"} if broken else {})
        with self.hotline.engine.begin() as connection:
            return versions.publish(connection, new, "test", "", self.clock(), waits=True)

    def rendering(self, **options: float) -> Rendering:
        """Return what speaks ahead, looking around all the time."""
        return Rendering(self.hotline, pause=0.01, **options)  # type: ignore[arg-type] # limit is an int

    @property
    def live(self) -> str | None:
        with self.hotline.engine.begin() as connection:
            return versions.newest(connection)

    @property
    def waiting(self) -> str | None:
        with self.hotline.engine.begin() as connection:
            return versions.waiting(connection)

    @property
    def studio(self) -> Studio:
        assert self.hotline.repertoire is not None
        return self.hotline.repertoire.studios[0]

    def unspoken(self, digest: str) -> list[str]:
        """Return the sentences of a version that are not spoken, once for each pace that is missing."""
        with self.hotline.engine.begin() as connection:
            menus = self.hotline.versions.menus(connection, digest)
        return [part.text for part in self.studio.missing(sentences(self.hotline, menus))]

    def alarms(self) -> list[tuple[str, str]]:
        with self.hotline.sessions() as session:
            return [(alarm.kind, alarm.detail) for alarm in session.scalars(select(Alarm).order_by(Alarm.id))]

    def close(self) -> None:
        self.studio.close()
        self.hotline.engine.dispose()


FIRST = digest_of(files())
